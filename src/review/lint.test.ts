import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import { createDocument } from "../document/document";
import { accept, acceptAll, acceptable } from "./decisions";
import { LINT, lintLabel, lintSuggestions, MOST_SPECKS } from "./lint";
import { suggestionTraits } from "./suggestions";

const classes = [0, 1, 2, 3, 77, 255].map((id) => ({
  id,
  name: `class ${id}`,
  color: [id, id, id] as const,
  ignored: id === 255,
}));
const known = classes.filter(({ id }) => id !== 77);
const none = new Set<number>();

function drawn(width: number, height: number, idAt: (x: number, y: number) => number): LabelMap {
  const at = (i: number) => idAt(i % width, Math.floor(i / width));
  return createLabelMap(
    width,
    height,
    Uint16Array.from({ length: width * height }, (_, i) => at(i)),
  );
}

/** Left class 1, right class 2; a 2x2 pinhole of 3 on the left, a 3x1 speck of 3 across the border. */
const specked = drawn(40, 30, (x, y) => {
  if (x >= 5 && x < 7 && y >= 5 && y < 7) return 3;
  if (y === 20 && x >= 18 && x < 21) return 3;
  return x < 20 ? 1 : 2;
});

describe("lintLabel", () => {
  it("finds pinholes and specks, and what is around them", () => {
    const { specks, speckCount, unknown, empty } = lintLabel(specked, classes, known, none);
    expect(specks.map(({ lint, from, to, area }) => ({ lint, from, to, area }))).toEqual([
      { lint: "pinhole", from: 3, to: 1, area: 4 },
      { lint: "speck", from: 3, to: 1, area: 3 },
    ]);
    expect(specks.map(({ confidence }) => confidence)).toEqual([null, null]);
    expect({ speckCount, unknown, empty }).toEqual({ speckCount: 2, unknown: [], empty: false });
  });

  it("leaves void, locked classes and what only touches specks alone", () => {
    const inVoid = drawn(20, 20, (x, y) => (x === 9 && y === 9 ? 1 : 255));
    const voidHole = drawn(20, 20, (x, y) => (x === 9 && y === 9 ? 255 : 1));
    const checker = drawn(3, 3, (x, y) => (x + y) % 2);
    for (const labels of [inVoid, voidHole, checker]) {
      expect(lintLabel(labels, classes, known, none).specks).toEqual([]);
    }
    expect(lintLabel(specked, classes, known, new Set([3])).specks).toEqual([]);
    expect(lintLabel(specked, classes, known, new Set([1])).specks).toEqual([]);
  });

  it("counts unknown ids and tells an empty label", () => {
    const odd = drawn(20, 20, (x) => (x < 10 ? 77 : 1));
    expect(lintLabel(odd, classes, known, none).unknown).toEqual([{ id: 77, pixels: 200 }]);
    expect(lintLabel(createLabelMap(9, 9), classes, known, none).empty).toBe(true);
    const framed = drawn(20, 20, (x) => (x === 0 ? 255 : 1));
    expect(lintLabel(framed, classes, known, none).empty).toBe(true);
  });

  it("passes over what is excluded, and does not count its ids", () => {
    const odd = drawn(40, 30, (x, y) => (x >= 30 ? 77 : specked.data[y * 40 + x]));
    const data = Uint8Array.from(odd.data, (_, i) => (i % 40 >= 29 || (i % 40 === 6 && i < 400) ? 1 : 0));
    const { specks, unknown } = lintLabel(odd, classes, known, none, { width: 40, height: 30, data });
    expect(specks.map(({ lint }) => lint)).toEqual(["speck"]);
    expect(unknown).toEqual([]);
    const only = { width: 40, height: 30, data: data.map((_, i) => (i % 40 >= 18 ? 1 : 0)) };
    expect(
      lintLabel(
        drawn(40, 30, (x) => (x < 20 ? 1 : 2)),
        classes,
        known,
        none,
        only,
      ).empty,
    ).toBe(true);
  });

  it("shows at most a portion, the best enclosed first", () => {
    const dotted = drawn(120, 120, (x, y) => (x % 4 === 2 && y % 4 === 2 ? 3 : 1));
    const { specks, speckCount } = lintLabel(dotted, classes, known, none);
    expect(specks).toHaveLength(MOST_SPECKS);
    expect(speckCount).toBe(900);
  });
});

describe("lintSuggestions", () => {
  it("is never taken by accept all; accepted one by one it mends every speck and keeps the mask", () => {
    const doc = createDocument({ key: "a", labels: specked, traits: suggestionTraits });
    const mask = { rect: { x: 0, y: 0, width: 40, height: 30 }, bits: new Uint8Array(1200).fill(1) };
    doc.edit("mask", (edit) => edit.setMask(mask, true));
    const set = lintSuggestions(doc, lintLabel(doc.labels, classes, known, none));
    expect(set?.model).toBe(LINT);
    expect(set !== null && doc.propose(set)).toBe(true);
    const proposed = doc.store.getState().proposals.checks;
    if (proposed === null) throw new Error("nothing proposed");
    for (const threshold of [0, 0.5, 1]) {
      expect(acceptable(doc, proposed, threshold)).toEqual([]);
      expect(acceptAll(doc, proposed, threshold)).toBe("nothing");
    }
    expect(doc.store.getState().changedPixels).toBe(0);
    for (const { id } of proposed.suggestions) {
      const now = doc.store.getState().proposals.checks;
      expect(now !== null && accept(doc, now, id)).toBe("done");
    }
    expect(new Set(doc.labels.data)).toEqual(new Set([1, 2]));
    expect(doc.store.getState().maskedPixels).toBe(1200 - 7);
    expect(lintSuggestions(doc, lintLabel(doc.labels, classes, known, none))).toBeNull();
  });

  it("never proposes a pixel twice, a change to itself, or more than 15 px", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 400, maxLength: 400 }), (ids) => {
        const labels = createLabelMap(20, 20, Uint16Array.from(ids));
        const seen = new Set<number>();
        for (const { region, from, to, area } of lintLabel(labels, classes, known, none).specks) {
          expect(area).toBeLessThan(16);
          expect(to).not.toBe(from);
          region.bits.forEach((bit, i) => {
            if (bit === 0) return;
            const x = region.rect.x + (i % region.rect.width);
            const pixel = (region.rect.y + Math.floor(i / region.rect.width)) * 20 + x;
            expect(labels.data[pixel]).toBe(from);
            expect(seen.has(pixel)).toBe(false);
            seen.add(pixel);
          });
        }
      }),
    );
  });
});
