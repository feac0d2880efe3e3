import { intersectRects, isEmptyRect, type Rect, rectArea, unionRects } from "./rect";

/** Side of a history tile in px: a brush stroke meets few tiles, and a run's length fits 16 bits. */
const TILE = 64;

/** Tiles over an image, numbered row by row; those of the last column and row are clipped to it. */
export interface TileGrid {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly count: number;
}

export function tileGrid(width: number, height: number): TileGrid {
  const columns = Math.ceil(width / TILE);
  return { width, height, columns, count: columns * Math.ceil(height / TILE) };
}

export function tileRect(grid: TileGrid, tile: number): Rect {
  const x = (tile % grid.columns) * TILE;
  const y = Math.floor(tile / grid.columns) * TILE;
  return intersectRects({ x, y, width: TILE, height: TILE }, { x: 0, y: 0, width: grid.width, height: grid.height });
}

/** The tile of a pixel inside the image. */
export function tileAt({ columns }: TileGrid, x: number, y: number): number {
  return Math.floor(y / TILE) * columns + Math.floor(x / TILE);
}

/** Visits the tiles a rectangle inside the image meets, with the shared part. */
export function forEachTile(grid: TileGrid, rect: Rect, visit: (tile: number, part: Rect) => void): void {
  if (isEmptyRect(rect)) return;
  for (let row = Math.floor(rect.y / TILE); row * TILE < rect.y + rect.height; row++) {
    for (let column = Math.floor(rect.x / TILE); column * TILE < rect.x + rect.width; column++) {
      const tile = row * grid.columns + column;
      visit(tile, intersectRects(tileRect(grid, tile), rect));
    }
  }
}

/** One rectangle around all, unless most of it would be pixels in none of them. */
export function mergeRects(rects: readonly Rect[]): readonly Rect[] {
  if (rects.length < 2) return rects;
  let around = rects[0];
  let area = 0;
  for (const rect of rects) {
    around = unionRects(around, rect);
    area += rectArea(rect);
  }
  return rectArea(around) <= 2 * area ? [around] : rects;
}
