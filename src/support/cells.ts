/** The cells of images, 8 x 8 px each, as examples that classifiers learn from. */

/** The id of pixels without a class. Larger than any other, so that it sorts last, as in Python. */
export const VOID = 0x10000;
/** Side of a cell, px: the stride of the features. */
export const CELL = 8;

/** Features of cells, row by row: [cells, channels]. */
export interface CellFeatures {
  readonly values: Float32Array;
  readonly channels: number;
}

/** Cells and their class ids; VOID where a cell does not show one class only. */
export interface LabelledCells {
  readonly features: CellFeatures;
  readonly ids: Int32Array;
}

/**
 * The class of every cell that shows one class only, VOID elsewhere: [height / 8 * width / 8]. label [height * width], sides
 * in whole cells.
 */
export function pureCells(label: Int32Array, width: number, height: number): Int32Array {
  const [rows, columns] = [height / CELL, width / CELL];
  const classes = new Int32Array(rows * columns);
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      const corner = row * CELL * width + column * CELL;
      classes[cell] = label[corner];
      for (let i = 0; i < CELL * CELL; i++) {
        if (label[corner + Math.floor(i / CELL) * width + (i % CELL)] !== classes[cell]) classes[cell] = VOID;
      }
    }
  }
  return classes;
}

/** The features of some cells, given by their numbers. */
export function rowsOf({ values, channels }: CellFeatures, cells: ArrayLike<number>): CellFeatures {
  const rows = new Float32Array(cells.length * channels);
  for (let to = 0; to < cells.length; to++) {
    const from = cells[to];
    rows.set(values.subarray(from * channels, (from + 1) * channels), to * channels);
  }
  return { values: rows, channels };
}

/** The cells of all parts, null of none. */
export function joinedCells(parts: readonly LabelledCells[]): LabelledCells | null {
  if (parts.length === 0) return null;
  const values = concatenated(parts.map(({ features }) => features.values));
  return {
    features: { values, channels: parts[0].features.channels },
    ids: Int32Array.from(parts.flatMap(({ ids }) => [...ids])),
  };
}

/** Those cells that show one of the classes. */
export function knownCells(classes: readonly number[], { features, ids }: LabelledCells): LabelledCells {
  const cells = [...ids.keys()].filter((cell) => classes.includes(ids[cell]));
  if (cells.length === ids.length) return { features, ids };
  return { features: rowsOf(features, cells), ids: Int32Array.from(cells, (cell) => ids[cell]) };
}

/** Arrays one after the other. */
export function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
