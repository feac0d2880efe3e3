import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { type Rect, rectArea } from "../core/rect";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import type { ReconstructionResult } from "../reconstruct/types";
import { accept, acceptAll, acceptable, reject, skip } from "./decisions";
import { shownPercent } from "./doubt";
import { maskedShare } from "./maskedShare";
import { rowsOf } from "./queue";
import { makeRequest } from "./request";
import { asItStands } from "./standing";
import { buildSuggestions, suggestionTraits } from "./suggestions";
import type { OpenDocument, Suggestion, SuggestionSet } from "./types";

const classes = [0, 1, 2, 3].map((id) => ({ id, name: `${id}`, color: [id, 0, 0] as const, ignored: id === 3 }));
const hole: Rect = { x: 10, y: 10, width: 30, height: 10 };

/** Three columns of ten: class 1 (80 %), class 2 (60 %), and class 0, which is there already. */
function reviewed(hint?: Rect): { doc: OpenDocument; set: SuggestionSet } {
  const doc = createDocument({ key: "img", labels: createLabelMap(60, 40), traits: suggestionTraits });
  doc.edit("mask", (edit) => {
    edit.setMask(rectRegion(hole), true);
    if (hint !== undefined) edit.setLabel(rectRegion(hint), 1);
  });
  const column = (i: number) => Math.floor((i % hole.width) / 10);
  const raster = (values: readonly number[]) => Array.from({ length: rectArea(hole) }, (_, i) => values[column(i)]);
  const result: ReconstructionResult = {
    imageKey: "img",
    documentVersion: doc.store.getState().version,
    rect: hole,
    ids: Uint16Array.from(raster([1, 2, 0])),
    confidence: Uint8Array.from(raster([204, 153, 255])),
    other: new Uint8Array(rectArea(hole)),
    passesDone: 2,
    passes: 4,
    ratio: 0.5,
    model: "test",
    elapsedMs: 1,
  };
  const set = buildSuggestions(doc, classes, result);
  expect(doc.propose(set)).toBe(true);
  return { doc, set };
}

const current = (doc: OpenDocument) => doc.store.getState().proposals.live as SuggestionSet;
const marks = (doc: OpenDocument) => current(doc).suggestions.map(({ to, decision }) => [to, decision]);

it("takes at a threshold what is shown to reach it, and nothing below", () => {
  const { doc, set } = reviewed();
  const suggestions = set.suggestions.map((one, i) => ({ ...one, confidence: [0.796, 0.29][i] }));
  expect(suggestions.map(({ confidence }) => shownPercent(confidence))).toEqual([79, 29]);
  const rough = { ...set, suggestions };
  expect(acceptable(asItStands(doc, rough), 0.8)).toEqual([]);
  expect(acceptable(asItStands(doc, rough), 0.79)).toEqual([suggestions[0]]);
});

describe("accept", () => {
  it("writes the region, unmasks it, marks it and records it, in one step", () => {
    const { doc, set } = reviewed();
    expect(accept(doc, set, 0, { now: 7, note: "clear" })).toBe("done");
    expect(doc.store.getState()).toMatchObject({
      changedPixels: 100,
      maskedPixels: 200,
      undoName: "Accept suggestion",
    });
    expect(marks(doc)).toEqual([
      [1, "accepted"],
      [2, "pending"],
    ]);
    expect(doc.store.getState().decisions).toEqual([
      {
        at: 7,
        decision: "accepted",
        from: 0,
        to: 1,
        area: 100,
        confidence: 0.8,
        model: "test",
        ratio: 0.5,
        passes: 2,
        bounds: { x: 10, y: 10, width: 10, height: 10 },
        source: "model",
        written: Uint32Array.of(0, 100),
        note: "clear",
      },
    ]);
    doc.undo();
    expect(doc.store.getState()).toMatchObject({ changedPixels: 0, maskedPixels: 300, decisions: [] });
    expect(current(doc)).toBe(set);
    expect(accept(doc, set, 0)).toBe("done");
  });

  it("refuses a set that is no longer the proposal", () => {
    const { doc, set } = reviewed();
    doc.edit("hint", (edit) => edit.setLabel(rectRegion({ x: 12, y: 12, width: 2, height: 2 }), 2));
    expect(doc.store.getState().proposals.live).toBeUndefined();
    expect(accept(doc, set, 0)).toBe("stale");
    expect(acceptAll(doc, set, 0)).toBe("stale");
    expect(doc.store.getState()).toMatchObject({ changedPixels: 4, undoName: "hint", decisions: [] });
  });

  it("refuses what is decided, unknown or locked", () => {
    const { doc, set } = reviewed();
    accept(doc, set, 0);
    expect(accept(doc, current(doc), 0)).toBe("nothing");
    expect(reject(doc, current(doc), 0)).toBe("nothing");
    expect(accept(doc, current(doc), 99)).toBe("nothing");
    doc.setLocked(new Set([2]));
    expect(accept(doc, current(doc), 1)).toBe("locked");
    expect(acceptAll(doc, current(doc), 0)).toBe("locked");
  });

  it("uses up the hints of its region, once nothing masked touches them", () => {
    const { doc, set } = reviewed({ x: 14, y: 14, width: 3, height: 3 });
    expect(doc.store.getState().hintPixels).toBe(9);
    accept(doc, set, set.suggestions.find(({ to }) => to === 2)?.id as number);
    expect(doc.store.getState().hintPixels).toBe(9);
    accept(doc, current(doc), set.suggestions.find(({ to }) => to === 1)?.id as number);
    expect(doc.store.getState().hintPixels).toBe(0);
    doc.undo();
    expect(doc.store.getState().hintPixels).toBe(9);
  });
});

