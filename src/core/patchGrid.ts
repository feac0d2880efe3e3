import { intersectRects, type Rect } from "./rect";

/** Side of a patch in px: a token of the model. */
export const PATCH = 16;

/** The patches over a raster, numbered row by row; the last column and row may reach over its edge. */
export interface PatchGrid {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly columns: number;
  readonly rows: number;
  readonly count: number;
}

export function patchGrid(width: number, height: number, size = PATCH): PatchGrid {
  const columns = Math.ceil(width / size);
  const rows = Math.ceil(height / size);
  return { width, height, size, columns, rows, count: columns * rows };
}

/** The pixels of patch `index`, clipped to the raster. */
export function patchRect(grid: PatchGrid, index: number): Rect {
  const x = (index % grid.columns) * grid.size;
  const y = Math.floor(index / grid.columns) * grid.size;
  return intersectRects(
    { x, y, width: grid.size, height: grid.size },
    { x: 0, y: 0, width: grid.width, height: grid.height },
  );
}

/** The number of the patch that holds pixel (x, y). */
export function patchOf(grid: PatchGrid, x: number, y: number): number {
  return Math.floor(y / grid.size) * grid.columns + Math.floor(x / grid.size);
}

/** Raster types that keep their kind through patchify. */
export type Raster = Uint8Array | Uint16Array | Int32Array | Float32Array;

/**
 * [height, width, channels] -> [patches, size * size * channels]; inside a patch row, column, channel.
 * @throws RangeError unless width and height are multiples of `size` and `data` has the size they ask for.
 */
export function patchify<T extends Raster>(data: T, width: number, height: number, channels = 1, size = PATCH): T {
  return rearrange(data, width, height, channels, size, false);
}

/** The inverse of `patchify`. */
export function unpatchify<T extends Raster>(data: T, width: number, height: number, channels = 1, size = PATCH): T {
  return rearrange(data, width, height, channels, size, true);
}

function rearrange<T extends Raster>(
  data: T,
  width: number,
  height: number,
  channels: number,
  size: number,
  back: boolean,
): T {
  if (width % size !== 0 || height % size !== 0 || data.length !== width * height * channels) {
    throw new RangeError(`Cannot cut ${data.length} values of ${width}x${height}x${channels} into ${size}-px patches`);
  }
  const result = data.slice() as T;
  const line = size * channels;
  const columns = width / size;
  for (let patch = 0; patch < columns * (height / size); patch++) {
    const corner = (Math.floor(patch / columns) * size * width + (patch % columns) * size) * channels;
    for (let row = 0; row < size; row++) {
      const inRaster = corner + row * width * channels;
      const inPatch = (patch * size + row) * line;
      const [from, to] = back ? [inPatch, inRaster] : [inRaster, inPatch];
      result.set(data.subarray(from, from + line), to);
    }
  }
  return result;
}
