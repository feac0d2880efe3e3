import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { accept, decideEach, reject, skip } from "./decisions";
import { findResult, foundRegion } from "./fixtures/found";
import { findSuggestions } from "./found";
import { FOUND } from "./sets";
import { suggestionTraits } from "./suggestions";
import { takeBack } from "./takeBack";
import type { OpenDocument } from "./types";

/** Class 1 with twelve boxes found in it: rows of a list, and a folded rest. */
function open(): OpenDocument {
  const labels = createLabelMap(130, 70);
  labels.data.fill(1);
  const document: OpenDocument = createDocument({ key: "a", labels, traits: suggestionTraits });
  const regions = Array.from({ length: 12 }, (_, i) =>
    foundRegion({ x: 20 * (i % 6), y: 30 * Math.floor(i / 6), width: 9, height: 9 }, () => 2 + (i % 2), {
      ...{ from: 1, to: 2 + (i % 2), confidence: 0.9 - 0.01 * i },
    }),
  );
  document.propose(findSuggestions(document, findResult(document, regions)));
  return document;
}

const setOf = (document: OpenDocument) => {
  const set = document.store.getState().proposals[FOUND];
  if (set === undefined) throw new Error("There is no set");
  return set;
};
const decisionsOf = (document: OpenDocument) => setOf(document).suggestions.map(({ decision }) => decision);
const last = (document: OpenDocument) => {
  const record = document.store.getState().decisions.at(-1);
  if (record === undefined) throw new Error("Nothing was decided");
  return record;
};
const paint = (document: OpenDocument, x: number, y: number, id = 5) =>
  document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x, y, width: 3, height: 3 }), id));

describe("one folded suggestion", () => {
  it("can be decided by itself", () => {
    const document = open();
    expect(setOf(document).suggestions[11].folded).toBe(true);
    expect(accept(document, setOf(document), 11, { alone: true })).toBe("done");
    expect(reject(document, setOf(document), 10, { alone: true })).toBe("done");
    expect(decisionsOf(document).filter((one) => one !== "pending")).toEqual(["rejected", "accepted"]);
    expect(document.store.getState().decisions.map(({ bulk }) => bulk)).toEqual([undefined, undefined]);
    expect(document.store.getState().changedPixels).toBe(81);
  });
});

describe("deciding on several", () => {
  it("takes those that are open in one step, as one press for all", () => {
    const document = open();
    accept(document, setOf(document), 0);
    const before = document.labels.data.slice();
    expect(decideEach(document, setOf(document), new Set([0, 1, 11]), "accepted")).toBe("done");
    expect(document.store.getState().undoName).toBe("Accept 2 suggestions");
    expect(document.store.getState().decisions.map(({ bulk }) => bulk)).toEqual([undefined, true, true]);
    expect(document.store.getState().changedPixels).toBe(3 * 81);
    document.undo();
    expect(document.labels.data).toEqual(before);
    expect(decideEach(document, setOf(document), new Set([3, 4]), "rejected")).toBe("done");
    expect(decideEach(document, setOf(document), new Set([3, 4]), "accepted")).toBe("nothing");
    document.setLocked(new Set([2]));
    expect(decideEach(document, setOf(document), new Set([6, 8]), "accepted")).toBe("locked");
    expect(decideEach(document, setOf(document), new Set([6, 7]), "accepted")).toBe("done");
    expect(decisionsOf(document).slice(6, 8)).toEqual(["pending", "accepted"]);
    expect(decideEach(document, { ...setOf(document) }, new Set([9]), "accepted")).toBe("stale");
  });
});

