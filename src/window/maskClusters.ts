import { type Rect, unionRects } from "../core/rect";

/** Boxes of the masked parts are found on cells of this many px: finer detail does not move a window. */
const CELL = 16;
/** More boxes than this are found again on cells twice as large. */
const MOST_BOXES = 32;

/**
 * Tight boxes around the connected parts of a mask (parts in touching cells count as one), at most 32.
 * mask: width * height bytes, 1 = masked.
 */
export function maskBoxes(mask: Uint8Array, width: number, height: number): Rect[] {
  for (let cell = CELL; ; cell *= 2) {
    const boxes = joinTouching(cellBoxes(mask, width, height, cell), Math.ceil(width / cell));
    if (boxes.length <= MOST_BOXES) return boxes;
  }
}

/** The tight box of the masked pixels of each cell, null where there are none, row by row. */
function cellBoxes(mask: Uint8Array, width: number, height: number, cell: number): (Rect | null)[] {
  const columns = Math.ceil(width / cell);
  const boxes: (Rect | null)[] = new Array(columns * Math.ceil(height / cell)).fill(null);
  for (let y = 0; y < height; y++) {
    const line = mask.subarray(y * width, (y + 1) * width);
    for (let x = line.indexOf(1); x >= 0; x = line.indexOf(1, x)) {
      const column = Math.floor(x / cell);
      const end = Math.min(width, (column + 1) * cell);
      const first = x;
      let last = x;
      for (; x < end; x++) if (line[x] === 1) last = x;
      const at = Math.floor(y / cell) * columns + column;
      const run = { x: first, y, width: last - first + 1, height: 1 };
      const box = boxes[at];
      boxes[at] = box ? unionRects(box, run) : run;
    }
  }
  return boxes;
}

/** Unites the boxes of cells that touch, diagonally too. */
function joinTouching(boxes: readonly (Rect | null)[], columns: number): Rect[] {
  const seen = new Uint8Array(boxes.length);
  const joined: Rect[] = [];
  for (let start = 0; start < boxes.length; start++) {
    const first = boxes[start];
    if (!first || seen[start]) continue;
    let union: Rect = first;
    const queue = [start];
    seen[start] = 1;
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      union = unionRects(union, boxes[at] ?? union);
      const column = at % columns;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const next = at + dy * columns + dx;
          if (column + dx < 0 || column + dx >= columns || !boxes[next] || seen[next]) continue;
          seen[next] = 1;
          queue.push(next);
        }
      }
    }
    joined.push(union);
  }
  return joined;
}
