import { describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createDocument } from "../document/document";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import { decisionOn } from "../review/fixtures/decided";
import { findResult, foundRegion } from "../review/fixtures/found";
import { findSuggestions } from "../review/found";
import { openRows } from "../review/queue";
import { FOUND } from "../review/sets";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument } from "../review/types";
import { followDecided, loadDecided } from "./decided";
import { imageOf, openInSession } from "./fixtures/openInSession";
import type { Live } from "./live";
import { createReviewing } from "./reviewing";
import { followSelection } from "./selection";
import { createSession, standing } from "./session";
import { createSettings } from "./settings";

const classes = [1, 2, 3].map((id) => ({ id, name: `class ${id}`, color: [id, 0, 0] as const, ignored: false }));

/** An image of class 1 with boxes found that should be another class. */
function imageWith(key: string, confidences: readonly (readonly [to: number, confidence: number])[]): OpenDocument {
  const labels = createLabelMap(200, 8);
  labels.data.fill(1);
  const document: OpenDocument = createDocument({ key, labels, traits: suggestionTraits });
  const regions = confidences.map(([to, confidence], i) =>
    foundRegion({ x: 10 * i, y: 0, width: 6, height: 6 }, () => to, { from: 1, to, confidence }),
  );
  document.propose(findSuggestions(document, findResult(document, regions)));
  document.show(FOUND);
  return document;
}

function setUp() {
  const first = imageWith("a", [
    [2, 0.5],
    [3, 0.45],
    [2, 0.4],
  ]);
  const second = imageWith("b", [
    [3, 0.41],
    [2, 0.4],
  ]);
  const session = createSession();
  const settings = createSettings();
  followDecided(session);
  followSelection(session, settings);
  openInSession(session, first, classes);
  const live: Pick<Live, "strokeEnded" | "run" | "cancel"> = {
    strokeEnded: vi.fn(),
    run: vi.fn(),
    cancel: vi.fn(() => false),
  };
  const reviewing = createReviewing(session, settings, live);
  const open = (document: OpenDocument) => session.setState({ image: imageOf(document) });
  const rows = () => {
    const set = session.getState().image?.document.store.getState().proposals[FOUND] ?? null;
    return openRows(standing(session.getState(), settings.getState(), set)).map(({ to, confidence }) => [
      to,
      confidence,
    ]);
  };
  return { first, second, session, settings, reviewing, open, rows };
}

describe("decisions on what was found", () => {
  it("rank the rows, and the keys decide in that order; undo and redo take the ranking along", () => {
    const { first, session, reviewing, rows } = setUp();
    const before = rows();
    expect(before).toEqual([
      [2, 0.5],
      [3, 0.45],
      [2, 0.4],
    ]);
    reviewing.decide("accept");
    const after = rows();
    expect(after.map(([to]) => to)).toEqual([2, 3]);
    expect(after[0][1]).toBeGreaterThan(0.45);
    expect(session.getState().selected).toBe(2);
    reviewing.decide("reject");
    expect(rows().map(([to]) => to)).toEqual([3]);
    first.undo();
    expect(session.getState().selected).toBe(2);
    expect(rows()).toEqual(after);
    first.undo();
    expect(rows()).toEqual(before);
    expect(session.getState().selected).toBe(0);
    first.redo();
    expect(rows()).toEqual(after);
  });

  it("go to the next image, not to their own twice, and are taken back there once they are undone", () => {
    const { first, second, reviewing, open, rows } = setUp();
    reviewing.decide("accept");
    const own = rows();
    open(second);
    const taught = rows();
    expect(taught.map(([to]) => to)).toEqual([2, 3]);
    open(first);
    expect(rows()).toEqual(own);
    first.undo();
    open(second);
    expect(rows()).toEqual([
      [3, 0.41],
      [2, 0.4],
    ]);
    open(first);
    first.redo();
    open(second);
    expect(rows()).toEqual(taught);
  });

  it("come back from earlier visits, but not over newer ones; the switch leaves the search's own order", async () => {
    const { first, second, session, settings, reviewing, open, rows } = setUp();
    const autosave = createAutosave({ store: memoryStore(), projectId: "p" });
    await autosave.keep(first);
    const earlier = imageWith("c", [[2, 0.5]]);
    open(earlier);
    reviewing.decide("accept");
    await autosave.keep(earlier);
    session.setState({ decided: new Map([["a", [decisionOn(1, { from: 3, to: 1 })]]]) });
    const notes = new Map();
    await loadDecided(session, autosave, ["a", "c"], notes, () => false);
    expect([...session.getState().decided.keys()]).toEqual(["a"]);
    await loadDecided(session, autosave, ["a", "c"], notes, () => true);
    expect([...session.getState().decided].map(([key, list]) => [key, list.length])).toEqual(
      [
        ["a", 1],
        ["c", 1],
      ].reverse(),
    );
    open(second);
    expect(session.getState().selected).toBe(1);
    expect(rows().map(([to]) => to)).toEqual([2, 3]);
    settings.setState({ feedback: false });
    expect(rows()).toEqual([
      [3, 0.41],
      [2, 0.4],
    ]);
    expect(session.getState().selected).toBe(1);
  });

  it("are known from notes read at once, without reading the work on each image", async () => {
    const { second, session, reviewing, open, rows } = setUp();
    const store = memoryStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const keys = Array.from({ length: 20 }, (_, i) => `c${i}`);
    for (const key of keys) {
      const earlier = imageWith(key, [[2, 0.5]]);
      open(earlier);
      reviewing.decide("accept");
      await autosave.keep(earlier);
    }
    open(second);
    const ranked = rows();
    const before = session.getState().decided;
    session.setState({ decided: new Map() });
    const again = createAutosave({ store, projectId: "p" });
    const load = vi.spyOn(again, "load");
    await loadDecided(session, again, keys, await again.notes(), () => true);
    expect(load).not.toHaveBeenCalled();
    expect([...session.getState().decided.keys()].sort()).toEqual(
      [...before.keys()].filter((key) => key !== "a").sort(),
    );
    expect(rows()).toEqual(ranked);
    expect(JSON.stringify([...session.getState().decided])).not.toContain("written");
    // Of work that earlier versions kept only the number of rows is noted.
    await store.set("undecided/p/c3", 2);
    session.setState({ decided: new Map() });
    await loadDecided(session, again, keys, await again.notes(), () => true);
    expect(load.mock.calls).toEqual([["c3"]]);
    expect(rows()).toEqual(ranked);
  });
});