describe("taking a decision back", () => {
  it("undoes the newest step, so that redo brings it again", () => {
    const document = open();
    accept(document, setOf(document), 0);
    expect(takeBack(document, last(document))).toBe("done");
    expect(document.store.getState()).toMatchObject({ changedPixels: 0, decisions: [], canRedo: true });
  });

  it("spares what was done since, and can be undone itself", () => {
    const document = open();
    decideEach(document, setOf(document), new Set([0, 1, 2]), "accepted");
    const bulk = last(document);
    paint(document, 100, 15);
    reject(document, setOf(document), 5);
    expect(takeBack(document, bulk)).toBe("done");
    expect(document.store.getState().changedPixels).toBe(9);
    expect(decisionsOf(document).slice(0, 6)).toEqual([...Array(5).fill("pending"), "rejected"]);
    expect(document.store.getState().decisions.map(({ decision }) => decision)).toEqual(["rejected"]);
    expect(takeBack(document, bulk)).toBe("gone");
    document.undo();
    expect(document.store.getState().changedPixels).toBe(3 * 81 + 9);
    expect(decisionsOf(document).slice(0, 3)).toEqual(Array(3).fill("accepted"));
    expect(takeBack(document, bulk)).toBe("done");
    expect(document.store.getState().changedPixels).toBe(9);
  });

  it("refuses where a later step touched the same pixels, and drops a rejected row whose label changed", () => {
    const document = open();
    accept(document, setOf(document), 0);
    const first = last(document);
    reject(document, setOf(document), 1);
    const second = last(document);
    paint(document, 2, 2);
    paint(document, 22, 2);
    const before = document.labels.data.slice();
    expect(takeBack(document, first)).toBe("touched");
    expect(takeBack(document, second)).toBe("done");
    expect(document.labels.data).toEqual(before);
    expect(setOf(document).suggestions.some(({ id }) => id === 1)).toBe(false);
  });

  it("does it where what later steps made of the pixels was taken back, too", () => {
    const document = open();
    const before = document.labels.data.slice();
    accept(document, setOf(document), 0);
    const first = last(document);
    paint(document, 2, 2);
    paint(document, 2, 2, first.to);
    paint(document, 100, 15);
    expect(takeBack(document, first)).toBe("done");
    expect(document.labels.data.filter((id, at) => id !== before[at])).toHaveLength(9);
    expect(setOf(document).suggestions.find(({ id }) => id === 0)?.decision).toBe("pending");
  });

  it("leaves the rows of a newer search alone", () => {
    const document = open();
    accept(document, setOf(document), 0);
    const record = last(document);
    const newer = findSuggestions(document, findResult(document, []));
    document.propose(newer);
    paint(document, 100, 15);
    expect(takeBack(document, record)).toBe("done");
    expect(document.store.getState().changedPixels).toBe(9);
    // But that they may lack what is wrong again is noted.
    expect(setOf(document)).toEqual({ ...newer, outdated: true });
  });

  it("in any order leaves what the other steps alone would have made", () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandom(seed);
      const document = open();
      const steps = Array.from({ length: 8 }, (_, at) => ({ id: random.int(12), kind: at % 3 }));
      const make = (doc: OpenDocument, { id, kind }: (typeof steps)[number], now: number) => {
        const how = { now, alone: true };
        if (kind === 0) return accept(doc, setOf(doc), id, how);
        return (kind === 1 ? reject : skip)(doc, setOf(doc), id, how);
      };
      const outcomes = steps.map((step, at) => make(document, step, at));
      const records = document.store.getState().decisions;
      const gone = records[random.int(records.length)];
      // What was skipped first may be decided later: only that is then of another time.
      const later = records.some(
        (one) => one.at > gone.at && one.bounds.x === gone.bounds.x && one.bounds.y === gone.bounds.y,
      );
      if (later) continue;
      expect(takeBack(document, gone)).toBe("done");
      const other = open();
      steps.forEach((step, at) => {
        if (outcomes[at] === "done" && at !== gone.at) make(other, step, at);
      });
      expect(document.labels.data, `seed ${seed}`).toEqual(other.labels.data);
      expect(decisionsOf(document), `seed ${seed}`).toEqual(decisionsOf(other));
      expect(document.store.getState().decisions).toEqual(other.store.getState().decisions);
    }
  });
});
