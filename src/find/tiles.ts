/** How an image is searched: its size, and the windows that the network is shown. The twin of `training/lmae/finding/scene.py`. */
import type { Rect } from "../core/rect";

/** Side of a window, px, and what the sides of windows are multiples of. */
export const WINDOW = 224;
export const STEP = 16;
/**
 * The short side of an image as it is searched: larger ones are scaled down, ones below WINDOW up. About the scale that the
 * network was trained at.
 */
export const SIDE = 256;
/** Context that a window shows around what is hidden in it, px, but where the image ends. */
export const CONTEXT = 16;

/** A window: its first column and row in the scene, and its side, px. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** The windows of a scene of width * height px. */
export interface Tiling {
  readonly width: number;
  readonly height: number;
  /** Side of a window, and of the largest one that the scene has room for, for what does not fit into the usual one. */
  readonly window: number;
  readonly large: number;
  /** The fewest windows that cover the scene, row by row. */
  readonly tiles: readonly Square[];
}

/** Width and height of an image as it is searched. */
export function searchedSize(width: number, height: number): { width: number; height: number } {
  const short = Math.min(width, height);
  const factor = Math.min(Math.max(short, WINDOW), SIDE) / short;
  return { width: roundHalfEven(width * factor), height: roundHalfEven(height * factor) };
}

/** The windows of a scene whose sides are at least STEP px. */
export function tilingOf(width: number, height: number, side = WINDOW): Tiling {
  const short = Math.min(width, height);
  const inSteps = (length: number) => Math.floor(Math.min(length, short) / STEP) * STEP;
  const window = inSteps(side);
  const columns = starts(width, window);
  const tiles = starts(height, window).flatMap((y) => columns.map((x) => ({ x, y, side: window })));
  return { width, height, window, large: inSteps(short), tiles };
}

/**
 * The window that shows most around a box: a tile where it fits, else one of its own, of the large size where the usual one
 * is too small.
 */
export function windowAround(tiling: Tiling, box: Rect): Square {
  const rooms = tiling.tiles.map((tile) => room(tiling, tile, box));
  const most = Math.max(...rooms);
  if (most >= 0) return tiling.tiles[rooms.indexOf(most)];
  const side = Math.max(box.width, box.height) + 2 * CONTEXT <= tiling.window ? tiling.window : tiling.large;
  const place = (from: number, length: number, limit: number) =>
    Math.min(Math.max(Math.floor((2 * from + length - side) / 2), 0), limit - side);
  return { x: place(box.x, box.width, tiling.width), y: place(box.y, box.height, tiling.height), side };
}

/** The least that a window shows beyond CONTEXT px around a box on any side; a side at the image's end is no limit. */
export function room({ width, height }: Tiling, { x, y, side }: Square, box: Rect): number {
  return Math.min(
    x === 0 ? width : box.x - x - CONTEXT,
    x + side === width ? width : x + side - box.x - box.width - CONTEXT,
    y === 0 ? height : box.y - y - CONTEXT,
    y + side === height ? height : y + side - box.y - box.height - CONTEXT,
  );
}

/** Where the fewest windows that cover a length begin, evenly spread. */
function starts(length: number, window: number): number[] {
  const count = Math.ceil(length / window);
  return Array.from({ length: count }, (_, i) => Math.floor(((length - window) * i) / Math.max(1, count - 1)));
}

/** As Python rounds. */
function roundHalfEven(value: number): number {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 === 1 ? up - 1 : up;
}
