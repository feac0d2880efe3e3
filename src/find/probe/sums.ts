import { type LabelledCells, VOID } from "../../support/cells";

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
