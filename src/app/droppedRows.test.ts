import { describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { type Rect, rectArea } from "../core/rect";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { findResult, foundRegion } from "../review/fixtures/found";
import { findSuggestions } from "../review/found";
import { openRows, openSuggestions } from "../review/queue";
import { withReleased } from "../review/released";
import { LIVE } from "../review/sets";
import { buildSuggestions, suggestionTraits } from "../review/suggestions";
import type { OpenDocument } from "../review/types";
import { tellOfDroppedRows } from "./droppedRows";
import { createEditing } from "./editing";
import { openInSession } from "./fixtures/openInSession";
import { createReviewing } from "./reviewing";
import { createSession } from "./session";
import { createSettings } from "./settings";

const classes = ["ground", "car"].map((name, id) => ({ id, name, color: [0, 0, 0], ignored: false }) as const);
const around = rectRegion({ x: 0, y: 0, width: 20, height: 20 });

/** Finds single pixels of the diagonal. */
function find(document: OpenDocument, places: readonly number[]): void {
  const regions = places.map((at) => foundRegion({ x: at, y: at, width: 1, height: 1 }, () => 1));
  document.propose(findSuggestions(document, findResult(document, regions)));
}

function setUp() {
  const document = createDocument({ key: "a", labels: createLabelMap(32, 32), traits: suggestionTraits });
  const session = createSession();
  openInSession(session, document, classes, []);
  tellOfDroppedRows(session);
  find(document, [5, 9]);
  const open = (): number => openSuggestions(document.store.getState().proposals.found ?? null).length;
  return { document, session, open };
}

it("is silent where the rows stay: a mask over them, a label beside them", () => {
  const { document, session, open } = setUp();
  document.edit("Mask", (edit) => edit.setMask(around, true));
  document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 6, y: 6, width: 3, height: 3 }), 1));
  document.undo();
  document.undo();
  expect(open()).toBe(2);
  expect(session.getState().message).toBeNull();
});

it("says, once a stroke, how many rows an edit of the label dropped, and undo brings them back", () => {
  const { document, session, open } = setUp();
  const stroke = document.begin("Paint");
  stroke.edit.setLabel(rectRegion({ x: 4, y: 4, width: 2, height: 2 }), 1);
  stroke.edit.setLabel(rectRegion({ x: 8, y: 8, width: 2, height: 2 }), 1);
  expect(open()).toBe(0);
  expect(session.getState().message).toBeNull();
  stroke.commit();
  expect(session.getState().message).toMatchObject({
    kind: "info",
    text: expect.stringMatching(/^2 undecided rows were dropped.* Undo/),
  });
  document.undo();
  expect(open()).toBe(2);
  document.redo();
  expect(open()).toBe(0);
});

it("says so when an undo drops rows that came after its step, and redo brings them back", () => {
  const { document, session, open } = setUp();
  document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 20, y: 20, width: 1, height: 1 }), 2));
  find(document, [5, 9, 20]);
  expect(open()).toBe(3);
  document.undo();
  expect(open()).toBe(2);
  expect(session.getState().message?.text).toMatch(/^1 undecided row was dropped.* Redo/);
  document.redo();
  expect(open()).toBe(3);
});

