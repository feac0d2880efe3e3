import type { Region } from "../../core/region";

/** Outline pixels less than so many px from the scene's edge do not count. */
export const BORDER = 2;

/**
 * The mean rank of the edges under the outline of a region of a scene of width * height, 0..1; 0 where all of that lies at
 * the scene's edge. ranks are those of `Appearance`.
 */
export function edgesUnder(where: Region, ranks: Float32Array, width: number, height: number): number {
  const outline = outlinePixels(where, width, height);
  let sum = 0;
  for (const pixel of outline) sum += ranks[pixel];
  return outline.length > 0 ? sum / outline.length : 0;
}

/**
 * The pixels of a region that have a 4-neighbour outside it, by their index in a scene of width * height, in scan order.
 * Those near the scene's edge (BORDER) are left out.
 */
export function outlinePixels({ rect, bits }: Region, width: number, height: number): number[] {
  const pixels: number[] = [];
  for (let row = 0, i = 0; row < rect.height; row++) {
    const y = rect.y + row;
    for (let column = 0; column < rect.width; column++, i++) {
      if (bits[i] === 0 || !isInner(rect.x + column, y, width, height)) continue;
      const atEdge = row === 0 || row === rect.height - 1 || column === 0 || column === rect.width - 1;
      const isSurrounded = !atEdge && (bits[i - rect.width] & bits[i + rect.width] & bits[i - 1] & bits[i + 1]) === 1;
      if (!isSurrounded) pixels.push(y * width + rect.x + column);
    }
  }
  return pixels;
}

/** Whether a pixel is so far from the scene's edge that an outline counts there. */
export function isInner(x: number, y: number, width: number, height: number): boolean {
  return x >= BORDER && y >= BORDER && x < width - BORDER && y < height - BORDER;
}
