import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "./random";
import { clipRect, isEmptyRect, type Rect } from "./rect";
import { regionArea, regionFromMask } from "./region";
import { copiedMask, emptyTiledMask, maskBounds, maskedIn, type TiledMask, tiledMask } from "./tiledMask";

/** Rectangles and specks, in some of the tiles. */
function anyMask(random: Random): TiledMask {
  const [width, height] = [1 + random.int(300), 1 + random.int(200)];
  const data = new Uint8Array(width * height);
  for (let i = random.int(4); i > 0; i--) {
    const rect = anyRect(random, width, height);
    for (let y = rect.y; y < rect.y + rect.height; y++)
      data.fill(1, y * width + rect.x, y * width + rect.x + rect.width);
  }
  for (let i = random.int(4); i > 0; i--) data[random.int(data.length)] = 1;
  return tiledMask({ width, height, data });
}

function anyRect(random: Random, width: number, height: number): Rect {
  const rect = { x: random.int(width), y: random.int(height), width: random.int(200), height: random.int(200) };
  return clipRect({ ...rect, x: rect.x - 20, y: rect.y - 20 }, width, height);
}

describe("a mask counted by tiles", () => {
  it("says of any rectangle what a count of its pixels says, and where its pixels lie", () => {
    const random = createRandom(5);
    for (let round = 0; round < 150; round++) {
      const mask = anyMask(random);
      const rect = anyRect(random, mask.width, mask.height);
      const plain = isEmptyRect(rect) ? 0 : regionArea(regionFromMask(mask, rect));
      expect(maskedIn(mask, rect), `round ${round}`).toBe(plain);
      expect(maskBounds(mask), `round ${round}`).toEqual(regionFromMask(mask).rect);
      const copy = copiedMask(mask);
      expect([Buffer.compare(copy.data, mask.data), copy.areas], `round ${round}`).toEqual([0, mask.areas]);
    }
  });

  it("reaches over an image's edge without counting there", () => {
    const mask = tiledMask({ width: 70, height: 70, data: new Uint8Array(4900).fill(1) });
    expect(maskedIn(mask, { x: -10, y: 60, width: 100, height: 100 })).toBe(700);
    expect(maskBounds(emptyTiledMask(70, 70))).toMatchObject({ width: 0, height: 0 });
  });
});
