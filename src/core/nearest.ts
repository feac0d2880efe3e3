import { cutRaster } from "./cutRaster";
import { clipRect, growRect, type Rect } from "./rect";

/**
 * Where, for every pixel, the nearest known pixel is. Both arrays are width * height, row by row, and hold -1
 * where no pixel is known at all. A known pixel is its own nearest, at distance 0.
 */
export interface NearestKnown {
  /** Index (row * width + column) of the nearest known pixel. */
  readonly index: Int32Array;
  /** Squared Euclidean distance to it in px. */
  readonly distanceSquared: Int32Array;
}

/**
 * Exact Euclidean feature transform: the nearest known pixel; ties go to the lowest row, then the lowest column.
 * Two passes (columns, then the lower envelope of a parabola a column: Felzenszwalb and Huttenlocher, "Distance
 * transforms of sampled functions", 2012; integer form of Meijster et al., 2000). The tie rule is part of the
 * arithmetic: the second pass minimises distance^2 * height + row, so only two candidates of one row can still
 * be equal, and the envelope keeps the left one.
 *
 * @param known width * height bytes, 1 = known.
 */
export function nearestKnown(known: Uint8Array, width: number, height: number): NearestKnown {
  if (known.length !== width * height) {
    throw new RangeError(`A ${width}x${height} raster needs ${width * height} bytes, got ${known.length}`);
  }
  const index = new Int32Array(width * height);
  for (let i = 0; i < index.length; i++) index[i] = i;
  const distanceSquared = new Int32Array(width * height);
  const part = aroundUnknown(known, width, height);
  if (part === null) return { index, distanceSquared };
  const { x: left, y: top, width: columns, height: rows } = part;
  const inColumn = nearestRowInColumn(cutRaster(known, width, part), columns, rows);
  const envelope: Envelope = {
    columns: new Int32Array(columns),
    starts: new Int32Array(columns),
    costs: new Float64Array(columns),
  };
  for (let y = 0; y < rows; y++) {
    const count = buildEnvelope(envelope, inColumn, y * columns, columns, y, rows);
    const first = (top + y) * width + left;
    if (count === 0) {
      index.fill(-1, first, first + columns);
      distanceSquared.fill(-1, first, first + columns);
    }
    for (let k = 0; k < count; k++) {
      const column = envelope.columns[k];
      const row = inColumn[y * columns + column];
      const end = k + 1 < count ? envelope.starts[k + 1] : columns;
      for (let x = envelope.starts[k]; x < end; x++) {
        index[first + x] = (top + row) * width + left + column;
        distanceSquared[first + x] = (x - column) ** 2 + (y - row) ** 2;
      }
    }
  }
  return { index, distanceSquared };
}

/**
 * The box of the unknown pixels and a pixel around it: what is nearest to one of them is next to one, since a step from it towards
 * that pixel ends nearer. Null: all are known.
 */
function aroundUnknown(known: Uint8Array, width: number, height: number): Rect | null {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let y = 0; y < height; y++) {
    const row = known.subarray(y * width, (y + 1) * width);
    const first = row.findIndex((one) => one !== 1);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(right, row.findLastIndex((one) => one !== 1) + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  if (bottom === 0) return null;
  return clipRect(growRect({ x: left, y: top, width: right - left, height: bottom - top }, 1), width, height);
}

/** For every pixel the row of the nearest known pixel of its column, the upper one of two equal; -1: none. */
function nearestRowInColumn(known: Uint8Array, width: number, height: number): Int32Array {
  const rows = new Int32Array(width * height).fill(-1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (known[i] === 1) rows[i] = y;
      else if (y > 0) rows[i] = rows[i - width];
    }
  }
  for (let y = height - 2; y >= 0; y--) {
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const above = rows[i];
      const below = rows[i + width];
      if (below > y && (above < 0 || below - y < y - above)) rows[i] = below;
    }
  }
  return rows;
}

/** Parabolas, one a column with a known pixel, that are the lowest somewhere in a row: each from its start to the next one's. */
interface Envelope {
  readonly columns: Int32Array;
  readonly starts: Int32Array;
  readonly costs: Float64Array;
}

/**
 * The lower envelope of row y, and how many parabolas it has. `rows[first + x]` is the row of column x's nearest known
 * pixel as seen from row y, -1: none.
 */
function buildEnvelope(
  { columns, starts, costs }: Envelope,
  rows: Int32Array,
  first: number,
  width: number,
  y: number,
  height: number,
): number {
  let count = 0;
  for (let x = 0; x < width; x++) {
    const row = rows[first + x];
    if (row < 0) continue;
    const cost = (y - row) * (y - row) * height + row;
    let start = 0;
    while (count > 0) {
      // First integer x from which the new parabola is strictly lower; all terms are exact in a double.
      const top = columns[count - 1];
      const rise = (x * x - top * top) * height + cost - costs[count - 1];
      start = Math.floor(rise / (2 * height * (x - top))) + 1;
      if (start > starts[count - 1]) break;
      count--;
      start = 0;
    }
    if (start >= width) continue;
    columns[count] = x;
    costs[count] = cost;
    starts[count] = start;
    count++;
  }
  return count;
}
