import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import type { Rect } from "../core/rect";
import { forEachPixel, rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import type { ReconstructionResult } from "../reconstruct/types";
import { buildSuggestions, suggestionTraits } from "./suggestions";
import type { OpenDocument } from "./types";

const classes = [0, 1, 2, 3, 255].map((id) => ({
  id,
  name: `class ${id}`,
  color: [id, id, id] as const,
  ignored: id === 255,
}));

/** A document all of class 0, masked inside `hole`. */
function holed(hole: Rect, width = 60, height = 40): OpenDocument {
  const doc = createDocument({ key: "a", labels: createLabelMap(width, height), traits: suggestionTraits });
  doc.edit("mask", (edit) => edit.setMask(rectRegion(hole), true));
  return doc;
}

/** A result over `rect` that proposes `idAt` under the mask. */
function resultFor(doc: OpenDocument, rect: Rect, idAt: (x: number, y: number) => number): ReconstructionResult {
  const size = rect.width * rect.height;
  const place = (i: number) => [rect.x + (i % rect.width), rect.y + Math.floor(i / rect.width)] as const;
  return {
    imageKey: doc.key,
    documentVersion: doc.store.getState().version,
    rect,
    ids: Uint16Array.from({ length: size }, (_, i) => idAt(...place(i))),
    confidence: new Uint8Array(size).fill(204),
    other: new Uint8Array(size),
    passesDone: 1,
    passes: 4,
    ratio: 0.5,
    model: "test",
    elapsedMs: 1,
  };
}

const hole: Rect = { x: 10, y: 10, width: 30, height: 20 };
const facts = (set: ReturnType<typeof buildSuggestions>) =>
  set.suggestions.map(({ id, from, to, area }) => ({ id, from, to, area }));

describe("buildSuggestions", () => {
  it("makes one suggestion a connected region of a new class, the largest first", () => {
    const doc = holed(hole);
    const set = buildSuggestions(
      doc,
      classes,
      resultFor(doc, hole, (x) => (x < 16 ? 1 : x < 20 ? 0 : x < 34 ? 2 : 1)),
    );
    expect(facts(set)).toEqual([
      { id: 0, from: 0, to: 2, area: 280 },
      { id: 1, from: 0, to: 1, area: 120 },
      { id: 2, from: 0, to: 1, area: 120 },
    ]);
    expect(set.suggestions[1]?.region.rect).toEqual({ x: 10, y: 10, width: 6, height: 20 });
    expect(set.suggestions[0]).toMatchObject({ confidence: 0.8, needsHint: false, decision: "pending" });
    expect(set).toMatchObject({ documentVersion: 1, ratio: 0.5, passes: 4, passesDone: 1, model: "test" });
  });

  it("looks at masked pixels only, in a result larger than the hole or over the image's edge", () => {
    const doc = holed({ x: 0, y: 0, width: 8, height: 8 });
    const set = buildSuggestions(
      doc,
      classes,
      resultFor(doc, { x: -5, y: -3, width: 40, height: 30 }, () => 3),
    );
    expect(facts(set)).toEqual([{ id: 0, from: 0, to: 3, area: 64 }]);
    expect(set.suggestions[0]?.region.rect).toEqual({ x: 0, y: 0, width: 8, height: 8 });
  });

  it("asks for a hint where most of a region is of no visible class", () => {
    const doc = holed(hole);
    const result = resultFor(doc, hole, (x) => (x < 25 ? 1 : 2));
    result.other.forEach((_, i) => {
      result.other[i] = i % hole.width < 20 ? 1 : 0;
    });
    const byClass = new Map(
      buildSuggestions(doc, classes, result).suggestions.map(({ to, needsHint }) => [to, needsHint]),
    );
    expect(byClass).toEqual(
      new Map([
        [1, true],
        [2, false],
      ]),
    );
  });

  it("never proposes locked classes or void, and changes the void that the request had rebuilt", () => {
    const doc = holed(hole);
    doc.edit("void", (edit) => edit.setLabels(rectRegion({ ...hole, width: 10 }), new Uint16Array(200).fill(255)));
    const rebuilt = (x: number) => (x < 30 ? 1 : x < 35 ? 2 : 255);
    const kept = resultFor(doc, hole, (x) => (x < 20 ? 255 : rebuilt(x)));
    expect(facts(buildSuggestions(doc, classes, kept)).map(({ area }) => area)).toEqual([200, 100]);
    const [filled] = buildSuggestions(doc, classes, resultFor(doc, hole, rebuilt)).suggestions;
    expect(filled).toMatchObject({ from: 0, fromIds: [0, 255], to: 1, area: 400 });
    doc.setLocked(new Set([2]));
    expect(facts(buildSuggestions(doc, classes, kept))).toEqual([{ id: 0, from: 0, to: 1, area: 200 }]);
    doc.setLocked(new Set([0]));
    expect(facts(buildSuggestions(doc, classes, kept))).toEqual([]);
  });
});

describe("regions under 16 px", () => {
  const within = (rect: Rect, x: number, y: number) =>
    x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;

  it("join the region around them", () => {
    const doc = holed(hole);
    const speck: Rect = { x: 20, y: 20, width: 3, height: 5 };
    const set = buildSuggestions(
      doc,
      classes,
      resultFor(doc, hole, (x, y) => (within(speck, x, y) ? 2 : 1)),
    );
    expect(facts(set)).toEqual([{ id: 0, from: 0, to: 1, area: 600 }]);
  });

  it("prefer the neighbour that wants the same class", () => {
    const doc = holed(hole);
    doc.edit("other class", (edit) =>
      edit.setLabels(rectRegion({ x: 20, y: 10, width: 3, height: 5 }), new Uint16Array(15).fill(3)),
    );
    const set = buildSuggestions(
      doc,
      classes,
      resultFor(doc, hole, (x) => (x < 20 ? 2 : x < 24 ? 1 : 0)),
    );
    expect(facts(set)).toEqual([
      { id: 0, from: 0, to: 2, area: 200 },
      { id: 1, from: 0, to: 1, area: 80 },
    ]);
  });

  it("are given up among agreed pixels, but kept when they fill their whole hole", () => {
    const doc = holed(hole);
    const dot: Rect = { x: 20, y: 20, width: 2, height: 2 };
    expect(
      buildSuggestions(
        doc,
        classes,
        resultFor(doc, hole, (x, y) => (within(dot, x, y) ? 2 : 0)),
      ).suggestions,
    ).toEqual([]);
    const small = holed(dot);
    expect(
      facts(
        buildSuggestions(
          small,
          classes,
          resultFor(small, hole, () => 2),
        ),
      ),
    ).toEqual([{ id: 0, from: 0, to: 2, area: 4 }]);
  });

  it("leave disjoint regions of masked, changing pixels, whatever the result looks like", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, grain) => {
        const random = createRandom(seed);
        const cells = Array.from({ length: 2000 }, () => random.int(4));
        const doc = holed(hole);
        const idAt = (x: number, y: number) => cells[Math.floor(y / grain) * 40 + Math.floor(x / grain)];
        const set = buildSuggestions(doc, classes, resultFor(doc, hole, idAt));
        const taken = new Set<string>();
        for (const { region, area } of set.suggestions) {
          let pixels = 0;
          forEachPixel(region, (x, y) => {
            expect(taken.has(`${x},${y}`)).toBe(false);
            taken.add(`${x},${y}`);
            expect(doc.mask.data[y * doc.width + x]).toBe(1);
            expect(idAt(x, y)).not.toBe(0);
            pixels++;
          });
          expect(pixels).toBe(area);
          expect(area).toBeGreaterThanOrEqual(16);
        }
        const areas = set.suggestions.map(({ area }) => area);
        expect(areas).toEqual([...areas].sort((a, b) => b - a));
      }),
      { numRuns: 40 },
    );
  });
});
