import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idFlags, voidIds } from "../core/classTable";
import { labelComponents } from "../core/components";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import { createRandom, type Random } from "../core/random";
import { clipRect, type Rect } from "../core/rect";
import { forEachPixel, rectRegion } from "../core/region";
import { tiledMask } from "../core/tiledMask";
import { createDocument } from "../document/document";
import { maskedShare } from "./maskedShare";
import { makeRequest } from "./request";
import { suggestionTraits } from "./suggestions";
import type { OpenDocument } from "./types";
import { keptVoid, type VoidPolicy, voidPolicies, voidUnderMask } from "./voidUnderMask";

const VOID = 255;
const classes = [0, 1, 2, VOID].map((id) => ({
  id,
  name: `class ${id}`,
  color: [id, id, id] as const,
  ignored: id === VOID,
}));
const size = 60;

/** A label of class 0 in which each rectangle has its class, masked in `mask`. */
function open(parts: readonly (readonly [id: number, rect: Rect])[], mask: Rect): OpenDocument {
  const labels = createLabelMap(size, size);
  for (const [id, rect] of parts) paint(labels, id, rect);
  const doc = createDocument({ key: "a", labels, traits: suggestionTraits });
  doc.edit("mask", (edit) => edit.setMask(rectRegion(mask), true));
  return doc;
}

function paint({ data, width }: LabelMap, id: number, rect: Rect): void {
  forEachPixel(rectRegion(rect), (x, y) => (data[y * width + x] = id));
}

/** A square of class 1 in a ring of void, as VOC draws its borders. */
function bordered(border: number): readonly (readonly [number, Rect])[] {
  const inner: Rect = { x: 20, y: 20, width: 20, height: 20 };
  const side = 20 + 2 * border;
  return [
    [VOID, { x: 20 - border, y: 20 - border, width: side, height: side }],
    [1, inner],
  ];
}

const square = (at: number, side: number): Rect => ({ x: at, y: at, width: side, height: side });
const all = square(0, size);
const auto = (doc: OpenDocument) => voidUnderMask(doc, classes, "auto");
const isRebuilt = (doc: OpenDocument, x: number, y: number) => auto(doc).rebuild.data[y * size + x] === 1;

