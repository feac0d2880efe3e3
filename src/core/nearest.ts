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
  const envelope = createEnvelope(width, height);
  for (let y = 0; y < height; y++) {
    envelope.build(rows.subarray(y * width, (y + 1) * width), y);
    envelope.read((x, column, row) => {
      index[y * width + x] = row * width + column;
      distanceSquared[y * width + x] = (x - column) ** 2 + (y - row) ** 2;
    });
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

interface Envelope {
  /** `rows[x]` = the row of column x's nearest known pixel as seen from row y, -1: none. */
  build(rows: Int32Array, y: number): void;
  /** Visits every x of the row with the column and row of its nearest known pixel; none if nothing is known. */
  read(visit: (x: number, column: number, row: number) => void): void;
}

function createEnvelope(width: number, height: number): Envelope {
  const columns = new Int32Array(width);
  const sources = new Int32Array(width);
  const costs = new Float64Array(width);
  const starts = new Int32Array(width);
  let count = 0;
  return {
    build(rows, y) {
      count = 0;
      for (let x = 0; x < width; x++) {
        const row = rows[x];
        if (row < 0) continue;
        const cost = (y - row) ** 2 * height + row;
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
        sources[count] = row;
        costs[count] = cost;
        starts[count] = start;
        count++;
      }
    },
    read(visit) {
      for (let k = 0; k < count; k++) {
        const end = k + 1 < count ? starts[k + 1] : width;
        for (let x = starts[k]; x < end; x++) visit(x, columns[k], sources[k]);
      }
    },
  };
}
