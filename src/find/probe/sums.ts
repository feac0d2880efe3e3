import { VOID } from "../window";
import { CELL } from "./posteriors";

/** Features of the cells of a window, row by row: [cells, channels]. */
export interface CellFeatures {
  readonly values: Float32Array;
  readonly channels: number;
}

/** Cells and their class ids; VOID where a cell does not show one class only. */
export interface LabelledCells {
  readonly features: CellFeatures;
  readonly ids: Int32Array;
}

/** What linear discriminant analysis needs of labelled cells. Sums of several images are added up. */
export interface Sums {
  readonly classes: ReadonlyMap<number, ClassSum>;
  /** Summed over all cells: the product of the features i and j <= i, at i * (i + 1) / 2 + j. */
  readonly products: Float64Array;
}

/** The cells of one class: how many, and the sum of each feature, [channels]. */
interface ClassSum {
  readonly count: number;
  readonly sum: Float64Array;
}

/** The class of every cell of 8 x 8 px that shows one class only, VOID elsewhere; label [size * size]. */
export function pureCells(label: Int32Array, size: number): Int32Array {
  const side = size / CELL;
  const classes = new Int32Array(side * side);
  for (let row = 0, cell = 0; row < side; row++) {
    for (let column = 0; column < side; column++, cell++) {
      const corner = row * CELL * size + column * CELL;
      classes[cell] = label[corner];
      for (let i = 0; i < CELL * CELL; i++) {
        if (label[corner + Math.floor(i / CELL) * size + (i % CELL)] !== classes[cell]) classes[cell] = VOID;
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

/** Sums over the cells that have a class; VOID is none. */
export function sumsOf({ features: { values, channels }, ids }: LabelledCells): Sums {
  const classes = new Map<number, { count: number; sum: Float64Array }>();
  const labelled: number[] = [];
  ids.forEach((id, cell) => {
    if (id === VOID) return;
    labelled.push(cell);
    const own = classes.get(id) ?? { count: 0, sum: new Float64Array(channels) };
    classes.set(id, own);
    own.count++;
    for (let i = 0; i < channels; i++) own.sum[i] += values[cell * channels + i];
  });
  return { classes, products: productsOf(values, channels, labelled) };
}

/** Sums of the features' products over some cells, four cells at a time: a sum is then loaded a quarter as often. */
function productsOf(values: Float32Array, channels: number, cells: readonly number[]): Float64Array {
  const products = new Float64Array((channels * (channels + 1)) / 2);
  const [a, b, c, d] = Array.from({ length: 4 }, () => new Float64Array(channels));
  for (let first = 0; first < cells.length; first += 4) {
    for (const [k, row] of [a, b, c, d].entries()) {
      const cell = cells[first + k];
      if (cell === undefined) row.fill(0);
      else row.set(values.subarray(cell * channels, (cell + 1) * channels));
    }
    addProducts(products, a, b, c, d);
  }
  return products;
}

function addProducts(products: Float64Array, a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array): void {
  for (let i = 0, at = 0; i < a.length; i++) {
    const [ai, bi, ci, di] = [a[i], b[i], c[i], d[i]];
    for (let j = 0; j <= i; j++, at++) products[at] += ai * a[j] + bi * b[j] + ci * c[j] + di * d[j];
  }
}

/** The sums over no cell. */
export function emptySums(channels: number): Sums {
  return { classes: new Map(), products: new Float64Array((channels * (channels + 1)) / 2) };
}

/** a + times * b; with -1, a without b, which is part of it. */
export function addSums(a: Sums, b: Sums, times = 1): Sums {
  const classes = new Map(a.classes);
  for (const [id, { count, sum }] of b.classes) {
    const known = a.classes.get(id);
    classes.set(id, {
      count: (known?.count ?? 0) + times * count,
      sum: sum.map((value, i) => (known?.sum[i] ?? 0) + times * value),
    });
  }
  return { classes, products: a.products.map((value, i) => value + times * b.products[i]) };
}
