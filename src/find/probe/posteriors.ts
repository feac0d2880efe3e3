import { CELL } from "../../support/cells";

/** Probabilities below this count as this, wherever they enter as logarithms. */
export const LEAST_PROBABILITY = 1e-4;

/** The probability of every known class at every pixel of a window, from its image alone: its label plays no part. */
export interface ClassPosteriors {
  /** Class ids, ascending. */
  readonly classes: readonly number[];
  /** A raster a class, size * size: log probability, at least log(LEAST_PROBABILITY). */
  readonly logs: readonly Float32Array[];
}

/** Those of a window of any size when no class is known. */
export const NO_POSTERIORS: ClassPosteriors = { classes: [], logs: [] };

/**
 * The posteriors of a window `size` px wide from those of its cells, [cells, classes], bilinear between the cells'
 * centres.
 */
export function upsamplePosteriors(classes: readonly number[], cells: Float64Array, size: number): ClassPosteriors {
  const count = classes.length;
  const logs = classes.map((_, k) => {
    const raster = upsampleCells(
      Float64Array.from({ length: cells.length / count }, (_, cell) => cells[cell * count + k]),
      size,
    );
    for (let i = 0; i < raster.length; i++) raster[i] = Math.log(Math.max(raster[i], LEAST_PROBABILITY));
    return raster;
  });
  return { classes, logs };
}

/** A raster size * size from one value a cell, row by row, bilinear between the cells' centres. */
export function upsampleCells(cells: Float64Array, size: number): Float32Array {
  const side = size / CELL;
  const taps = Array.from({ length: size }, (_, i) => {
    const at = Math.max(0, (i + 0.5) / CELL - 0.5);
    const low = Math.min(Math.floor(at), side - 1);
    return { low, high: Math.min(low + 1, side - 1), share: at - low };
  });
  // Along the rows first: every row of cells at the window's width.
  const lines = Array.from({ length: side }, (_, row) => {
    return Float64Array.from(taps, ({ low, high, share }) => {
      return mix(cells[row * side + low], cells[row * side + high], share);
    });
  });
  const raster = new Float32Array(size * size);
  for (let y = 0, i = 0; y < size; y++) {
    const { low, high, share } = taps[y];
    const [upper, lower] = [lines[low], lines[high]];
    for (let x = 0; x < size; x++, i++) raster[i] = mix(upper[x], lower[x], share);
  }
  return raster;
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
