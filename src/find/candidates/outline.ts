import { clipRect, growRect, type Rect } from "../../core/rect";
import { hasPixel, type Region } from "../../core/region";

/** Outline pixels less than so many px from the window's edge do not count. */
export const BORDER = 2;

/**
 * The mean rank of the edges under the outline of a region, 0..1; 0 where all of that lies at the window's edge. ranks are
 * those of `Appearance`.
 */
export function edgesUnder(where: Region, ranks: Float32Array, size: number): number {
  const around = clipRect(growRect(where.rect, 1), size, size);
  const outline = outlinePixels(around, size, (x, y) => hasPixel(where, x, y));
  let sum = 0;
  for (const pixel of outline) sum += ranks[pixel];
  return outline.length > 0 ? sum / outline.length : 0;
}

/**
 * The pixels of a shape that have a 4-neighbour outside it, by their index in a window `size` px wide. The window's edge
 * is no outline, and pixels near it (BORDER) are left out. The box holds the shape, which may touch the box's edges only
 * where these are the window's.
 */
export function outlinePixels(box: Rect, size: number, holds: (x: number, y: number) => boolean): number[] {
  const { x: left, y: top, width, height } = box;
  const held = new Uint8Array(width * height);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) held[i] = holds(left + column, top + row) ? 1 : 0;
  }
  const pixels: number[] = [];
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (held[i] === 0 || !isInner(left + column, top + row, size)) continue;
      const above = row === 0 || held[i - width] === 1;
      const below = row === height - 1 || held[i + width] === 1;
      const before = column === 0 || held[i - 1] === 1;
      const after = column === width - 1 || held[i + 1] === 1;
      if (!(above && below && before && after)) pixels.push((top + row) * size + left + column);
    }
  }
  return pixels;
}

/** Whether a pixel is so far from the window's edge that an outline counts there. */
export function isInner(x: number, y: number, size: number): boolean {
  return Math.min(x, y) >= BORDER && Math.max(x, y) < size - BORDER;
}
