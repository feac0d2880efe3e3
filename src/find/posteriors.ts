/** Class posteriors of a window: what support says that every pixel shows, without having seen its label. */
import { CELL, pureCells } from "../support/cells";
import type { Size, SupportMap } from "../support/types";
import { cutSupport } from "../window/windowSupport";
import type { WorkWindow } from "../window/workWindows";

/** Probabilities below this count as this, wherever they enter as logarithms. */
export const LEAST_PROBABILITY = 1e-4;
/** Posteriors that contradict more of a window's labelled cells come from images unlike it, and are not used. 0..1. */
export const MOST_CONTRADICTED = 0.75;

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
 * What support says of a window of an image, bilinear between cells. label is the window's, size * size ids or VOID.
 * NO_POSTERIORS where there is no support, and where it contradicts the label for the most part. The twin of
 * `support_posteriors` in `training/lmae/finding/posteriors.py`.
 */
export function windowPosteriors(
  map: SupportMap | null,
  image: Size,
  window: WorkWindow,
  label: Int32Array,
): ClassPosteriors {
  if (map === null) return NO_POSTERIORS;
  const { size } = window;
  const { classes, probabilities } = cutSupport(map, image, window);
  const count = (size / CELL) ** 2;
  const rows = classes.map((_, k) => probabilities.subarray(k * count, (k + 1) * count));
  if (contradictedShare(classes, rows, pureCells(label, size, size)) > MOST_CONTRADICTED) return NO_POSTERIORS;
  const logs = rows.map((row) =>
    upsampleCells(row, size).map((probability) => Math.log(Math.max(probability, LEAST_PROBABILITY))),
  );
  return { classes, logs };
}

/** Of the cells whose given class (`ids`) is known, the share for which another class is likelier, 0..1. */
function contradictedShare(classes: readonly number[], rows: readonly Float32Array[], ids: Int32Array): number {
  let counted = 0;
  let contradicted = 0;
  ids.forEach((id, cell) => {
    const own = classes.indexOf(id);
    if (own < 0) return;
    counted++;
    if (rows.some((row) => row[cell] > rows[own][cell])) contradicted++;
  });
  return contradicted / Math.max(1, counted);
}

/** A raster size * size from one value a cell, row by row, bilinear between the cells' centres. */
export function upsampleCells(cells: ArrayLike<number>, size: number): Float32Array {
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
