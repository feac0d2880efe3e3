import { expect, it } from "vitest";
import { createRandom, type Random } from "../core/random";
import { clipRect, isEmptyRect, type Rect, unionRects } from "../core/rect";
import { rectRegion, regionFromMask } from "../core/region";
import { type TiledMask, tiledMask } from "../core/tiledMask";
import { createDocument } from "../document/document";
import { plainTraits } from "../document/fixtures/plainTraits";
import type { ImageDocument } from "../document/types";
import { maskBoxes } from "./maskClusters";

const open = (width: number, height: number) =>
  createDocument<object>({
    key: "a",
    labels: { width, height, data: new Uint16Array(width * height) },
    traits: plainTraits<object>(),
  });

function mask(doc: ImageDocument<object>, rect: Rect, on = true): void {
  doc.edit("mask", (edit) => edit.setMask(rectRegion(rect), on));
}

/** From the definition: the box of each cell, and what touches joined until nothing is left to join. */
function plainly(of: TiledMask, cell = 16): Rect[] {
  const parts: { readonly cells: { readonly x: number; readonly y: number }[]; box: Rect }[] = [];
  for (let y = 0; y * cell < of.height; y++) {
    for (let x = 0; x * cell < of.width; x++) {
      const box = regionFromMask(
        of,
        clipRect({ x: x * cell, y: y * cell, width: cell, height: cell }, of.width, of.height),
      );
      if (isEmptyRect(box.rect)) continue;
      const part = { cells: [{ x, y }], box: box.rect };
      const near = parts.filter(({ cells }) =>
        cells.some((one) => Math.abs(one.x - x) <= 1 && Math.abs(one.y - y) <= 1),
      );
      for (const other of near) {
        part.cells.push(...other.cells);
        part.box = unionRects(part.box, other.box);
        parts.splice(parts.indexOf(other), 1);
      }
      parts.push(part);
    }
  }
  return parts.length > 32 ? plainly(of, 2 * cell) : parts.map(({ box }) => box);
}

const inOrder = (boxes: readonly Rect[]) => [...boxes].sort((a, b) => a.y - b.y || a.x - b.x || a.width - b.width);

/** Long and short rectangles, specks, and all of it. */
function anyRect(random: Random, width: number, height: number): Rect {
  if (random.next() < 0.05) return { x: 0, y: 0, width, height };
  const side = () => 1 + random.int(random.next() < 0.3 ? 200 : 12);
  return { x: random.int(width) - 4, y: random.int(height) - 4, width: side(), height: side() };
}

it("boxes kept up to date while a mask changes are those of a mask seen for the first time, and from the definition", () => {
  const random = createRandom(3);
  for (let round = 0; round < 12; round++) {
    const [width, height] = [40 + random.int(500), 40 + random.int(300)];
    const doc = open(width, height);
    for (let step = 0; step < 25; step++) {
      if (random.next() < 0.15) doc.undo();
      else if (random.next() < 0.2)
        for (let i = 0; i < 40; i++) mask(doc, { x: random.int(width), y: random.int(height), width: 2, height: 2 });
      else mask(doc, anyRect(random, width, height), random.next() < 0.7);
      const { boxes } = maskBoxes(doc.mask);
      expect(boxes, `round ${round}, step ${step}`).toEqual(maskBoxes(tiledMask(doc.mask)).boxes);
      if (step % 5 === 0) expect(inOrder(boxes)).toEqual(inOrder(plainly(doc.mask)));
    }
  }
});

it("looks at the tiles of a stroke, not at the mask", () => {
  const doc = open(2048, 2048);
  mask(doc, { x: 100, y: 100, width: 1500, height: 1500 });
  // The rim of what is masked at first: whole tiles need no look.
  expect(maskBoxes(doc.mask).looked).toBeLessThanOrEqual(4 * 25 * 64 ** 2);
  mask(doc, { x: 1800, y: 300, width: 160, height: 40 });
  expect(maskBoxes(doc.mask).looked).toBeLessThanOrEqual(4 * 2 * 64 ** 2);
  expect(maskBoxes(doc.mask).looked).toBe(0);
});
