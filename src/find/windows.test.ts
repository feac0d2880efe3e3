import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planFindWindows, SHORT_SIDE } from "./windows";

const sides = fc.integer({ min: 1, max: 5000 });

describe("windows over a whole image", () => {
  it("cover every pixel, inside the image, in even steps with the least overlap", () => {
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        const windows = planFindWindows(width, height);
        const { side, size } = windows[0];
        expect(size).toBe(224);
        expect(side).toBeLessThanOrEqual(Math.min(width, height));
        const columns = [...new Set(windows.map((window) => window.x))];
        const rows = [...new Set(windows.map((window) => window.y))];
        expect(windows).toHaveLength(columns.length * rows.length);
        for (const [starts, length] of [
          [columns, width],
          [rows, height],
        ] as const) {
          expect(starts).toHaveLength(Math.ceil(length / side));
          expect(starts[0]).toBe(0);
          expect(starts[starts.length - 1] + side).toBe(Math.max(length, side));
          const steps = starts.slice(1).map((start, i) => start - starts[i]);
          for (const step of steps) expect(step).toBeLessThanOrEqual(side);
          expect(Math.max(0, ...steps) - Math.min(...steps, Math.max(0, ...steps))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("look at a large image scaled down, at a small one scaled up, at others as they are", () => {
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        const short = Math.min(width, height);
        const [{ side, size }] = planFindWindows(width, height);
        const seen = (short * size) / side;
        if (short > SHORT_SIDE) {
          expect(seen).toBeLessThanOrEqual(SHORT_SIDE);
          expect(seen).toBeGreaterThan(SHORT_SIDE - 2);
        } else {
          expect(seen).toBe(Math.max(size, short));
        }
      }),
    );
    expect(planFindWindows(640, 480)).toHaveLength(6);
    expect(planFindWindows(2048, 1024)).toHaveLength(8);
  });
});