describe("void under the mask", () => {
  it.each([1, 5, 8])("is a border when it is %i px wide", (border) => {
    const doc = open(bordered(border), all);
    const ring = (20 + 2 * border) ** 2 - 400;
    expect(auto(doc).kept).toBe(ring);
    expect(auto(doc).rebuild.data.reduce((sum, bit) => sum + bit, 0)).toBe(size * size - ring);
  });

  it("is a border where two of 5 px cross", () => {
    const cross = [
      [VOID, { x: 28, y: 0, width: 5, height: size }],
      [VOID, { x: 0, y: 28, width: size, height: 5 }],
    ] as const;
    expect(auto(open(cross, all)).kept).toBe(2 * 5 * size - 25);
  });

  it("is a region when it is 9 px wide, rim and corners included", () => {
    expect(auto(open(bordered(9), all)).kept).toBe(0);
  });

  it("is filled where an object was dropped to it, with the border it had", () => {
    const dropped: Rect = square(15, 30);
    const doc = open([[VOID, dropped]], square(12, 36));
    expect(auto(doc)).toMatchObject({ kept: 0, rebuild: doc.mask });
  });

  it("keeps the border of a neighbour that hangs on a dropped object", () => {
    const tail: Rect = { x: 40, y: 28, width: 18, height: 5 };
    const doc = open(
      [
        [VOID, square(20, 20)],
        [VOID, tail],
      ],
      all,
    );
    expect(isRebuilt(doc, 20, 20)).toBe(true);
    expect(isRebuilt(doc, 39, 39)).toBe(true);
    // The region is wide up to x 37; eight steps from there reach into the tail.
    expect([45, 46].map((x) => isRebuilt(doc, x, 30))).toEqual([true, false]);
    expect(auto(doc).kept).toBe((58 - 46) * 5);
  });

  it("is kept where the mask only grazes a region, and filled where it lies inside one", () => {
    const region: Rect = square(10, 40);
    expect(auto(open([[VOID, region]], { x: 0, y: 0, width: 13, height: 60 })).kept).toBe(3 * 40);
    expect(auto(open([[VOID, region]], { x: 25, y: 20, width: 6, height: 20 })).kept).toBe(0);
  });

  it("sees nothing beyond the image's edges", () => {
    const strip: Rect = { x: 0, y: 0, width: 8, height: size };
    expect(auto(open([[VOID, strip]], all)).kept).toBe(8 * size);
    expect(auto(open([[VOID, { ...strip, width: 9 }]], all)).kept).toBe(0);
    expect(auto(open([[VOID, all]], all)).kept).toBe(0);
    expect(auto(open([[VOID, square(0, 12)]], all)).kept).toBe(0);
  });

  it("is all kept, or all filled, when asked", () => {
    const doc = open(bordered(5), all);
    expect(voidUnderMask(doc, classes, "fill")).toMatchObject({ kept: 0, rebuild: doc.mask });
    expect(voidUnderMask(open([[VOID, all]], all), classes, "keep").kept).toBe(size * size);
    expect(voidUnderMask(open([], all), classes, "keep").kept).toBe(0);
  });

  it("is not what smeared files hold between their classes: that is rebuilt, whatever the policy", () => {
    const doc = open(bordered(2), all);
    const smeared = classes.map((info) => (info.id === VOID ? { ...info, offPalette: true as const } : info));
    for (const policy of voidPolicies) {
      const { rebuild, kept } = voidUnderMask(doc, smeared, policy);
      expect([kept, rebuild.data.includes(0)]).toEqual([0, false]);
    }
  });

  it("is told anew when label, mask or policy change", () => {
    const doc = open([[VOID, square(0, 20)]], square(0, 20));
    expect(auto(doc).kept).toBe(0);
    expect(voidUnderMask(doc, classes, "keep").kept).toBe(400);
    doc.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 20, height: 10 }), false));
    expect(voidUnderMask(doc, classes, "keep").kept).toBe(200);
    doc.undo();
    expect(voidUnderMask(doc, classes, "keep").kept).toBe(400);
  });

  it("is what a plain count says, whatever the label", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const rect = (): Rect => ({
          ...{ x: random.int(30), y: random.int(30) },
          ...{ width: 1 + random.int(22), height: 1 + random.int(22) },
        });
        const labels = createLabelMap(40, 40);
        for (let i = 0; i < 5; i++) paint(labels, i % 4 === 3 ? 1 : VOID, clipped(rect(), 40));
        const doc = createDocument({ key: "a", labels, traits: suggestionTraits });
        doc.edit("mask", (edit) => edit.setMask(rectRegion(rect()), true));
        const { rebuild, kept } = voidUnderMask(doc, classes, "auto");
        const expected = plainly(doc);
        expect([...rebuild.data]).toEqual(expected);
        expect(kept).toBe(doc.mask.data.reduce((sum, bit, i) => sum + bit - expected[i], 0));
      }),
      { numRuns: 60 },
    );
  });
});

describe("void under a mask that changes", () => {
  /** Void of all widths, and single pixels of it. */
  function strewn(width: number, height: number, random: Random): LabelMap {
    const labels = createLabelMap(width, height);
    for (let i = 0; i < 60; i++) {
      const side = () => 1 + random.int(random.next() < 0.4 ? 90 : 14);
      const rect = { x: random.int(width), y: random.int(height), width: side(), height: side() };
      paint(labels, i % 3 === 2 ? 1 : VOID, clipRect(rect, width, height));
    }
    for (let i = 0; i < 200; i++) labels.data[random.int(labels.data.length)] = i % 2 === 0 ? VOID : 0;
    return labels;
  }

  it("is what a pass over all of it says, after every step", () => {
    const random = createRandom(8);
    for (let round = 0; round < 8; round++) {
      const [width, height] = [100 + random.int(200), 70 + random.int(160)];
      const labels = strewn(width, height, random);
      const doc = createDocument({ key: "a", labels, traits: suggestionTraits });
      for (let step = 0; step < 25; step++) {
        const side = () => 1 + random.int(random.next() < 0.3 ? 150 : 30);
        const region = rectRegion({
          x: random.int(width) - 9,
          y: random.int(height) - 9,
          width: side(),
          height: side(),
        });
        const choice = random.next();
        if (choice < 0.15) doc.undo();
        else if (choice < 0.6) doc.edit("mask", (edit) => edit.setMask(region, true));
        else if (choice < 0.75) doc.edit("erase", (edit) => edit.setMask(region, false));
        else
          doc.edit("paint", (edit) =>
            edit.setLabels(region, new Uint16Array(region.bits.length).fill(choice < 0.9 ? VOID : 1)),
          );
        const policy = step % 9 === 8 ? "keep" : "auto";
        const { rebuild, kept } = voidUnderMask(doc, classes, policy);
        const bits = doc.mask.data.slice();
        const all = keptVoid(
          doc.labels,
          { rect: { x: 0, y: 0, width, height }, bits },
          idFlags(voidIds(classes)),
          policy,
        );
        all?.forEach((bit, i) => {
          bits[i] ^= bit;
        });
        const at = `round ${round}, step ${step}`;
        expect(Buffer.compare(rebuild.data, bits), at).toBe(0);
        expect(rebuild.areas, at).toEqual(tiledMask(rebuild).areas);
        expect(kept, at).toBe(doc.store.getState().maskedPixels - bits.reduce((sum, bit) => sum + bit, 0));
      }
    }
  });

  it("is told from the tiles around a stroke, however much is masked", () => {
    const labels = createLabelMap(1024, 1024);
    for (let at = 0; at < 1024; at += 50) paint(labels, VOID, { x: at, y: 0, width: 5, height: 1024 });
    const doc = createDocument({ key: "a", labels, traits: suggestionTraits });
    doc.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 1024, height: 600 }), true));
    expect(auto(doc).split).toBe(16 * 10);
    expect(auto(doc).kept).toBe(21 * 5 * 600);
    doc.edit("mask", (edit) => edit.setMask(rectRegion({ x: 300, y: 580, width: 160, height: 40 }), true));
    // It lies in four tiles side by side; those beside them hold some of the mask as well, those below do not.
    expect(auto(doc).split).toBe(6 * 2);
    expect(auto(doc).kept).toBe(21 * 5 * 600 + 4 * 5 * 20);
  });
});

