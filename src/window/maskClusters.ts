import { type Rect, rectArea } from "../core/rect";
import type { TiledMask } from "../core/tiledMask";
import { tileRect } from "../core/tileGrid";

/** Boxes of the masked parts are found on cells of this many px, a whole number to a tile: finer detail does not move a window. */
const CELL = 16;
/** More boxes than this are found again on cells twice as large. */
const MOST_BOXES = 32;

/** The tight box of the masked pixels of each cell, row by row: columns left..right-1, rows top..bottom-1; right 0: none. */
interface CellBoxes {
  readonly columns: number;
  readonly rows: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly top: Int32Array;
  readonly bottom: Int32Array;
}

/** The boxes on the smallest cells, and the stamps of the tiles they were found in. */
interface Known {
  readonly cells: CellBoxes;
  readonly stamps: Uint32Array;
}

const known = new WeakMap<TiledMask, Known>();

export interface MaskBoxes {
  /** Tight boxes around the connected parts of a mask (parts in touching cells count as one), at most 32. */
  readonly boxes: Rect[];
  /** Pixels that were looked at to tell: none of tiles that are as they were, are empty or full. */
  readonly looked: number;
}

/** Boxes of a mask. Of one that was asked about before only tiles that changed since are looked at. */
export function maskBoxes(mask: TiledMask): MaskBoxes {
  const { cells, looked } = smallestCells(mask);
  for (let boxes = cells; ; boxes = twiceAsLarge(boxes)) {
    const joined = joinTouching(boxes);
    if (joined.length <= MOST_BOXES) return { boxes: joined, looked };
  }
}

function smallestCells(mask: TiledMask): { readonly cells: CellBoxes; readonly looked: number } {
  const { grid, areas, stamps } = mask;
  const before = known.get(mask);
  const cells = before?.cells ?? emptyCells(Math.ceil(mask.width / CELL), Math.ceil(mask.height / CELL));
  const seen = before?.stamps ?? new Uint32Array(grid.count);
  let looked = 0;
  for (let tile = 0; tile < grid.count; tile++) {
    if (before === undefined ? areas[tile] === 0 : seen[tile] === stamps[tile]) continue;
    const rect = tileRect(grid, tile);
    const isEven = areas[tile] === 0 || areas[tile] === rectArea(rect);
    if (!isEven) looked += rectArea(rect);
    for (let y = rect.y; y < rect.y + rect.height; y += CELL) {
      for (let x = rect.x; x < rect.x + rect.width; x += CELL) {
        const [right, bottom] = [Math.min(x + CELL, rect.x + rect.width), Math.min(y + CELL, rect.y + rect.height)];
        if (!isEven) lookAt(cells, mask, x, y, right, bottom);
        else setBox(cells, (y / CELL) * cells.columns + x / CELL, x, y, areas[tile] === 0 ? 0 : right, bottom);
      }
    }
  }
  seen.set(stamps);
  known.set(mask, { cells, stamps: seen });
  return { cells, looked };
}

/** Finds the box of one cell, columns x..right-1 and rows y..bottom-1. */
function lookAt(
  cells: CellBoxes,
  { data, width }: TiledMask,
  x: number,
  y: number,
  right: number,
  bottom: number,
): void {
  let [left, end, top, below] = [right, 0, 0, 0];
  for (let row = y; row < bottom; row++) {
    const start = row * width;
    let first = x;
    while (first < right && data[start + first] === 0) first++;
    if (first === right) continue;
    let last = right - 1;
    while (data[start + last] === 0) last--;
    if (end === 0) top = row;
    below = row + 1;
    left = Math.min(left, first);
    end = Math.max(end, last + 1);
  }
  const at = (y / CELL) * cells.columns + x / CELL;
  setBox(cells, at, left, top, end, below);
}

function setBox(cells: CellBoxes, at: number, left: number, top: number, right: number, bottom: number): void {
  cells.left[at] = left;
  cells.top[at] = top;
  cells.right[at] = right;
  cells.bottom[at] = bottom;
}

function emptyCells(columns: number, rows: number): CellBoxes {
  const numbers = (): Int32Array => new Int32Array(columns * rows);
  return { columns, rows, left: numbers(), right: numbers(), top: numbers(), bottom: numbers() };
}

/** The box around two cells' boxes, put in the place of the first. */
function widen(into: CellBoxes, at: number, from: CellBoxes, other: number): void {
  if (from.right[other] === 0) return;
  const isEmpty = into.right[at] === 0;
  into.left[at] = isEmpty ? from.left[other] : Math.min(into.left[at], from.left[other]);
  into.top[at] = isEmpty ? from.top[other] : Math.min(into.top[at], from.top[other]);
  into.right[at] = Math.max(into.right[at], from.right[other]);
  into.bottom[at] = isEmpty ? from.bottom[other] : Math.max(into.bottom[at], from.bottom[other]);
}

/** The same on cells of twice the side. */
function twiceAsLarge(cells: CellBoxes): CellBoxes {
  const large = emptyCells(Math.ceil(cells.columns / 2), Math.ceil(cells.rows / 2));
  for (let row = 0, at = 0; row < cells.rows; row++) {
    for (let column = 0; column < cells.columns; column++, at++) {
      widen(large, (row >> 1) * large.columns + (column >> 1), cells, at);
    }
  }
  return large;
}

/** Unites the boxes of cells that touch, diagonally too. */
function joinTouching(cells: CellBoxes): Rect[] {
  const { columns, rows, right } = cells;
  const seen = new Uint8Array(right.length);
  const joined: Rect[] = [];
  const around = emptyCells(1, 1);
  for (let start = 0; start < right.length; start++) {
    if (right[start] === 0 || seen[start] === 1) continue;
    around.right[0] = 0;
    const queue = [start];
    seen[start] = 1;
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      widen(around, 0, cells, at);
      const [column, row] = [at % columns, Math.floor(at / columns)];
      for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, rows - 1); y++) {
        for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, columns - 1); x++) {
          const next = y * columns + x;
          if (right[next] === 0 || seen[next] === 1) continue;
          seen[next] = 1;
          queue.push(next);
        }
      }
    }
    const { left, top, right: end, bottom } = around;
    joined.push({ x: left[0], y: top[0], width: end[0] - left[0], height: bottom[0] - top[0] });
  }
  return joined;
}
