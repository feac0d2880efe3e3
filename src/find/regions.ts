import { intersectRects, type Rect } from "../core/rect";
import { type Region, regionArea } from "../core/region";
import { runsOf } from "../core/runs";

/** The whole of a square window. */
export function windowRect(size: number): Rect {
  return { x: 0, y: 0, width: size, height: size };
}

/** Indices of a region's pixels in a raster of `width` columns that holds it, in scan order. */
export function pixelsOf({ rect, bits }: Region, width: number): Int32Array {
  const indices = new Int32Array(regionArea({ rect, bits }));
  let count = 0;
  for (let row = 0, i = 0; row < rect.height; row++) {
    let at = (rect.y + row) * width + rect.x;
    for (let column = 0; column < rect.width; column++, i++, at++) if (bits[i] === 1) indices[count++] = at;
  }
  return indices;
}

/** Equal for regions of the same pixels and rect. */
export function regionKey({ rect, bits }: Region): string {
  return `${rect.x},${rect.y},${rect.width},${rect.height}:${runsOf(bits).join(",")}`;
}

/** Sets a region's pixels in a raster of `width` columns that holds it. */
export function paint(raster: Uint8Array, width: number, region: Region): void {
  for (const pixel of pixelsOf(region, width)) raster[pixel] = 1;
}

/** Number of pixels in both. */
export function overlapCount(a: Region, b: Region): number {
  const shared = intersectRects(a.rect, b.rect);
  let count = 0;
  for (let y = shared.y; y < shared.y + shared.height; y++) {
    let inA = (y - a.rect.y) * a.rect.width + shared.x - a.rect.x;
    let inB = (y - b.rect.y) * b.rect.width + shared.x - b.rect.x;
    for (let column = 0; column < shared.width; column++, inA++, inB++) count += a.bits[inA] & b.bits[inB];
  }
  return count;
}

/** Intersection over union, 0..1. */
export function overlap(a: Region, b: Region): number {
  const both = overlapCount(a, b);
  return both > 0 ? both / (regionArea(a) + regionArea(b) - both) : 0;
}
