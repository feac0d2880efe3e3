import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import type { Rect } from "../core/rect";
import { rectRegion } from "../core/region";
import { valuesOf } from "../core/runs";
import { createDocument } from "../document/document";
import type { FindResult, FoundRegion } from "../find/types";
import { accept, acceptAll, acceptable, reject } from "./decisions";
import { expectedRight, isDoubtful } from "./doubt";
import { findResult, foundRegion } from "./fixtures/found";
import { findSuggestions } from "./found";
import { openRows } from "./queue";
import { makeFindRequest } from "./request";
import { asItStands } from "./standing";
import { suggestionTraits } from "./suggestions";
import type { OpenDocument, SuggestionSet } from "./types";

const [width, height] = [40, 30];
const classes = [0, 1, 2, 3].map((id) => ({ id, name: `${id}`, color: [id, 0, 0] as const, ignored: id === 3 }));
const car: Rect = { x: 4, y: 4, width: 10, height: 6 };
const pole: Rect = { x: 10, y: 8, width: 8, height: 8 };
/** Turns the left half into 1, the right half into 2. */
const mixed = foundRegion(car, (x) => (x < 9 ? 1 : 2), { confidence: 0.9, to: 1 });
/** Overlaps it. */
const plain = foundRegion(pole, () => 2, { confidence: 0.6 });

/** All of class 0, masked in a corner of the car. */
function setUp(regions: readonly FoundRegion[] = [mixed, plain]) {
  const labels = createLabelMap(width, height);
  const doc: OpenDocument = createDocument({ key: "img", labels, traits: suggestionTraits });
  doc.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 8, height: 8 }), true));
  const set = findSuggestions(doc, findResult(doc, regions));
  expect(doc.propose(set)).toBe(true);
  return { doc, set };
}

const current = (doc: OpenDocument) => doc.store.getState().proposals.found as SuggestionSet;
const idAt = (doc: OpenDocument, x: number, y: number) => doc.labels.data[y * width + x];
/** Pixels inside `rect` as `expected` says, outside as the file has them. */
function expectLabels(doc: OpenDocument, expected: (x: number, y: number) => number | null): void {
  const wrong = [...doc.labels.data.keys()].filter((i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return doc.labels.data[i] !== (expected(x, y) ?? doc.original.data[i]);
  });
  expect(wrong).toEqual([]);
}
const within = ({ x, y, width: w, height: h }: Rect, px: number, py: number) =>
  px >= x && py >= y && px < x + w && py < y + h;

