import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestKnown } from "./nearest";
import { createRandom } from "./random";

/** Tries every known pixel in row-major order: the first of equals has the lowest row, then the lowest column. */
function bruteForce(known: Uint8Array, width: number, height: number) {
  const index = new Int32Array(known.length).fill(-1);
  const distanceSquared = new Int32Array(known.length).fill(-1);
  for (let i = 0; i < width * height; i++) {
    for (let k = 0; k < known.length; k++) {
      if (known[k] !== 1) continue;
      const distance = ((i % width) - (k % width)) ** 2 + (Math.floor(i / width) - Math.floor(k / width)) ** 2;
      if (index[i] === -1 || distance < distanceSquared[i]) {
        index[i] = k;
        distanceSquared[i] = distance;
      }
    }
  }
  return { index, distanceSquared };
}

describe("nearestKnown", () => {
  it("equals the brute force, ties included, at every density", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 19 }),
        fc.integer({ min: 1, max: 19 }),
        fc.integer(),
        fc.constantFrom(0.02, 0.1, 0.5, 0.9),
        (width, height, seed, density) => {
          const random = createRandom(seed);
          const known = Uint8Array.from({ length: width * height }, () => (random.next() < density ? 1 : 0));
          expect(nearestKnown(known, width, height)).toEqual(bruteForce(known, width, height));
        },
      ),
      { numRuns: 400 },
    );
  });

  it("equals it around holes, at borders and in the middle", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(16), { minLength: 0, maxLength: 12 }), fc.integer(), (corners, seed) => {
        const [width, height] = [17, 13];
        const random = createRandom(seed);
        const known = new Uint8Array(width * height).fill(1);
        for (let k = 0; k + 1 < corners.length; k += 2) {
          const [right, bottom] = [corners[k] + 1 + random.int(6), corners[k + 1] + 1 + random.int(6)];
          for (let y = corners[k + 1]; y < Math.min(bottom, height); y++) {
            for (let x = corners[k]; x < Math.min(right, width); x++) known[y * width + x] = 0;
          }
        }
        expect(nearestKnown(known, width, height)).toEqual(bruteForce(known, width, height));
      }),
      { numRuns: 400 },
    );
  });

  it("prefers the lowest row, then the lowest column, among many at one distance", () => {
    const known = new Uint8Array(121);
    for (const [x, y] of [
      [0, 5],
      [10, 5],
      [5, 0],
      [5, 10],
      [2, 1],
      [8, 1],
      [1, 2],
      [9, 9],
    ] as const)
      known[y * 11 + x] = 1;
    expect(nearestKnown(known, 11, 11).index[5 * 11 + 5]).toBe(5);
    known[5] = 0;
    expect(nearestKnown(known, 11, 11).index[5 * 11 + 5]).toBe(11 + 2);
  });

  it("says -1 where nothing is known", () => {
    const { index, distanceSquared } = nearestKnown(new Uint8Array(6), 3, 2);
    expect([...index, ...distanceSquared]).toEqual(new Array(12).fill(-1));
  });

  it("is exact at the far end of a large raster", () => {
    const known = new Uint8Array(4096 * 2);
    known[0] = 1;
    const { index, distanceSquared } = nearestKnown(known, 4096, 2);
    expect(index[8191]).toBe(0);
    expect(distanceSquared[8191]).toBe(4095 ** 2 + 1);
  });

  it("refuses a raster of another size", () => {
    expect(() => nearestKnown(new Uint8Array(5), 3, 2)).toThrow(RangeError);
  });
});
