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
  const cells = columns * Math.ceil(height / cell);
  const [left, right] = [new Int32Array(cells).fill(width), new Int32Array(cells).fill(-1)];
  const [top, bottom] = [new Int32Array(cells), new Int32Array(cells)];
  for (let y = 0; y < height; y++) {
    const line = mask.subarray(y * width, (y + 1) * width);
    for (let x = line.indexOf(1); x >= 0; ) {
      const column = Math.floor(x / cell);
      const end = Math.min(width, (column + 1) * cell);
      let last = end - 1;
      while (line[last] !== 1) last--;
      const at = Math.floor(y / cell) * columns + column;
      if (right[at] < 0) top[at] = y;
      bottom[at] = y;
      left[at] = Math.min(left[at], x);
      right[at] = Math.max(right[at], last);
      // A call costs as much as looking at a hundred pixels.
      x = line[end] === 1 ? end : line.indexOf(1, end);
    }
  }
  const boxes: (Rect | null)[] = new Array(cells).fill(null);
  for (let at = 0; at < cells; at++) {
    const [x, y] = [left[at], top[at]];
    if (right[at] >= 0) boxes[at] = { x, y, width: right[at] - x + 1, height: bottom[at] - y + 1 };
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
