import { describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { findResult, foundRegion } from "../review/fixtures/found";
import { findSuggestions } from "../review/found";
import { openRows, rowsToDecide } from "../review/queue";
import { buildSuggestions, suggestionTraits } from "../review/suggestions";
import { tellOfDroppedRows } from "./droppedRows";
import { createEditing } from "./editing";
import { openInSession } from "./fixtures/openInSession";
import { trackImageState } from "./imageStates";
import type { Live } from "./live";
import { createReviewing, whyNotAccept } from "./reviewing";
import { areaText } from "./rowText";
import { followSelection } from "./selection";
import { createSession, standing } from "./session";
import { createSettings } from "./settings";

const classes = [
  { id: 0, name: "ground", color: [0, 0, 0], ignored: false },
  { id: 1, name: "car", color: [0, 128, 128], ignored: false },
] as const;
const size = 64;
const boxes = [
  { x: 2, y: 2, width: 10, height: 10 },
  { x: 30, y: 30, width: 8, height: 8 },
] as const;

/** A speck of car at (20, 20). */

/** Two boxes that the model would turn into cars: the first it is sure of, the second it is not. */
function setUp() {
  const document = createDocument({ key: "a", labels: createLabelMap(size, size), traits: suggestionTraits });
  const session = createSession();
  const settings = createSettings();
  followSelection(session, settings);
  openInSession(session, document, classes);
  const live: Pick<Live, "strokeEnded" | "run" | "cancel"> = {
    strokeEnded: vi.fn(),
    run: vi.fn(),
    cancel: vi.fn(() => false),
  };
  document.edit("mask", (edit) => {
    for (const box of boxes) edit.setMask(rectRegion(box), true);
  });
  const confidence = new Uint8Array(size * size).fill(250);
  confidence.fill(100, size * 20);
  const result = {
    imageKey: "a",
    documentVersion: document.store.getState().version,
    rect: { x: 0, y: 0, width: size, height: size },
    ids: new Uint16Array(size * size).fill(1),
    confidence,
    other: new Uint8Array(size * size),
    passesDone: 1,
    passes: 1,
    ratio: 0.5,
    model: "test",
    elapsedMs: 1,
  };
  document.propose(buildSuggestions(document, classes, result));
  const reviewing = createReviewing(session, settings, live);
  const editing = createEditing(session, settings, live);
  const said = () => session.getState().announcement.text;
  const selected = () => session.getState().selected;
  return { document, reviewing, editing, session, settings, said, selected };
}

describe("reviewing", () => {
  it("accepts the selected suggestion and goes to the next", () => {
    const { document, reviewing, said, selected } = setUp();
    reviewing.decide("accept");
    expect(document.store.getState().changedPixels).toBe(100);
    expect(selected()).toBe(1);
    expect(said()).toBe("Accepted: ground to car, 100 pixels. 1 left.");
  });

  it("looks at what the user goes to, again and again, but not at what comes by itself", () => {
    const { document, reviewing, session } = setUp();
    const lookedAt = () => session.getState().lookAt;
    expect(lookedAt()).toBeNull();
    reviewing.select(0);
    const first = lookedAt();
    expect(first).toEqual(boxes[0]);
    reviewing.select(0);
    expect(lookedAt()).not.toBe(first);
    reviewing.step(1);
    expect(lookedAt()).toEqual(boxes[1]);
    reviewing.step(-1);
    reviewing.decide("accept");
    expect(lookedAt()).toEqual(boxes[1]);
    const last = lookedAt();
    document.propose(document.store.getState().proposals.live);
    reviewing.decide("reject");
    expect(lookedAt()).toBe(last);
  });

  it("undo brings the suggestion back, selected", () => {
    const { document, reviewing, editing, said, selected } = setUp();
    reviewing.decide("accept");
    editing.undo();
    expect(document.store.getState().changedPixels).toBe(0);
    expect(selected()).toBe(0);
    expect(said()).toBe("Undid: Accept ground to car");
  });

  it("undo and redo name the step they took, in the middle of a stroke too", () => {
    const { document, editing, said } = setUp();
    const stroke = document.begin("Mask brush");
    stroke.edit.setMask(rectRegion({ x: 40, y: 2, width: 4, height: 4 }), true);
    editing.undo();
    expect(said()).toBe("Undid: Mask brush");
    editing.redo();
    expect(said()).toBe("Redid: Mask brush");
    editing.undo();
    const next = document.begin("Mask eraser");
    next.edit.setMask(rectRegion(boxes[0]), false);
    editing.redo();
    expect(said()).toBe("Nothing to redo");
    editing.undo();
    expect(said()).toBe("Undid: Mask eraser");
    editing.undo();
    expect(said()).toBe("Undid: mask");
    editing.undo();
    expect(said()).toBe("Nothing to undo");
  });

  it("accepts the selected one as another class, and says so", () => {
    const { document, reviewing, said, selected } = setUp();
    reviewing.acceptAs(0);
    expect(document.store.getState()).toMatchObject({ changedPixels: 0, maskedPixels: 64 });
    expect(said()).toBe("Accepted as ground: ground to car, 0 pixels. 1 left.");
    expect(selected()).toBe(1);
  });

  it("opens the menu of classes for the selected one, until something else is selected or it is decided", () => {
    const { reviewing, session } = setUp();
    const isOpen = () => session.getState().choosingClass;
    reviewing.chooseClass(true);
    expect(isOpen()).toBe(true);
    reviewing.step(1);
    expect(isOpen()).toBe(false);
    reviewing.chooseClass(true);
    reviewing.acceptAs(0);
    expect(isOpen()).toBe(false);
    reviewing.decide("reject");
    reviewing.chooseClass(true);
    expect(isOpen()).toBe(false);
  });

  it("accepts all at or above the threshold only", () => {
    const { document, reviewing, settings, said } = setUp();
    settings.setState({ threshold: 0.99 });
    reviewing.acceptAll();
    expect(said()).toBe("Nothing to accept: the model is sure of none at 99 % or above.");
    settings.setState({ threshold: 0.8 });
    reviewing.acceptAll();
    expect(document.store.getState().changedPixels).toBe(100);
    expect(said()).toBe("Accepted 1 of 2 suggestions. 1 left.");
  });

  it("says why nothing changed", () => {
    const { document, reviewing, said } = setUp();
    document.setLocked(new Set([1]));
    reviewing.decide("accept");
    expect(said()).toContain("locked");
    reviewing.select(77);
    reviewing.decide("accept");
    expect(said()).toBe("Nothing to decide.");
  });

  it("tells, counts and writes what locks leave to change", () => {
    const { document, reviewing, said, session, settings } = setUp();
    document.edit("grass", (edit) => edit.setLabel(rectRegion({ x: 40, y: 2, width: 4, height: 4 }), 2));
    const found = foundRegion({ x: 38, y: 2, width: 6, height: 4 }, () => 1);
    document.propose(findSuggestions(document, findResult(document, [found])));
    document.show("found");
    document.setLocked(new Set([2]));
    const row = () => standing(session.getState(), settings.getState(), document.store.getState().proposals.found);
    expect(row()?.suggestions).toMatchObject([{ from: 0, area: 8, kept: { locked: 16, void: 0, excluded: 0 } }]);
    expect(row()?.suggestions[0].fromIds).toBeUndefined();
    reviewing.decide("accept");
    expect(said()).toBe("Accepted: ground to car, 8 pixels. 16 pixels stay: the class is locked. 0 left.");
    expect(document.store.getState().decisions).toMatchObject([{ area: 8 }]);
    document.undo();
    document.setLocked(new Set([0, 2]));
    expect(row()?.suggestions).toMatchObject([{ area: 0, kept: { locked: 24, void: 0, excluded: 0 } }]);
    // Listed, with the reason, and nothing to decide.
    expect([openRows(row()), rowsToDecide(row())].map(({ length }) => length)).toEqual([1, 0]);
    expect(whyNotAccept(row()?.suggestions ?? [])).toBe(
      "Nothing to change: the class is locked. Unlock it in the class list.",
    );
    expect(areaText(row()?.suggestions ?? [])).toBe("Nothing to change");
    const stop = trackImageState(session, document);
    const undecided = () => session.getState().imageStates.get("a")?.undecided;
    const others = undecided();
    document.setLocked(new Set());
    expect(undecided()).toBeGreaterThan(others ?? 0);
    document.setLocked(new Set([0, 2]));
    expect(undecided()).toBe(others);
    stop();
    reviewing.acceptAll();
    expect(said()).toBe("Nothing changed: the class is locked. Unlock it in the class list.");
  });

  it("follows with overlapping rows what is still different", () => {
    const { document, reviewing, said, session, settings } = setUp();
    tellOfDroppedRows(session);
    const [left, right, inside] = [10, 14, 12].map((x) =>
      foundRegion({ x, y: 40, width: x === 12 ? 2 : 8, height: 5 }, () => 1, { confidence: 0.9 }),
    );
    document.propose(findSuggestions(document, findResult(document, [left, right, inside])));
    document.show("found");
    reviewing.decide("accept");
    expect(said()).toBe("Accepted: ground to car, 40 pixels. 1 more said the same. 1 left.");
    expect(session.getState().message).toBeNull();
    const { found } = document.store.getState().proposals;
    expect(standing(session.getState(), settings.getState(), found)?.suggestions[1]).toMatchObject({ id: 1, area: 20 });
    reviewing.decide("accept");
    expect(said()).toBe("Accepted: ground to car, 20 pixels. 0 left.");
    document.undo();
    document.undo();
    expect(document.store.getState().proposals.found?.suggestions).toHaveLength(3);
  });

  it("steps through suggestions and stops at the ends, so that Tab can leave", () => {
    const { reviewing, selected } = setUp();
    expect(reviewing.step(1)).toBe(true);
    expect(selected()).toBe(1);
    expect(reviewing.step(1)).toBe(false);
    expect(reviewing.step(-1)).toBe(true);
    expect(selected()).toBe(0);
  });

  it("clearing the mask drops no list; undo brings the mask back", () => {
    const { document, editing, said } = setUp();
    const found = findSuggestions(document, findResult(document, []));
    document.propose(found);
    const { proposals, version } = document.store.getState();
    editing.clearMask();
    expect(document.store.getState()).toMatchObject({ maskedPixels: 0, version: version + 1 });
    const cleared = document.store.getState().proposals;
    expect(cleared.found).toBe(found);
    expect(openRows(cleared.live).map(({ region }) => region)).toEqual(
      openRows(proposals.live).map(({ region }) => region),
    );
    editing.clearMask();
    expect(document.store.getState()).toMatchObject({ version: version + 1, undoName: "Clear mask" });
    expect(said()).toBe("Nothing is masked");
    editing.undo();
    expect(document.store.getState().maskedPixels).toBe(164);
    expect(document.store.getState().proposals).toEqual(proposals);
  });

  it("clears the list that is looked at, and no other; undo brings it back", () => {
    const { document, editing, reviewing, selected } = setUp();
    const found = findSuggestions(document, findResult(document, []));
    document.propose(found);
    const { live } = document.store.getState().proposals;
    reviewing.dropList();
    expect(document.store.getState().proposals).toEqual({ found });
    expect(selected()).toBeNull();
    editing.undo();
    expect(document.store.getState().proposals).toEqual({ live, found });
    expect(selected()).toBe(0);
  });

  it("decides on the list that is looked at, each with a selection of its own", () => {
    const { document, reviewing, selected } = setUp();
    const found = foundRegion({ x: 1, y: 1, width: 4, height: 4 }, () => 1);
    document.propose(findSuggestions(document, findResult(document, [found])));
    reviewing.select(1);
    document.show("found");
    expect(selected()).toBe(0);
    reviewing.decide("reject");
    expect(document.store.getState().proposals.found?.suggestions[0]?.decision).toBe("rejected");
    expect(document.store.getState().proposals.live?.suggestions).toMatchObject([
      { decision: "pending" },
      { decision: "pending" },
    ]);
    document.show("live");
    expect(selected()).toBe(1);
    document.show("checks");
    expect(selected()).toBeNull();
    expect(reviewing.step(1)).toBe(false);
  });
});
