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
  const rows = nearestRowInColumn(known, width, height);
  const index = new Int32Array(width * height).fill(-1);
  const distanceSquared = new Int32Array(width * height).fill(-1);
  const envelope: Envelope = {
    columns: new Int32Array(width),
    starts: new Int32Array(width),
    costs: new Float64Array(width),
  };
  for (let y = 0; y < height; y++) {
    const first = y * width;
    const count = buildEnvelope(envelope, rows, first, width, y, height);
    for (let k = 0; k < count; k++) {
      const column = envelope.columns[k];
      const row = rows[first + column];
      const end = k + 1 < count ? envelope.starts[k + 1] : width;
      for (let x = envelope.starts[k]; x < end; x++) {
        index[first + x] = row * width + column;
        distanceSquared[first + x] = (x - column) ** 2 + (y - row) ** 2;
      }
    }
  }
  return { index, distanceSquared };
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
