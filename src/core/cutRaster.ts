import type { Rect } from "./rect";

type Raster = Float32Array | Int32Array | Uint8Array;

/** What a rect shows of a raster of `columns` columns, row by row; the raster itself where that is all of it. */
export function cutRaster<T extends Raster>(raster: T, columns: number, { x, y, width, height }: Rect): T {
  if (width * height === raster.length) return raster;
  const cut = raster.slice(0, width * height) as T;
  for (let row = 0; row < height; row++) {
    const from = (y + row) * columns + x;
    cut.set(raster.subarray(from, from + width), row * width);
  }
  return cut;
}
