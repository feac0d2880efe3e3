import { clipRect, emptyRect, type Rect, rectArea, unionRects } from "./rect";
import type { PixelMask } from "./region";
import { forEachTile, type TileGrid, tileGrid, tileRect } from "./tileGrid";

/**
 * A mask that is told of tile by tile, so that what is asked of it again after each change costs the tiles that changed, not
 * a pass over an image of 67 megapixels.
 */
export interface TiledMask extends PixelMask {
  readonly grid: TileGrid;
  /** Set pixels of each tile. */
  readonly areas: Uint16Array;
  /** Grows with each change in a tile. */
  readonly stamps: Uint32Array;
}

/** Nothing is set. */
export function emptyTiledMask(width: number, height: number): TiledMask {
  const grid = tileGrid(width, height);
  const data = new Uint8Array(width * height);
  return { width, height, data, grid, areas: new Uint16Array(grid.count), stamps: new Uint32Array(grid.count) };
}

/** A mask counted by a pass over all of it. */
export function tiledMask({ width, height, data }: PixelMask): TiledMask {
  const mask = { ...emptyTiledMask(width, height), data };
  for (let tile = 0; tile < mask.grid.count; tile++) mask.areas[tile] = countIn(mask, tileRect(mask.grid, tile));
  return mask;
}

/** Another with the same pixels. Of a large image most tiles are empty: neither they nor their copies are touched. */
export function copiedMask(mask: TiledMask): TiledMask {
  const { grid, areas, width } = mask;
  const copy = emptyTiledMask(width, mask.height);
  copy.areas.set(areas);
  for (let tile = 0; tile < grid.count; tile++) {
    if (areas[tile] === 0) continue;
    const rect = tileRect(grid, tile);
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      const start = y * width + rect.x;
      copy.data.set(mask.data.subarray(start, start + rect.width), start);
    }
  }
  return copy;
}

/** Set pixels inside `rect`: tiles that lie in it as a whole are not looked at. */
export function maskedIn(mask: TiledMask, rect: Rect): number {
  let count = 0;
  forEachTile(mask.grid, clipRect(rect, mask.width, mask.height), (tile, part) => {
    const area = mask.areas[tile];
    const isWhole = area === 0 || rectArea(part) === rectArea(tileRect(mask.grid, tile));
    count += isWhole ? area : countIn(mask, part);
  });
  return count;
}

/** The tight box of the set pixels: only tiles at its rim are looked at. */
export function maskBounds(mask: TiledMask): Rect {
  const { grid, areas } = mask;
  let around = emptyRect;
  for (let tile = 0; tile < grid.count; tile++) if (areas[tile] > 0) around = unionRects(around, tileRect(grid, tile));
  let tight = emptyRect;
  for (let tile = 0; tile < grid.count; tile++) {
    if (areas[tile] === 0) continue;
    const rect = tileRect(grid, tile);
    const isInside =
      rect.x > around.x &&
      rect.y > around.y &&
      rect.x + rect.width < around.x + around.width &&
      rect.y + rect.height < around.y + around.height;
    if (!isInside) tight = unionRects(tight, boundsIn(mask, rect));
  }
  return tight;
}

/** The tight box of the set pixels inside `rect`, which lies in the mask. */
function boundsIn({ data, width }: PixelMask, rect: Rect): Rect {
  let bounds = emptyRect;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    let [first, last] = [-1, -1];
    for (let x = rect.x, i = y * width + rect.x; x < rect.x + rect.width; x++, i++) {
      if (data[i] === 0) continue;
      if (first < 0) first = x;
      last = x;
    }
    if (first >= 0) bounds = unionRects(bounds, { x: first, y, width: last - first + 1, height: 1 });
  }
  return bounds;
}

function countIn({ data, width }: PixelMask, rect: Rect): number {
  let count = 0;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const start = y * width + rect.x;
    for (let i = start; i < start + rect.width; i++) count += data[i];
  }
  return count;
}
