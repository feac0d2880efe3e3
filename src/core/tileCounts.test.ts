import { expect, it } from "vitest";
import type { Rect } from "./rect";
import { TileCounts } from "./tileCounts";
import { tileGrid } from "./tileGrid";

it("counts a tile when it is first asked for, and again once its stamp is another", () => {
  const counted: Rect[] = [];
  const counts = new TileCounts(tileGrid(100, 70), (rect) => counted.push(rect));
  expect([counts.of(3, 0), counts.of(3, 0), counts.of(0, 0), counts.of(3, 0)]).toEqual([1, 1, 2, 1]);
  expect(counted).toEqual([
    { x: 64, y: 64, width: 36, height: 6 },
    { x: 0, y: 0, width: 64, height: 64 },
  ]);
  expect([counts.of(3, 1), counts.of(0, 0), counts.of(3, 1)]).toEqual([3, 2, 3]);
});
