import { createRandom } from "../core/random";
import { type CellFeatures, type LabelledCells, pureCells, rowsOf, VOID } from "./cells";
import { fromFloat16, toFloat16 } from "./float16";
import type { ImageCells, LabelledImage } from "./types";
import { resizeLabel, wholeSize } from "./wholeImage";

/** Cells kept of an image at most. */
export const MOST_CELLS = 256;
/** A class of n cells is drawn in proportion to n ** BALANCE: 1 leaves rare classes to drown in the background. */
export const BALANCE = 0.5;

/** The class of every cell of a labelled image, VOID where it shows none or several. */
export function cellClasses({ image, labels, ignoredIds }: LabelledImage): Int32Array {
  const size = wholeSize(image);
  return pureCells(resizeLabel(labels, image, size, ignoredIds), size.width, size.height);
}

/**
 * Which cells of an image are kept: those that show one class only, of many a random draw without replacement that is
 * weighted by class (Efraimidis and Spirakis 2006). Ascending.
 */
export function drawCells(classes: Int32Array): number[] {
  const pure = [...classes.keys()].filter((cell) => classes[cell] !== VOID);
  if (pure.length <= MOST_CELLS) return pure;
  const times = new Map<number, number>();
  for (const cell of pure) times.set(classes[cell], (times.get(classes[cell]) ?? 0) + 1);
  const random = createRandom(pure.length);
  const keys = pure.map((cell) => {
    const weight = (times.get(classes[cell]) ?? 1) ** (BALANCE - 1);
    return { cell, key: Math.log(1 - random.next()) / weight };
  });
  const drawn = keys.sort((a, b) => b.key - a.key).slice(0, MOST_CELLS);
  return drawn.map(({ cell }) => cell).sort((a, b) => a - b);
}

/** The cells `drawn` of an image, as they are kept. */
export function packCells(
  imageKey: string,
  features: CellFeatures,
  classes: Int32Array,
  drawn: readonly number[],
): ImageCells {
  const { values, channels } = rowsOf(features, drawn);
  return {
    imageKey,
    channels,
    features: toFloat16(values),
    ids: Uint16Array.from(drawn, (cell) => classes[cell]),
  };
}

/** Kept cells to learn from. */
export function unpackCells({ features, channels, ids }: ImageCells): LabelledCells {
  return { features: { values: fromFloat16(features), channels }, ids: Int32Array.from(ids) };
}
