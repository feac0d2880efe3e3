import { clipRect, growRect, type Rect } from "../core/rect";
import { hasPixel, type Region } from "../core/region";

/** Outline pixels so near the window's edge say nothing, px. */
export const BORDER = 2;

/** The mean rank under the outline of a region; 0 where all of that lies at the window's edge. */
export function edgesUnder(where: Region, ranks: Float32Array, size: number): number {
  const around = clipRect(growRect(where.rect, 1), size, size);
  const outline = outlinePixels(around, size, (x, y) => hasPixel(where, x, y));
  let sum = 0;
  for (const pixel of outline) sum += ranks[pixel];
  return outline.length > 0 ? sum / outline.length : 0;
}

/**
 * A shape's pixels with a 4-neighbour outside it, away from the window's edge; that is no border of the shape. The shape
 * reaches the edges of the box at the window's edge only.
 */
export function outlinePixels(box: Rect, size: number, holds: (x: number, y: number) => boolean): number[] {
  const pixels: number[] = [];
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const held = (x: number, y: number): boolean => x < box.x || y < box.y || x >= right || y >= bottom || holds(x, y);
  for (let y = box.y; y < bottom; y++) {
    for (let x = box.x; x < right; x++) {
      if (!isInner(x, y, size) || !holds(x, y)) continue;
      if (!(held(x - 1, y) && held(x + 1, y) && held(x, y - 1) && held(x, y + 1))) pixels.push(y * size + x);
    }
  }
  return pixels;
}

export function isInner(x: number, y: number, size: number): boolean {
  return Math.min(x, y) >= BORDER && Math.max(x, y) < size - BORDER;
}
