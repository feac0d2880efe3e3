import type { Rect } from "./rect";

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