describe("findSuggestions", () => {
  it("does not list again the class that another was chosen over, until that is undone", () => {
    const { doc, set } = setUp([plain]);
    const again = () => findSuggestions(doc, findResult(doc, [plain])).suggestions.length;
    expect(accept(doc, set, 0, { as: 1 })).toBe("done");
    expect(again()).toBe(0);
    const other = foundRegion(pole, () => 0);
    expect(findSuggestions(doc, findResult(doc, [other])).suggestions).toHaveLength(1);
    doc.undo();
    expect(again()).toBe(1);
  });

  it("does not list again what was rejected, until that is undone", () => {
    const { doc, set } = setUp();
    const again = () =>
      findSuggestions(doc, findResult(doc, [mixed, plain])).suggestions.map(({ from, to }) => [from, to]);
    expect(reject(doc, set, 1)).toBe("done");
    expect(again()).toEqual([[0, 1]]);
    doc.undo();
    expect(again()).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it("lists regions as they were found, ids only where there are several", () => {
    const { set } = setUp();
    expect(set.suggestions.map(({ id, found, from, to, ids }) => [id, found, from, to, ids?.length])).toEqual([
      [0, true, 0, 1, 60],
      [1, true, 0, 2, undefined],
    ]);
    expect(set).toMatchObject({ model: "test", documentVersion: 1, advisedThreshold: 0.74 });
    expect(setUp([]).set.advisedThreshold).toBeUndefined();
    expect(set.heat?.length).toBe(width * height);
    const { rect, data } = set.confidence;
    expect(rect).toEqual({ x: 4, y: 4, width: 14, height: 12 });
    // The overlap shows the surer one.
    expect(data[(8 - 4) * 14 + 10 - 4]).toBe(Math.round(0.9 * 255));
  });

  it("is as sure, abstains and advises by how often such findings were right, where that was measured", () => {
    const { doc } = setUp();
    const reliability = [
      [0, 0.3],
      [0.74, 0.596],
    ] as const;
    const set = findSuggestions(doc, { ...findResult(doc, [mixed, plain]), reliability });
    expect(set.suggestions.map(({ confidence }) => confidence)).toEqual([0.6, 0.3]);
    expect(set.suggestions.map((one) => expectedRight(set.reliability, [one]))).toEqual([0.596, 0.3]);
    expect(set.suggestions.map(isDoubtful)).toEqual([false, true]);
    expect(set.advisedThreshold).toBe(0.6);
    expect(doc.propose(set)).toBe(true);
    expect(acceptable(asItStands(doc, set), 0.8)).toEqual([]);
    expect(acceptable(asItStands(doc, set), 0.6).map(({ id }) => id)).toEqual([0]);
  });

  it("lets the surer of two that are as often right have the last word", () => {
    const { doc } = setUp();
    const result = { ...findResult(doc, [mixed, plain]), reliability: [[0, 0.9]] as const };
    const set = findSuggestions(doc, result);
    doc.propose(set);
    acceptAll(doc, set, 0.8);
    expect(idAt(doc, 8, 5)).toBe(1);
    expect(idAt(doc, pole.x, pole.y)).toBe(mixed.ids[(pole.y - car.y) * car.width + pole.x - car.x]);
    expect(idAt(doc, 17, 15)).toBe(2);
  });

  it("is one row however many parts a region has: it was judged, and is as sure, as a whole", () => {
    const boxes: Rect[] = [
      { x: 0, y: 0, width: 10, height: 10 },
      { x: 0, y: 21, width: 9, height: 9 },
      { x: 36, y: 26, width: 2, height: 2 },
    ];
    const isIn = (x: number, y: number) => boxes.some((box) => within(box, x, y));
    const { region, ...all } = foundRegion({ x: 0, y: 0, width, height }, (_, y) => (y < 15 ? 1 : 2), { to: 1 });
    const bits = region.bits.map((_, i) => (isIn(i % width, Math.floor(i / width)) ? 1 : 0));
    const { doc, set } = setUp([{ ...all, region: { ...region, bits }, area: 185 }]);
    expect(set.suggestions.map(({ to, area }) => [to, area])).toEqual([[1, 185]]);
    acceptAll(doc, set, 0);
    expectLabels(doc, (x, y) => (isIn(x, y) ? (y < 15 ? 1 : 2) : null));
  });

  it("folds the least sure of many", () => {
    const many = Array.from({ length: 13 }, (_, i) =>
      foundRegion({ x: 3 * (i % 13), y: 2, width: 2, height: 9 }, () => 2, { confidence: 0.9 - 0.05 * i }),
    );
    const { set } = setUp(many);
    expect(set.suggestions.map(({ folded }) => folded ?? false)).toEqual([
      ...new Array<boolean>(10).fill(false),
      ...[true, true, true],
    ]);
    expect(openRows(set)).toHaveLength(11);
    expect(setUp(many.slice(0, 11)).set.suggestions.some(({ folded }) => folded)).toBe(false);
  });

  it("shows nothing that is right less than 2 times in 10, nor what changes nothing, and at most 20 objects", () => {
    const { doc } = setUp();
    const named = (confidence: number) => foundRegion(car, () => 1, { confidence });
    const shownOf = (regions: readonly FoundRegion[], reliability?: FindResult["reliability"]) =>
      findSuggestions(doc, { ...findResult(doc, regions), ...(reliability ? { reliability } : {}) }).suggestions;
    expect(shownOf([named(0.2), named(0.199)])).toHaveLength(1);
    const measured = [
      [0, 0.196],
      [0.1, 0.2],
    ] as const;
    expect(shownOf([named(0.1), named(0.099)], measured).map(({ confidence }) => confidence)).toEqual([0.2]);
    expect(shownOf([foundRegion(car, () => 0)])).toEqual([]);
    const many = Array.from({ length: 23 }, (_, i) =>
      foundRegion({ x: 3 * (i % 12), y: i < 12 ? 2 : 14, width: 2, height: 9 }, () => 2, {
        confidence: 0.9 - 0.01 * i,
      }),
    );
    expect(shownOf(many).map(({ confidence }) => confidence)).toEqual(
      many.slice(0, 20).map(({ confidence }) => confidence),
    );
  });

  it("stays through edits when nothing was found: the heat map is of the label as it was", () => {
    const dot = rectRegion({ x: 0, y: 29, width: 1, height: 1 });
    const { doc } = setUp();
    const empty = findSuggestions(doc, findResult(doc, []));
    expect(doc.propose(empty)).toBe(true);
    doc.edit("paint", (edit) => edit.setLabel(dot, 2));
    expect(doc.store.getState().proposals.found).toBe(empty);
  });

  it("counts its rasters against the history's memory", () => {
    const { set } = setUp();
    expect(suggestionTraits.buffers(set)).toHaveLength(5);
  });
});

describe("deciding on what was found", () => {
  it("writes exactly the new ids inside the region, keeps the mask, and records it", () => {
    const { doc, set } = setUp();
    expect(accept(doc, set, 0, { now: 5 })).toBe("done");
    expectLabels(doc, (x, y) => (within(car, x, y) ? (x < 9 ? 1 : 2) : null));
    expect(doc.store.getState().maskedPixels).toBe(64);
    const [record] = doc.store.getState().decisions;
    expect(record).toMatchObject({ source: "find", model: "test", from: 0, to: 1, area: 60, bounds: car });
    const row = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2];
    expect([...valuesOf(record?.ids ?? new Uint32Array())]).toEqual([row, row, row, row, row, row].flat());
    doc.undo();
    expectLabels(doc, () => null);
    expect(current(doc)).toBe(set);
  });

  it("leaves a region that overlaps an accepted one to be decided, within its own bounds", () => {
    const { doc, set } = setUp();
    accept(doc, set, 0);
    expect(current(doc).suggestions[1]?.decision).toBe("pending");
    expect(accept(doc, current(doc), 1)).toBe("done");
    expectLabels(doc, (x, y) => (within(pole, x, y) ? 2 : within(car, x, y) ? (x < 9 ? 1 : 2) : null));
  });

  it("lets the surer of two overlapping regions win when all are accepted", () => {
    const one = foundRegion({ ...car, width: 14 }, () => 1, { confidence: 0.9 });
    const { doc, set } = setUp([one, plain]);
    expect(acceptAll(doc, set, 0.5)).toBe("done");
    expectLabels(doc, (x, y) => {
      return within(one.region.rect, x, y) ? 1 : within(pole, x, y) ? 2 : null;
    });
    expect(doc.store.getState().decisions.map(({ source, model }) => [source, model])).toEqual([
      ["find", "test"],
      ["find", "test"],
    ]);
    doc.undo();
    expectLabels(doc, () => null);
  });

  it("respects locked classes pixel by pixel", () => {
    const { doc, set } = setUp();
    doc.setLocked(new Set([2]));
    expect(accept(doc, set, 0)).toBe("done");
    expectLabels(doc, (x, y) => (within(car, x, y) && x < 9 ? 1 : null));
    const [record] = doc.store.getState().decisions;
    expect(record?.area).toBe(30);
    expect([...valuesOf(record?.ids ?? new Uint32Array())]).toEqual(new Array(30).fill(1));
    expect(accept(doc, current(doc), 1)).toBe("locked");
    doc.setLocked(new Set([0, 1]));
    expect(idAt(doc, 12, 5)).toBe(0);
    expect(acceptAll(doc, current(doc), 0)).toBe("locked");
  });

  it("accepts all above a confidence, without those that need a hint", () => {
    const { doc, set } = setUp([mixed, foundRegion(pole, () => 2, { confidence: 0.95, needsHint: true })]);
    expect(acceptAll(doc, set, 0.9)).toBe("done");
    expect(current(doc).suggestions.map(({ decision }) => decision)).toEqual(["accepted", "pending"]);
    expect(acceptable(asItStands(doc, current(doc)), 0)).toEqual([]);
  });

  it("rejecting the last one changes neither label nor mask", () => {
    const { doc, set } = setUp([mixed]);
    reject(doc, set, 0);
    reject(doc, current(doc), 1);
    expect(doc.store.getState()).toMatchObject({ maskedPixels: 64, changedPixels: 0 });
  });
});

describe("makeFindRequest", () => {
  it("is a snapshot of the label with what is not to be judged", () => {
    const { doc } = setUp();
    doc.setLocked(new Set([2]));
    const data = new Uint8Array(width * height).fill(1, 0, 40);
    const request = makeFindRequest(doc, classes, { width, height, data });
    expect(request).toMatchObject({
      imageKey: "img",
      documentVersion: 1,
      ignoredIds: [3],
      lockedIds: [2],
      width,
      height,
    });
    expect(request.excluded).toEqual(data);
    doc.edit("paint", (edit) => edit.setLabel(rectRegion(car), 1));
    expect(request.labels[5 * width + 5]).toBe(0);
    expect(makeFindRequest(doc, classes, null).excluded).toEqual(new Uint8Array(width * height));
  });
});

it("advises no bin that begins below the rules' threshold: not all in it is above", () => {
  const doc = createDocument({ key: "a", labels: createLabelMap(40, 40), traits: suggestionTraits });
  const region = foundRegion({ x: 4, y: 4, width: 20, height: 20 }, () => 1, { from: 0, to: 1, confidence: 0.9 });
  const result = (reliability: [number, number][]) => ({ ...findResult(doc, [region]), accept: 0.63, reliability });
  const advised = (table: [number, number][]) => findSuggestions(doc, result(table)).advisedThreshold;
  expect(
    advised([
      [0, 0.2],
      [0.3, 0.62],
      [0.7, 0.86],
    ]),
  ).toBe(0.86);
  expect(
    advised([
      [0, 0.2],
      [0.63, 0.75],
      [0.9, 0.9],
    ]),
  ).toBe(0.75);
  expect(
    advised([
      [0, 0.2],
      [0.3, 0.62],
    ]),
  ).toBeUndefined();
});
