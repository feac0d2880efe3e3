import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patchGrid, patchOf, patchRect } from "./patchGrid";
import { rectArea } from "./rect";

describe("patch grid", () => {
  it("covers every pixel exactly once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), (width, height) => {
        const grid = patchGrid(width, height);
        let pixels = 0;
        for (let patch = 0; patch < grid.count; patch++) {
          const rect = patchRect(grid, patch);
          pixels += rectArea(rect);
          expect(patchOf(grid, rect.x, rect.y)).toBe(patch);
          expect(patchOf(grid, rect.x + rect.width - 1, rect.y + rect.height - 1)).toBe(patch);
        }
        expect(pixels).toBe(width * height);
      }),
    );
  });
});