describe("rows of masks", () => {
  const first = { x: 2, y: 2, width: 8, height: 8 };
  const second = { x: 16, y: 2, width: 6, height: 6 };
  const droppedOne = "1 undecided row was dropped: the label under it changed. Undo (Ctrl+Z) brings it back.";

  function setUpMasks() {
    const { document, session } = setUp();
    const live = { strokeEnded: vi.fn(), run: vi.fn(), cancel: vi.fn(() => false) };
    const settings = createSettings();
    const mask = (rect: Rect, on = true) => document.edit("Mask", (edit) => edit.setMask(rectRegion(rect), on));
    const paint = (rect: Rect) => document.edit("Paint", (edit) => edit.setLabel(rectRegion(rect), 3));
    const now = () => document.store.getState().proposals[LIVE];
    const rebuild = () => {
      const rect = { x: 0, y: 0, width: 32, height: 32 };
      const answer = buildSuggestions(document, classes, {
        ...{ imageKey: "a", documentVersion: document.store.getState().version, rect, ratio: 0.5, model: "test" },
        ...{ passes: 1, passesDone: 1, elapsedMs: 1 },
        ids: new Uint16Array(rectArea(rect)).fill(1),
        confidence: new Uint8Array(rectArea(rect)).fill(250),
        other: new Uint8Array(rectArea(rect)),
      });
      document.propose(withReleased(answer, now(), document.mask));
    };
    document.edit("Clear list", (edit) => edit.dropProposal("found"));
    mask(first);
    mask(second);
    rebuild();
    return {
      ...{ document, session, mask, paint, rebuild, now },
      editing: createEditing(session, settings, live),
      reviewing: createReviewing(session, settings, live),
      areas: () => openRows(now() ?? null).map(({ area }) => area),
      said: () => session.getState().message?.text,
    };
  }

  it("that stands go without a word, whatever is painted: they are rebuilt", () => {
    const { paint, said, areas } = setUpMasks();
    paint({ x: 3, y: 3, width: 2, height: 2 });
    expect(areas()).toEqual([]);
    expect(said()).toBeUndefined();
  });

  it("that were cleared are told of when they are painted over, and undo and redo do what is said", () => {
    const { document, editing, paint, said, areas } = setUpMasks();
    editing.clearMask();
    paint({ x: 25, y: 25, width: 2, height: 2 });
    expect(said()).toBeUndefined();
    paint({ x: 3, y: 3, width: 2, height: 2 });
    expect(areas()).toEqual([36]);
    expect(said()).toBe(droppedOne);
    document.undo();
    expect(areas()).toEqual([64, 36]);
    document.redo();
    expect(areas()).toEqual([36]);
  });

  it("that were cleared are told of where the last of them goes, in a stroke of several parts", () => {
    const { document, session, editing, said, areas } = setUpMasks();
    editing.clearMask();
    const stroke = document.begin("Paint");
    stroke.edit.setLabel(rectRegion({ x: 4, y: 4, width: 2, height: 2 }), 3);
    stroke.edit.setLabel(rectRegion({ x: 18, y: 4, width: 2, height: 2 }), 3);
    expect(session.getState().message).toBeNull();
    stroke.commit();
    expect(areas()).toEqual([]);
    expect(said()).toMatch(/^2 undecided rows were dropped.* Undo/);
    document.undo();
    expect(areas()).toEqual([64, 36]);
  });

  it("that were cleared are told of while another mask stands, whose own rows are not counted", () => {
    const { document, editing, mask, rebuild, paint, said, areas } = setUpMasks();
    editing.clearMask();
    mask({ x: 6, y: 6, width: 20, height: 20 });
    rebuild();
    expect(areas()).toEqual([400, 48, 24]);
    mask({ x: 28, y: 28, width: 1, height: 1 });
    rebuild();
    expect(said()).toBeUndefined();
    paint({ x: 3, y: 3, width: 2, height: 2 });
    expect(said()).toBe(droppedOne);
    rebuild();
    document.undo();
    expect(areas()).toEqual([400, 1, 48, 24]);
  });

  it("that were cleared are told of when a redo takes them, though the mask was answered anew meanwhile", () => {
    const { document, session, editing, mask, rebuild, paint, said } = setUpMasks();
    editing.clearMask();
    mask({ x: 20, y: 20, width: 4, height: 4 });
    rebuild();
    paint({ x: 3, y: 3, width: 2, height: 2 });
    document.undo();
    rebuild();
    session.setState({ message: null });
    document.redo();
    expect(said()).toBe(droppedOne);
  });

  it("are not told of where no label changed under them: cleared lists, undone masks, decisions", () => {
    const { document, editing, reviewing, mask, rebuild, said, areas } = setUpMasks();
    editing.clearMask();
    mask({ x: 6, y: 6, width: 20, height: 20 });
    rebuild();
    document.undo();
    expect(areas()).toEqual([64, 36]);
    document.undo();
    document.redo();
    const stroke = document.begin("Paint");
    stroke.edit.setLabel(rectRegion({ x: 4, y: 4, width: 2, height: 2 }), 3);
    stroke.cancel();
    reviewing.dropList();
    expect(areas()).toEqual([]);
    document.undo();
    reviewing.select(0);
    reviewing.decide("accept");
    expect(areas()).toEqual([36]);
    document.undo();
    expect(areas()).toEqual([64, 36]);
    expect(said()).toBeUndefined();
  });
});