const clipped = (rect: Rect, side: number): Rect => ({
  ...rect,
  width: Math.min(rect.width, side - rect.x),
  height: Math.min(rect.height, side - rect.y),
});

/** The same from the definition: distances to each other pixel, sizes, then eight times the neighbours. */
function plainly({ labels, mask }: OpenDocument): number[] {
  const { width, height, data } = labels;
  const isVoid = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === VOID;
  const isWide = (x: number, y: number): boolean => {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) if (dx * dx + dy * dy <= 16 && !isVoid(x + dx, y + dy)) return false;
    }
    return true;
  };
  const pixels = [...mask.data.keys()].filter((i) => mask.data[i] === 1);
  const voids = pixels.filter((i) => data[i] === VOID);
  const wide = voids.filter((i) => isWide(i % width, Math.floor(i / width)));
  const numbers = labelComponents(
    { width, height, data: data.map((_, i) => (wide.includes(i) ? 1 : 0)) },
    undefined,
    8,
  );
  let filled = new Set(wide.filter((i) => numbers.list[numbers.labels[i]].area >= 16));
  for (let step = 0; step < 8; step++) {
    const near = (i: number, j: number) =>
      Math.abs((i % width) - (j % width)) <= 1 && Math.abs(Math.floor(i / width) - Math.floor(j / width)) <= 1;
    const around = (i: number) =>
      [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1].map((d) => i + d);
    filled = new Set(voids.filter((i) => filled.has(i) || around(i).some((j) => filled.has(j) && near(i, j))));
  }
  return [...mask.data].map((bit, i) => (bit === 1 && (data[i] !== VOID || filled.has(i)) ? 1 : 0));
}

describe("a request", () => {
  const count = (doc: OpenDocument, voidPolicy: VoidPolicy) => {
    const { windows, masked } = makeRequest(doc, classes, { ratio: 0, passes: 1, voidPolicy });
    return { windows: windows.length, masked: masked.bits.filter((bit) => bit === 1).length };
  };

  it("has void rebuilt as the policy says, and nothing to do where only void is masked and kept", () => {
    const doc = open([[VOID, square(20, 20)]], square(18, 24));
    expect(count(doc, "auto")).toEqual({ windows: 1, masked: 24 * 24 });
    expect(count(doc, "fill")).toEqual({ windows: 1, masked: 24 * 24 });
    expect(count(doc, "keep")).toEqual({ windows: 1, masked: 24 * 24 - 400 });
    expect(count(open([[VOID, all]], square(20, 20)), "keep")).toEqual({ windows: 0, masked: 0 });
  });

  it("counts void to be rebuilt as unknown, and no other", () => {
    const doc = open([[VOID, square(0, 30)]], square(0, 30));
    const share = (policy: VoidPolicy) => maskedShare(doc, classes, voidUnderMask(doc, classes, policy).rebuild, all);
    expect(voidPolicies.map(share)).toEqual([0.25, 0, 0.25]);
  });
});

it("keeps all void that is locked, whatever the policy, and says how much", () => {
  const doc = open([[VOID, square(10, 30)]], all);
  const kept = () => voidPolicies.map((policy) => voidUnderMask(doc, classes, policy).kept);
  const before = kept();
  doc.setLocked(new Set([VOID]));
  expect(kept()).toEqual([900, 900, 900]);
  doc.setLocked(new Set([0]));
  expect(kept()).toEqual(before);
});
