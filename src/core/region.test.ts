import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rect } from "./rect";
import {
  cropRegion,
  emptyRegion,
  forEachPixel,
  hasPixel,
  intersectRegions,
  type Region,
  rectRegion,
  regionArea,
  regionFromMask,
  regionFromPredicate,
  trimRegion,
} from "./region";

const pixels = (region: Region) => {
  const found: string[] = [];
  forEachPixel(region, (x, y) => found.push(`${x},${y}`));
  return found.sort();
};

const anyRect = fc.record({
  x: fc.integer({ min: -5, max: 9 }),
  y: fc.integer({ min: -5, max: 9 }),
  width: fc.integer({ min: 0, max: 8 }),
  height: fc.integer({ min: 0, max: 8 }),
});

const anyRegion: fc.Arbitrary<Region> = anyRect.chain((rect) =>
  fc
    .array(fc.integer({ min: 0, max: 1 }), { minLength: rect.width * rect.height, maxLength: rect.width * rect.height })
    .map((bits) => ({ rect, bits: Uint8Array.from(bits) })),
);

describe("region algebra", () => {
  it("agrees with sets of pixels", () => {
    fc.assert(
      fc.property(anyRegion, anyRegion, (a, b) => {
        const setA = new Set(pixels(a));
        const setB = new Set(pixels(b));
        expect(pixels(intersectRegions(a, b))).toEqual([...setA].filter((p) => setB.has(p)).sort());
        expect(regionArea(a)).toBe(setA.size);
      }),
    );
  });

  it("crops and trims without losing or moving a pixel", () => {
    fc.assert(
      fc.property(anyRegion, anyRect, (region, rect) => {
        const inside = (p: string, r: Rect) => {
          const [x, y] = p.split(",").map(Number) as [number, number];
          return x >= r.x && y >= r.y && x < r.x + r.width && y < r.y + r.height;
        };
        expect(pixels(cropRegion(region, rect))).toEqual(pixels(region).filter((p) => inside(p, rect)));
        const trimmed = trimRegion(region);
        expect(pixels(trimmed)).toEqual(pixels(region));
        const at = pixels(region).map((p) => p.split(",").map(Number) as [number, number]);
        const [left, right] = [Math.min(...at.map(([x]) => x)), Math.max(...at.map(([x]) => x))];
        const [top, bottom] = [Math.min(...at.map(([, y]) => y)), Math.max(...at.map(([, y]) => y))];
        const tight = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
        expect(trimmed.rect).toEqual(at.length > 0 ? tight : emptyRegion.rect);
      }),
    );
  });
});

describe("making regions", () => {
  it("finds pixels by image coordinates, also at negative places", () => {
    const region = regionFromPredicate({ x: -2, y: -1, width: 5, height: 4 }, (x, y) => x === y);
    expect(pixels(region)).toEqual(["-1,-1", "0,0", "1,1", "2,2"].sort());
    expect(region.rect).toEqual({ x: -1, y: -1, width: 4, height: 4 });
    expect(hasPixel(region, 1, 1)).toBe(true);
    expect(hasPixel(region, 1, 0)).toBe(false);
    expect(hasPixel(region, 99, 0)).toBe(false);
  });

  it("copies a mask, even a full one", () => {
    const mask = { width: 3, height: 2, data: new Uint8Array(6).fill(1) };
    const region = regionFromMask(mask);
    mask.data.fill(0);
    expect(regionArea(region)).toBe(6);
    expect(regionFromMask(mask)).toBe(emptyRegion);
  });

  it("takes part of a mask", () => {
    const mask = { width: 4, height: 4, data: new Uint8Array(16).fill(1) };
    const region = regionFromMask(mask, { x: 2, y: 1, width: 10, height: 2 });
    expect(region.rect).toEqual({ x: 2, y: 1, width: 2, height: 2 });
  });

  it("makes nothing of an empty rectangle", () => {
    expect(rectRegion({ x: 3, y: 3, width: 0, height: 4 })).toBe(emptyRegion);
  });
});
