import fc from "fast-check";
import { expect, it } from "vitest";
import { createRandom } from "../core/random";
import { hasPixel, type Region, regionArea, regionFromPredicate } from "../core/region";
import { largestPart, overlap, overlapCount, paint, pixelsAround, pixelsOf, regionKey } from "./regions";

const SIZE = 14;

function randomRegion(seed: number): Region {
  const random = createRandom(seed);
  const rect = { x: random.int(5), y: random.int(5), width: 1 + random.int(9), height: 1 + random.int(9) };
  return regionFromPredicate(rect, () => random.next() < 0.6);
}

function painted(region: Region): Uint8Array {
  const raster = new Uint8Array(SIZE * SIZE);
  paint(raster, SIZE, region);
  return raster;
}

it("a region's pixels are where it has them, in scan order", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const region = randomRegion(seed);
      const pixels = pixelsOf(region, SIZE);
      expect(pixels).toHaveLength(regionArea(region));
      expect(pixels).toEqual(pixels.slice().sort());
      const raster = painted(region);
      raster.forEach((bit, i) => void expect(bit === 1).toBe(hasPixel(region, i % SIZE, Math.floor(i / SIZE))));
    }),
  );
});

it("overlap is intersection over union", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (one, other) => {
      const [a, b] = [randomRegion(one), randomRegion(other)];
      const [inA, inB] = [painted(a), painted(b)];
      const both = inA.reduce((count, bit, i) => count + (bit & inB[i]), 0);
      const either = inA.reduce((count, bit, i) => count + (bit | inB[i]), 0);
      expect(overlapCount(a, b)).toBe(both);
      expect(overlap(a, b)).toBeCloseTo(both === 0 ? 0 : both / either);
    }),
  );
});

it("keys tell regions apart, and only those", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (one, other) => {
      const [a, b] = [randomRegion(one), randomRegion(other)];
      expect(regionKey(a) === regionKey(b)).toBe(painted(a).every((bit, i) => bit === painted(b)[i]));
      expect(regionKey(a)).toBe(regionKey(randomRegion(one)));
    }),
  );
});

it("what lies around a region is at most so many px away, in the scene, and not in it", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, radius) => {
      const region = randomRegion(seed);
      const own = [...pixelsOf(region, SIZE)];
      const near = (i: number) =>
        own.some((pixel) => {
          const right = (pixel % SIZE) - (i % SIZE);
          const down = Math.floor(pixel / SIZE) - Math.floor(i / SIZE);
          return right ** 2 + down ** 2 <= radius ** 2;
        });
      const wanted = Array.from({ length: SIZE * (SIZE - 1) }, (_, i) => i).filter((i) => !own.includes(i) && near(i));
      expect(pixelsAround(region, radius, SIZE, SIZE - 1)).toEqual(wanted);
    }),
  );
});

it("the largest part of a region is connected, corners included, and the first of those alike", () => {
  const map = ["11.11.", "..1.1.", "......", "11111.", "......"];
  const region = regionFromPredicate({ x: 2, y: 1, width: 6, height: 5 }, (x, y) => map[y - 1][x - 2] === "1");
  expect(largestPart(region)).toEqual(
    regionFromPredicate({ x: 2, y: 1, width: 5, height: 2 }, (x, y) => hasPixel(region, x, y)),
  );
  const alike = regionFromPredicate({ x: 0, y: 0, width: 3, height: 1 }, (x) => x !== 1);
  expect(largestPart(alike).rect).toEqual({ x: 0, y: 0, width: 1, height: 1 });
  expect(largestPart(regionFromPredicate({ x: 0, y: 0, width: 3, height: 1 }, () => false)).bits).toHaveLength(0);
});
