import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PATCH, patchGrid, patchify, patchOf, patchRect, unpatchify } from "./patchGrid";
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

describe("patchify", () => {
  it("is undone by unpatchify", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (columns, rows, channels) => {
          const [width, height] = [columns * PATCH, rows * PATCH];
          const data = Float32Array.from({ length: width * height * channels }, (_, i) => i);
          const patches = patchify(data, width, height, channels);
          expect(unpatchify(patches, width, height, channels)).toEqual(data);
        },
      ),
    );
  });

  it("lays a patch out row, column, channel", () => {
    const data = Uint16Array.from({ length: 4 * 2 * 2 }, (_, i) => i);
    expect([...patchify(data, 4, 2, 2, 2)]).toEqual([0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15]);
  });

  it("refuses sizes that are not whole patches", () => {
    expect(() => patchify(new Uint8Array(17 * 16), 17, 16)).toThrow(RangeError);
    expect(() => patchify(new Uint8Array(9), 16, 16)).toThrow(RangeError);
  });
});
