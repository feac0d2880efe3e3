import { describe, expect, it } from "vitest";
import { rectArea } from "./rect";
import { forEachTile, mergeRects, tileGrid, tileRect } from "./tileGrid";

describe("tiles", () => {
  it("cover the image once", () => {
    const grid = tileGrid(200, 130);
    let area = 0;
    for (let tile = 0; tile < grid.count; tile++) area += rectArea(tileRect(grid, tile));
    expect(area).toBe(200 * 130);
  });

  it("are visited with the part a rectangle shares with them", () => {
    const parts: [number, number][] = [];
    forEachTile(tileGrid(200, 130), { x: 60, y: 60, width: 10, height: 70 }, (tile, part) => {
      parts.push([tile, rectArea(part)]);
    });
    expect(parts).toEqual([
      [0, 16],
      [1, 24],
      [4, 256],
      [5, 384],
      [8, 8],
      [9, 12],
    ]);
  });
});

describe("mergeRects", () => {
  const at = (x: number) => ({ x, y: 0, width: 10, height: 10 });
  it("joins neighbours and leaves strangers apart", () => {
    expect(mergeRects([at(0), at(10)])).toEqual([{ x: 0, y: 0, width: 20, height: 10 }]);
    expect(mergeRects([at(0), at(90)])).toEqual([at(0), at(90)]);
    expect(mergeRects([])).toEqual([]);
  });
});
