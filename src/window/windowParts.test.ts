import { expect, it } from "vitest";
import { createRandom } from "../core/random";
import { partsAround } from "./windowParts";

it("parts hold all that is marked, and lie apart", () => {
  const random = createRandom(5);
  const side = 160;
  for (let round = 0; round < 20; round++) {
    const marked = new Uint8Array(side * side);
    for (let i = 0; i < 5; i++) marked.fill(1, random.int(side * side)).fill(0, random.int(side * side));
    for (let i = 0; i < 4; i++) marked[random.int(side * side)] = 1;
    const parts = partsAround(marked, side);
    marked.forEach((bit, i) => {
      const [column, row] = [i % side, Math.floor(i / side)];
      const holding = parts.filter(({ x, y, width, height }) => {
        return column >= x && row >= y && column < x + width && row < y + height;
      });
      if (holding.length > 1 || holding.length < bit) throw new Error(`Pixel ${i} lies in ${holding.length} parts`);
    });
    for (const { x, y, width, height } of parts) {
      for (const px of [x, y, width, height]) expect(px % 8).toBe(0);
      expect([x >= 0, y >= 0, x + width <= side, y + height <= side]).toEqual([true, true, true, true]);
    }
  }
  expect(partsAround(new Uint8Array(side * side), side)).toEqual([]);
});
