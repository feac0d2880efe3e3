import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patchGrid, patchRect } from "./patchGrid";

describe("patch grid", () => {
  it("covers every pixel exactly once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), (width, height) => {
        const grid = patchGrid(width, height);
        const covered = new Uint8Array(width * height);
        for (let patch = 0; patch < grid.count; patch++) {
          const rect = patchRect(grid, patch);
          for (let y = rect.y; y < rect.y + rect.height; y++) {
            for (let x = rect.x; x < rect.x + rect.width; x++) covered[y * width + x]++;
          }
        }
        expect(covered.every((times) => times === 1)).toBe(true);
      }),
    );
  });
});
