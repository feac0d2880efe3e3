import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONTEXT, room, SIDE, STEP, searchedSize, tilingOf, WINDOW, windowAround } from "./tiles";

describe("the size at which an image is searched", () => {
  it("has a short side of 224 to 256 px", () => {
    const size = (width: number, height: number) => Object.values(searchedSize(width, height));
    expect(size(480, 360)).toEqual([341, SIDE]);
    expect(size(3000, 4000)).toEqual([SIDE, 341]);
    expect(size(300, 250)).toEqual([300, 250]);
    expect(size(60, 90)).toEqual([WINDOW, 336]);
    // Halves go to the even number, as in Python.
    expect(size(513, 512)).toEqual([256, SIDE]);
    expect(size(515, 512)).toEqual([258, SIDE]);
  });
});

describe("the windows of a scene", () => {
  it("are the fewest that cover it, evenly spread", () => {
    expect(tilingOf(427, 320).tiles).toEqual([0, 96].flatMap((y) => [0, 203].map((x) => ({ x, y, side: WINDOW }))));
    expect(tilingOf(300, 230)).toMatchObject({ window: WINDOW, large: WINDOW });
    expect(tilingOf(200, 100)).toMatchObject({ window: 96, large: 96 });
    expect(tilingOf(341, 256).large).toBe(256);
  });

  it("lie in it, cover it, and hold every box that fits, with context", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 224, max: 700 }),
        fc.integer({ min: 224, max: 320 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (width, height, [left, top, wide, high]) => {
          const tiling = tilingOf(width, height);
          const seen = new Uint8Array(width * height);
          for (const { x, y, side } of tiling.tiles) {
            for (let row = y; row < y + side; row++) seen.fill(1, row * width + x, row * width + x + side);
            expect([x >= 0, y >= 0, x + side <= width, y + side <= height, side % STEP]).toEqual([
              ...Array(4).fill(true),
              0,
            ]);
          }
          expect(seen.includes(0)).toBe(false);
          const [x, y] = [Math.floor(left * (width - 1)), Math.floor(top * (height - 1))];
          const box = {
            x,
            y,
            width: 1 + Math.floor(wide * (width - x - 1)),
            height: 1 + Math.floor(high * (height - y - 1)),
          };
          const square = windowAround(tiling, box);
          expect([tiling.window, tiling.large]).toContain(square.side);
          expect(
            Math.min(square.x, square.y, width - square.x - square.side, height - square.y - square.side),
          ).toBeGreaterThanOrEqual(0);
          // A hole that leaves room for its context in the larger window has it.
          if (Math.max(box.width, box.height) + 2 * CONTEXT + 1 <= tiling.large)
            expect(room(tiling, square, box)).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("show most around a box: a tile before one of its own", () => {
    const tiling = tilingOf(427, 320);
    expect(windowAround(tiling, { x: 20, y: 20, width: 60, height: 60 })).toEqual(tiling.tiles[0]);
    // Across the seam between the tiles.
    expect(windowAround(tiling, { x: 150, y: 100, width: 110, height: 100 })).toEqual({ x: 93, y: 38, side: WINDOW });
    expect(windowAround(tiling, { x: 60, y: 40, width: 300, height: 60 })).toEqual({ x: 50, y: 0, side: 320 });
  });
});
