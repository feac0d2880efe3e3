import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelComponents } from "../core/components";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import type { Rect } from "../core/rect";
import { forEachPixel, rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { MASKED } from "../window/resample";
import { makeRequest, maskedShare } from "./request";
import { suggestionTraits } from "./suggestions";
import type { OpenDocument } from "./types";
import { type VoidPolicy, voidPolicies, voidUnderMask } from "./voidUnderMask";

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
const isRebuilt = (doc: OpenDocument, x: number, y: number) => auto(doc).rebuild[y * size + x] === 1;

describe("void under the mask", () => {
  it.each([1, 5, 8])("is a border when it is %i px wide", (border) => {
    const doc = open(bordered(border), all);
    const ring = (20 + 2 * border) ** 2 - 400;
    expect(auto(doc).kept).toBe(ring);
    expect(auto(doc).rebuild.reduce((sum, bit) => sum + bit, 0)).toBe(size * size - ring);
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
    expect(auto(doc)).toMatchObject({ kept: 0, rebuild: doc.mask.data });
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
    expect(voidUnderMask(doc, classes, "fill")).toEqual({ kept: 0, rebuild: doc.mask.data });
    expect(voidUnderMask(open([[VOID, all]], all), classes, "keep").kept).toBe(size * size);
    expect(voidUnderMask(open([], all), classes, "keep").kept).toBe(0);
  });

  it("is not what smeared files hold between their classes: that is rebuilt, whatever the policy", () => {
    const doc = open(bordered(2), all);
    const smeared = classes.map((info) => (info.id === VOID ? { ...info, offPalette: true as const } : info));
    for (const policy of voidPolicies) {
      const { rebuild, kept } = voidUnderMask(doc, smeared, policy);
      expect([kept, rebuild.includes(0)]).toEqual([0, false]);
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
        expect([...rebuild]).toEqual(expected);
        expect(kept).toBe(doc.mask.data.reduce((sum, bit, i) => sum + bit - expected[i], 0));
      }),
      { numRuns: 60 },
    );
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
    const { windows, label } = makeRequest(doc, classes, { ratio: 0, passes: 1, voidPolicy });
    return { windows: windows.length, masked: label.kinds.filter((kind) => kind === MASKED).length };
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