describe("accept as another class", () => {
  it("gives all of the region that class and records it as the user's, with what was proposed", () => {
    const { doc, set } = reviewed();
    expect(accept(doc, set, 0, { now: 7, as: 2 })).toBe("done");
    expect(doc.store.getState()).toMatchObject({ changedPixels: 100, maskedPixels: 200 });
    expect(doc.labels.data[10 * 60 + 10]).toBe(2);
    expect(marks(doc)).toEqual([
      [2, "accepted"],
      [2, "pending"],
    ]);
    expect(doc.store.getState().decisions).toMatchObject([
      { decision: "accepted", from: 0, to: 2, area: 100, confidence: null, proposed: { to: 1, confidence: 0.8 } },
    ]);
    doc.undo();
    expect(doc.store.getState()).toMatchObject({ changedPixels: 0, maskedPixels: 300, decisions: [] });
    expect(current(doc)).toBe(set);
  });

  it("of the proposed class is a plain accept", () => {
    const { doc, set } = reviewed();
    accept(doc, set, 0, { as: 1 });
    const [record] = doc.store.getState().decisions;
    expect(record).toMatchObject({ to: 1, confidence: 0.8 });
    expect(record).not.toHaveProperty("proposed");
  });

  it("counts only what it changes, and refuses locked classes", () => {
    const { doc, set } = reviewed();
    doc.setLocked(new Set([2]));
    expect(accept(doc, set, 0, { as: 2 })).toBe("locked");
    expect(accept(doc, set, 0, { as: 0 })).toBe("done");
    expect(doc.store.getState()).toMatchObject({ changedPixels: 0, maskedPixels: 200 });
    expect(doc.store.getState().decisions).toMatchObject([{ decision: "accepted", to: 0, area: 0 }]);
  });
});

describe("a folded row", () => {
  /** The second of the two is folded, with a third beside it. */
  function folded(facts: Partial<Suggestion> = {}) {
    const { doc, set } = reviewed();
    const [first, second] = set.suggestions;
    const halves = [15, 20].map((y, i): Suggestion => {
      const region = rectRegion({ x: 20, y: y - 5, width: 10, height: 5 });
      return { ...second, id: 1 + i, region, area: 50, folded: true, ...(i === 1 ? facts : {}) };
    });
    const rows = { ...set, suggestions: [first, ...halves] };
    expect(doc.propose(rows)).toBe(true);
    return { doc, set: rows };
  }

  it("is decided as one, in one step, with a record each", () => {
    for (const id of [1, 2]) {
      const { doc, set } = folded();
      expect(accept(doc, set, id)).toBe("done");
      expect(doc.store.getState()).toMatchObject({ changedPixels: 100, undoName: "Accept 2 suggestions" });
      expect(doc.store.getState().decisions.map(({ area }) => area)).toEqual([50, 50]);
      doc.undo();
      expect(current(doc)).toBe(set);
      expect(reject(doc, set, id)).toBe("done");
      expect(doc.store.getState()).toMatchObject({ changedPixels: 0, maskedPixels: 200 });
      doc.undo();
      expect(skip(doc, set, id)).toBe("done");
      expect(skip(doc, current(doc), id)).toBe("nothing");
      expect(accept(doc, current(doc), id, { as: 1 })).toBe("done");
      expect(doc.store.getState().decisions.at(-1)).toMatchObject({ to: 1, proposed: { to: 2 } });
    }
  });

  it("is accepted with all others only as a whole", () => {
    const sure = folded();
    expect(rowsOf(acceptable(asItStands(sure.doc, sure.set), 0.6)).map(({ id }) => id)).toEqual([0, 1]);
    const unsure = folded({ confidence: 0.55 });
    expect(acceptable(asItStands(unsure.doc, unsure.set), 0.6).map(({ id }) => id)).toEqual([0]);
  });
});

