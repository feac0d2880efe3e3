import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { HINT, IGNORED, KNOWN, MASKED } from "../window/resample";
import { drawContext } from "./contextDraws";

const SIZE = 224;

function kindsWith(masked: number, hints = 0, voids = 0): Uint8Array {
  const kinds = new Uint8Array(SIZE * SIZE).fill(KNOWN);
  kinds.fill(MASKED, 0, masked);
  kinds.fill(HINT, masked, masked + hints);
  kinds.fill(IGNORED, masked + hints, masked + hints + voids);
  return kinds;
}

describe("context draws", () => {
  it("hide nothing when the mask reaches the ratio", () => {
    const draw = drawContext(kindsWith(20000), SIZE, 0.3, createRandom(1));
    expect(draw.random).toBe(false);
    expect(draw.known.reduce((a, b) => a + b, 0)).toBe(SIZE * SIZE - 20000);
  });

  it("reach the ratio over non-void pixels, within a patch, and never hide a hint", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.integer(),
        (masked, hints, voids, ratio, seed) => {
          const kinds = kindsWith(masked, hints, voids);
          const { known } = drawContext(kinds, SIZE, ratio, createRandom(seed));
          let unknown = 0;
          let wrong = 0;
          for (let i = 0; i < kinds.length; i++) {
            if (kinds[i] === HINT && known[i] !== 1) wrong++;
            if ((kinds[i] === MASKED || kinds[i] === IGNORED) && known[i] !== 0) wrong++;
            if (kinds[i] !== IGNORED && known[i] === 0) unknown++;
          }
          expect(wrong).toBe(0);
          const wanted = Math.max(masked, ratio * (kinds.length - voids));
          expect(unknown).toBeGreaterThanOrEqual(Math.min(wanted, kinds.length - voids - hints));
          expect(unknown).toBeLessThan(wanted + 256);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("hide whole 16-px patches, others in each draw, the same for the same seed", () => {
    const kinds = kindsWith(0);
    const draws = [1, 2, 1].map((seed) => drawContext(kinds, SIZE, 0.5, createRandom(seed)).known);
    expect(draws[0]).toEqual(draws[2]);
    expect(draws[0]).not.toEqual(draws[1]);
    const corner = (i: number) => (Math.floor(i / SIZE) & ~15) * SIZE + ((i % SIZE) & ~15);
    expect(draws[0].every((value, i) => value === draws[0][corner(i)])).toBe(true);
    expect(draws[0].reduce((a, b) => a + b, 0)).toBe((SIZE * SIZE) / 2);
  });
});
