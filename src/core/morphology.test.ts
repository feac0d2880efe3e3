import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLabelMap } from "./labelMap";
import { boundaryBand, growRegion } from "./morphology";
import { createRandom } from "./random";
import type { Rect } from "./rect";
import { emptyRegion, forEachPixel, hasPixel, type Region, regionArea, regionFromPredicate } from "./region";

const world: Rect = { x: -10, y: -10, width: 40, height: 40 };

function randomRegion(seed: number): Region {
  const random = createRandom(seed);
  return regionFromPredicate(
    { x: 2, y: 3, width: 1 + random.int(12), height: 1 + random.int(12) },
    () => random.next() < 0.4,
  );
}

function isNear(region: Region, x: number, y: number, radius: number): boolean {
  let near = false;
  forEachPixel(region, (px, py) => {
    near ||= (px - x) ** 2 + (py - y) ** 2 <= radius * radius;
  });
  return near;
}

describe("growRegion", () => {
  it("dilates by a Euclidean disc, inside the clip", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 6 }), (seed, radius) => {
        const region = randomRegion(seed);
        const grown = growRegion(region, radius);
        expect(grown).toEqual(regionFromPredicate(world, (x, y) => isNear(region, x, y, radius)));
        const clip: Rect = { x: 0, y: 0, width: 9, height: 30 };
        expect(growRegion(region, radius, clip)).toEqual(regionFromPredicate(clip, (x, y) => hasPixel(grown, x, y)));
      }),
      { numRuns: 50 },
    );
  });

  it("leaves nothing of nothing", () => {
    expect(growRegion(emptyRegion, 5)).toBe(emptyRegion);
  });
});

describe("boundaryBand", () => {
  it("is as wide as asked on either side of a straight boundary", () => {
    const map = createLabelMap(20, 6);
    for (let i = 0; i < map.data.length; i++) map.data[i] = i % 20 < 10 ? 1 : 2;
    for (const radius of [1, 2, 5]) {
      const band = boundaryBand(map, radius);
      expect(band.rect).toEqual({ x: 10 - radius, y: 0, width: 2 * radius, height: 6 });
      expect(regionArea(band)).toBe(12 * radius);
    }
  });

  it("sees boundaries just outside its rectangle", () => {
    const map = createLabelMap(20, 6);
    for (let i = 0; i < map.data.length; i++) map.data[i] = i % 20 < 10 ? 1 : 2;
    expect(boundaryBand(map, 3, { x: 11, y: 2, width: 9, height: 2 }).rect).toEqual({
      x: 11,
      y: 2,
      width: 2,
      height: 2,
    });
  });

  it("is empty without boundaries", () => {
    expect(boundaryBand(createLabelMap(9, 9), 4)).toBe(emptyRegion);
  });
});