describe("reject and skip", () => {
  it("reject keeps the label and unmasks the region", () => {
    const { doc, set } = reviewed();
    expect(reject(doc, set, set.suggestions.find(({ to }) => to === 1)?.id as number)).toBe("done");
    expect(doc.store.getState()).toMatchObject({ changedPixels: 0, maskedPixels: 200 });
    expect(doc.store.getState().decisions.map(({ decision }) => decision)).toEqual(["rejected"]);
  });

  it("skip only marks, and the suggestion can still be accepted", () => {
    const { doc, set } = reviewed();
    expect(skip(doc, set, 0)).toBe("done");
    expect(skip(doc, current(doc), 0)).toBe("nothing");
    expect(doc.store.getState()).toMatchObject({ changedPixels: 0, maskedPixels: 300, version: 1 });
    expect(marks(doc)).toEqual([
      [1, "skipped"],
      [2, "pending"],
    ]);
    expect(accept(doc, current(doc), 0)).toBe("done");
    doc.undo();
    expect(marks(doc)).toEqual([
      [1, "skipped"],
      [2, "pending"],
    ]);
    doc.undo();
    expect(marks(doc)).toEqual([
      [1, "pending"],
      [2, "pending"],
    ]);
  });

  it("release the agreed rest of the mask with the last decision", () => {
    const { doc, set } = reviewed();
    reject(doc, set, 0);
    expect(doc.store.getState().maskedPixels).toBe(200);
    reject(doc, current(doc), 1);
    expect(doc.store.getState()).toMatchObject({ maskedPixels: 0, changedPixels: 0 });
  });
});

describe("acceptAll", () => {
  it.each([0, 0.6, 0.61, 0.8, 0.81])("takes what was said to be acceptable at %s, and no more", (threshold) => {
    for (const locked of [[], [1], [2]]) {
      const { doc, set } = reviewed();
      doc.setLocked(new Set(locked));
      const said = acceptable(asItStands(doc, set), threshold).map(({ id }) => id);
      acceptAll(doc, set, threshold);
      const taken = current(doc).suggestions.filter(({ decision }) => decision === "accepted");
      expect(taken.map(({ id }) => id)).toEqual(said);
    }
  });

  it("accepts those above the threshold in one step", () => {
    const { doc, set } = reviewed();
    expect(acceptAll(doc, set, 0.7)).toBe("done");
    expect(marks(doc)).toEqual([
      [1, "accepted"],
      [2, "pending"],
    ]);
    expect(acceptAll(doc, current(doc), 0.7)).toBe("nothing");
    doc.undo();
    expect(acceptAll(doc, current(doc), 0)).toBe("done");
    expect(doc.store.getState()).toMatchObject({
      undoName: "Accept 2 suggestions",
      maskedPixels: 0,
      changedPixels: 200,
    });
    expect(doc.store.getState().decisions).toHaveLength(2);
    doc.undo();
    expect(doc.store.getState()).toMatchObject({ maskedPixels: 300, changedPixels: 0, decisions: [] });
  });

  it.each([{ needsHint: true }, { confidence: 0.49 }])("leaves what the model is not sure of: %o", (doubt) => {
    const { doc, set } = reviewed();
    const unsure = { ...set, suggestions: set.suggestions.map((one) => ({ ...one, ...doubt })) };
    doc.propose(unsure);
    expect(acceptAll(doc, unsure, 0)).toBe("nothing");
    expect(accept(doc, unsure, 0)).toBe("done");
  });
});

const voidPolicy = "auto";

describe("makeRequest", () => {
  it("is a snapshot that later edits do not reach", () => {
    const { doc } = reviewed({ x: 14, y: 14, width: 3, height: 3 });
    doc.setLocked(new Set([2]));
    const request = makeRequest(doc, classes, { ratio: 0.6, passes: 3, voidPolicy });
    expect(request).toMatchObject({
      imageKey: "img",
      documentVersion: 1,
      width: 60,
      height: 40,
      lockedIds: [2],
      ratio: 0.6,
      passes: 3,
      seed: 1,
    });
    const masked = () => request.masked.bits.reduce((sum, bit) => sum + bit, 0);
    expect(masked()).toBe(291);
    doc.edit("more", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 9, height: 9 }), true));
    expect(masked()).toBe(291);
  });

  it("refuses ratios and passes out of range", () => {
    const { doc } = reviewed();
    expect(makeRequest(doc, classes, { ratio: 0, passes: 1, voidPolicy }).ratio).toBe(0);
    expect(() => makeRequest(doc, classes, { ratio: 0.05, passes: 1, voidPolicy })).toThrow(RangeError);
    expect(() => makeRequest(doc, classes, { ratio: 0.95, passes: 1, voidPolicy })).toThrow(RangeError);
    expect(() => makeRequest(doc, classes, { ratio: Number.NaN, passes: 1, voidPolicy })).toThrow(RangeError);
    expect(() => makeRequest(doc, classes, { ratio: 0.5, passes: 9, voidPolicy })).toThrow(RangeError);
  });

  it("measures the masked share of a window without its void", () => {
    const { doc } = reviewed();
    const window: Rect = { x: 0, y: 0, width: 40, height: 20 };
    expect(maskedShare(doc, classes, doc.mask, window)).toBe(300 / 800);
    doc.edit("void", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 40, height: 10 }), 3));
    expect(maskedShare(doc, classes, doc.mask, window)).toBe(300 / 400);
  });
});
