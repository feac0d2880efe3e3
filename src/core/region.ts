import { emptyRect, intersectRects, isEmptyRect, type Rect, rectArea } from "./rect";

/**
 * A set of pixels: those of `rect` whose byte in `bits` is 1. What every tool produces and every edit takes.
 * `bits` holds rect.width * rect.height bytes, row by row, each 0 or 1. `rect` may reach outside a raster;
 * whoever applies a region clips it.
 */
export interface Region {
  readonly rect: Rect;
  readonly bits: Uint8Array;
}

/** A bitmap as large as its image: 1 = the pixel belongs to it (mask, hints). */
export interface PixelMask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export const emptyRegion: Region = { rect: emptyRect, bits: new Uint8Array(0) };

/** Every pixel of a rectangle. */
export function rectRegion(rect: Rect): Region {
  return isEmptyRect(rect) ? emptyRegion : { rect, bits: new Uint8Array(rectArea(rect)).fill(1) };
}

/** The pixels of `rect` for which `test` holds, in image coordinates, with tight bounds. */
export function regionFromPredicate(rect: Rect, test: (x: number, y: number) => boolean): Region {
  if (isEmptyRect(rect)) return emptyRegion;
  const bits = new Uint8Array(rectArea(rect));
  let i = 0;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) bits[i++] = test(x, y) ? 1 : 0;
  }
  return trimRegion({ rect, bits });
}

/** The set pixels of a mask inside `within` (all of it by default), with tight bounds. */
export function regionFromMask(mask: PixelMask, within?: Rect): Region {
  const all: Rect = { x: 0, y: 0, width: mask.width, height: mask.height };
  const region = cropRegion({ rect: all, bits: mask.data }, within ?? all);
  return region.bits === mask.data ? { rect: all, bits: mask.data.slice() } : region;
}

function boundsWithin(region: Region, part: Rect): Rect {
  const { rect, bits } = region;
  const left = part.x - rect.x;
  const right = left + part.width;
  let minX = right;
  let maxX = -1;
  let minY = -1;
  let maxY = -1;
  for (let row = part.y - rect.y; row < part.y - rect.y + part.height; row++) {
    const start = row * rect.width;
    const first = bits.subarray(start + left, start + right).indexOf(1);
    if (first < 0) continue;
    const last = bits.subarray(start + left, start + right).lastIndexOf(1);
    if (minY < 0) minY = row;
    maxY = row;
    minX = Math.min(minX, left + first);
    maxX = Math.max(maxX, left + last);
  }
  if (minY < 0) return emptyRect;
  return { x: rect.x + minX, y: rect.y + minY, width: maxX - minX + 1, height: maxY - minY + 1 };
}

/** The same pixels with tight bounds. */
export function trimRegion(region: Region): Region {
  return cropRegion(region, region.rect);
}

/** The part of a region inside `rect`, with tight bounds. Never shares `bits` with a larger region. */
export function cropRegion(region: Region, rect: Rect): Region {
  const bounds = boundsWithin(region, intersectRects(region.rect, rect));
  if (isEmptyRect(bounds)) return emptyRegion;
  if (rectArea(bounds) === rectArea(region.rect)) return region;
  const bits = new Uint8Array(rectArea(bounds));
  for (let row = 0; row < bounds.height; row++) {
    const start = (bounds.y - region.rect.y + row) * region.rect.width + bounds.x - region.rect.x;
    bits.set(region.bits.subarray(start, start + bounds.width), row * bounds.width);
  }
  return { rect: bounds, bits };
}

/** Number of pixels. */
export function regionArea(region: Region): number {
  let area = 0;
  for (const bit of region.bits) area += bit;
  return area;
}

/** Whether the pixel (x, y), in image coordinates, belongs to the region. */
export function hasPixel(region: Region, x: number, y: number): boolean {
  const column = x - region.rect.x;
  const row = y - region.rect.y;
  if (column < 0 || row < 0 || column >= region.rect.width || row >= region.rect.height) return false;
  return region.bits[row * region.rect.width + column] === 1;
}

/** Visits every pixel row by row, in image coordinates. */
export function forEachPixel(region: Region, visit: (x: number, y: number) => void): void {
  const { rect, bits } = region;
  let i = 0;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      if (bits[i++] === 1) visit(x, y);
    }
  }
}

/** Pixels of both regions. */
export function intersectRegions(a: Region, b: Region): Region {
  const rect = intersectRects(a.rect, b.rect);
  return regionFromPredicate(rect, (x, y) => hasPixel(a, x, y) && hasPixel(b, x, y));
}
