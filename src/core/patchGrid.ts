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
