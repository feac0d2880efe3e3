import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { NO_SLOT, UNKNOWN } from "./labels";
import { rivals } from "./rivals";

/** Distance in px from an even pixel to the nearest even pixel that shows `slot`, by trying all; Infinity: none does. */
function distanceTo(slot: number, given: Uint8Array, width: number, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < given.length; i++) {
    const [column, row] = [i % width, Math.floor(i / width)];
    if (given[i] === slot && column % 2 === 0 && row % 2 === 0)
      least = Math.min(least, Math.hypot(column - x, row - y));
  }
  return least;
}

describe("rivals", () => {
  it("equal the brute force: how far the slot is, and the nearest other one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0.02, 0.2, 0.9),
        fc.integer(),
        (columns, rows, slots, density, seed) => {
          const random = createRandom(seed);
          const [width, height] = [2 * columns, 2 * rows];
          const values = [...Array(slots).keys(), NO_SLOT];
          const given = Uint8Array.from({ length: width * height }, () =>
            random.next() < density ? values[random.int(values.length)] : UNKNOWN,
          );
          const { lead, width: near, between } = rivals(given, width, height, slots);
          expect([lead.length, near.length]).toEqual([columns * rows * slots, columns * rows * slots]);
          for (let i = 0; i < columns * rows; i++) {
            const [x, y] = [2 * (i % columns), 2 * Math.floor(i / columns)];
            const distances = Array.from({ length: slots }, (_, slot) => distanceTo(slot, given, width, x, y));
            const [nearest, second = 1e4] = distances.toSorted((a, b) => a - b);
            expect(between[i]).toBeCloseTo(Math.exp(-(nearest + second) / 16), 5);
            for (let slot = 0; slot < slots; slot++) {
              const own = distances[slot];
              const rival = Math.min(...distances.filter((_, other) => other !== slot), 1e4);
              expect(lead[slot * columns * rows + i]).toBeCloseTo(Math.tanh((rival - own) / 16), 5);
              expect(near[slot * columns * rows + i]).toBeCloseTo(Math.exp(-(rival + own) / 16), 5);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("lead is 0 halfway between two slots, and width fades with the gap between them", () => {
    const given = new Uint8Array(2 * 34).fill(UNKNOWN);
    [given[0], given[32]] = [0, 1];
    const { lead, width } = rivals(given, 34, 2, 2);
    expect([lead[8], lead[17 + 8]]).toEqual([0, 0]);
    expect(lead[0]).toBeCloseTo(Math.tanh(2), 6);
    expect(lead[17]).toBeCloseTo(-Math.tanh(2), 6);
    expect(width[8]).toBeCloseTo(Math.exp(-2), 6);
  });

  it("are finite for slots that are not visible, alone, or visible between the sampled pixels only", () => {
    const given = new Uint8Array(8 * 8).fill(UNKNOWN);
    expect(rivals(given, 8, 8, 2).lead).toEqual(new Float32Array(32).fill(-1));
    given[1] = 1;
    expect(rivals(given, 8, 8, 2).width).toEqual(new Float32Array(32));
    given[0] = 0;
    const { lead, width } = rivals(given, 8, 8, 2);
    expect([...lead]).toEqual([...Array(16).fill(1), ...Array(16).fill(-1)]);
    expect(width).toEqual(new Float32Array(32));
  });
});
