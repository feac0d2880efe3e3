import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SupportMap } from "../support/types";
import { KNOWN, MASKED, type WindowLabel } from "./resample";
import { bestInHole, cutSupport, slotSupport } from "./windowSupport";
import type { WorkWindow } from "./workWindows";

/** Posteriors of three classes that sum to 1; the first one falls evenly from the left to the right of the picture. */
function ramp(rows: number, columns: number): SupportMap {
  const cells = rows * columns;
  const probabilities = new Float32Array(3 * cells);
  for (let i = 0; i < cells; i++) {
    const [x, y] = [((i % columns) + 0.5) / columns, (Math.floor(i / columns) + 0.5) / rows];
    probabilities.set([1 - x], i);
    probabilities.set([x * y], cells + i);
    probabilities.set([x * (1 - y)], 2 * cells + i);
  }
  return { classes: [40, 3, 700], rows, columns, probabilities };
}

describe("the support of a window", () => {
  const image = { width: 500, height: 300 };

  it("lies where the window does in the picture, between the map's cells, at any scale", () => {
    const map = ramp(32, 53);
    for (const window of [
      { x: 100, y: 40, side: 224, size: 224 },
      { x: 20, y: 10, side: 280, size: 224 },
      { x: 130, y: 120, side: 60, size: 224 },
    ] satisfies WorkWindow[]) {
      const { probabilities } = cutSupport(map, image, window);
      const columns = window.size / 8;
      expect(probabilities).toHaveLength(3 * columns ** 2);
      for (let i = 0; i < columns ** 2; i++) {
        const x = (window.x + ((i % columns) + 0.5) * (window.side / columns)) / image.width;
        const y = (window.y + (Math.floor(i / columns) + 0.5) * (window.side / columns)) / image.height;
        expect(probabilities[i]).toBeCloseTo(1 - x, 5);
        expect(probabilities[columns ** 2 + i]).toBeCloseTo(x * y, 5);
      }
    }
  });

  it("goes on outside the picture as at its border", () => {
    const { probabilities } = cutSupport(ramp(4, 6), image, { x: -300, y: -300, side: 1120, size: 224 });
    expect(probabilities[0]).toBeCloseTo(1 - 0.5 / 6, 6);
    expect(probabilities[27]).toBeCloseTo(0.5 / 6, 6);
    expect(probabilities[28 ** 2]).toBeCloseTo((0.5 / 6) * (0.5 / 4), 6);
  });

  it("sums to 1 in every cell", () => {
    fc.assert(
      fc.property(fc.integer({ min: -300, max: 450 }), fc.integer({ min: 8, max: 900 }), (x, side) => {
        const { probabilities } = cutSupport(ramp(5, 7), image, { x, y: -x, side, size: 224 });
        for (let i = 0; i < 784; i++) {
          expect(probabilities[i] + probabilities[784 + i] + probabilities[1568 + i]).toBeCloseTo(1, 5);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("is refused when it is too short", () => {
    const short = { ...ramp(4, 6), probabilities: new Float32Array(71) };
    expect(() => cutSupport(short, image, { x: 0, y: 0, side: 224, size: 224 })).toThrow(
      "71 probabilities for 3 classes",
    );
  });

  it("is as sure of a class as the four cells of the hole that show it best, whatever else is hidden", () => {
    const size = 64;
    const cells = (size / 8) ** 2;
    const probabilities = new Float32Array(2 * cells).fill(0.01);
    // Four cells in a row show class 9; the last of them is half hidden, as is all of the lower half.
    const shown = [8, 9, 10, 11];
    for (const cell of shown) probabilities[cells + cell] = 0.8;
    const kinds = Uint8Array.from({ length: size * size }, (_, i) => {
      const [x, y] = [i % size, Math.floor(i / size)];
      return y >= 32 || (y >= 8 && y < 16 && x < 28) ? MASKED : KNOWN;
    });
    const label = (masked: Uint8Array): WindowLabel => ({ size, kinds: masked, ids: new Uint16Array(size * size) });
    const support = { classes: [5, 9], probabilities };
    const best = bestInHole(support, label(kinds));
    expect(best.get(5)).toBeCloseTo(0.01, 6);
    expect(best.get(9)).toBeCloseTo((3.5 * 0.8) / 4, 6);
    // A hole smaller than a cell is judged by what there is of it.
    const dot = label(kinds.map((_, i) => (i === 8 * size + 3 ? MASKED : KNOWN)));
    expect(bestInHole(support, dot).get(9)).toBeCloseTo(0.8, 5);
    expect(bestInHole(support, label(kinds.map(() => KNOWN))).size).toBe(0);
  });

  it("is sorted by slot; what has none is left to the others, and unused slots have nothing", () => {
    const support = { classes: [40, 3, 700], probabilities: Float32Array.of(0.5, 1, 0.25, 0, 0.25, 0) };
    const { posteriors, candidates } = slotSupport(support, [700, 8, 40], 4, [700]);
    expect([...posteriors]).toEqual([0.25, 0, 0, 0, 0.5, 1, 0, 0, 0.25, 0]);
    expect([...candidates]).toEqual([1, 0, 0, 0]);
  });
});
