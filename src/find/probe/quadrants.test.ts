import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { LEAST_CELLS } from "../../support/folds";
import { FEW, type PlacedCells, QUADRANTS, quadrantClassifiers, quadrantsOf } from "./quadrants";
import { sumsOf } from "./sums";

const CHANNELS = 2;

/** Cells of the classes 1 and 2, each around a point of its own, all over an image. */
function cells(seed: number, count = 80): PlacedCells {
  const random = createRandom(seed);
  const ids = Int32Array.from({ length: count }, (_, i) => 1 + (i % 2));
  const values = Float32Array.from({ length: count * CHANNELS }, (_, i) => {
    return (ids[Math.floor(i / CHANNELS)] === 1 ? 0 : 3) + random.next();
  });
  const quadrants = Uint8Array.from({ length: count }, (_, i) => Math.floor(i / 2) % QUADRANTS);
  return { features: { values, channels: CHANNELS }, ids, quadrants };
}

const relabelled = (of: PlacedCells, to: (cell: number) => number): PlacedCells => ({
  ...of,
  ids: of.ids.map((_, cell) => to(cell)),
});

describe("the quadrants of an image", () => {
  it("are told by the middles of cells", () => {
    expect([...quadrantsOf({ top: 0, left: 0, bottom: 1, right: 1 }, 2)]).toEqual([0, 1, 2, 3]);
    expect([...quadrantsOf({ top: 0.6, left: 0, bottom: 1, right: 0.4 }, 2)]).toEqual([2, 2, 2, 2]);
  });

  it("are each classified as if their own labels were others", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: QUADRANTS - 1 }), (seed, quadrant) => {
        const own = cells(seed);
        const wrong = relabelled(own, (cell) => (own.quadrants[cell] === quadrant ? 3 - own.ids[cell] : own.ids[cell]));
        const others = sumsOf(cells(seed + 1));
        const [right, misled] = [own, wrong].map((given) => quadrantClassifiers(others, given, 2));
        expect(misled[quadrant]).toEqual(right[quadrant]);
        expect(misled[(quadrant + 1) % QUADRANTS]).not.toEqual(right[(quadrant + 1) % QUADRANTS]);
      }),
    );
  });

  it("know a class that is seen in one of them only, if often enough", () => {
    const own = cells(1);
    const first = [...own.quadrants.keys()].filter((cell) => own.quadrants[cell] === 0);
    for (const [count, known] of [
      [LEAST_CELLS, [1, 2, 7]],
      [LEAST_CELLS - 1, [1, 2]],
    ] as const) {
      const rare = new Set(first.slice(0, count));
      const given = relabelled(own, (cell) => (rare.has(cell) ? 7 : own.ids[cell]));
      for (const { classes } of quadrantClassifiers(null, given, 1)) expect(classes).toEqual(known);
    }
  });

  it("have less to say the more images there are", () => {
    const [own, others] = [cells(1), sumsOf(cells(2))];
    const alone = quadrantClassifiers(others, null, 1)[0];
    const distance = (images: number) => Math.abs(quadrantClassifiers(others, own, images)[0].bias[0] - alone.bias[0]);
    expect(distance(FEW)).toBe(distance(1));
    expect(distance(40 * FEW)).toBeLessThan(distance(FEW) / 20);
  });
});
