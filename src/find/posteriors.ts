/** Class posteriors of an image as it is searched: what support says that every pixel shows, without having seen its label. */
import { CELL } from "../support/cells";
import type { SupportMap } from "../support/types";
import { cellTaps, type WindowSupport } from "../window/windowSupport";
import { type LabelledScene, VOID } from "./scene";
import type { Square } from "./tiles";

/** Probabilities below this count as this, wherever their logarithm is taken. */
export const LEAST_PROBABILITY = 1e-4;
/** Posteriors that contradict the labels of more of an image's pixels are dropped: the image is unlike all others. 0..1. */
export const MOST_CONTRADICTED = 0.75;

/** The probability of every known class at every pixel, from the image alone: its label plays no part. */
export interface ClassPosteriors {
  /** Class ids, ascending. */
  readonly classes: readonly number[];
  /** A raster a class, width * height, 0..1. */
  readonly probabilities: readonly Float32Array[];
}

/** Those of a scene of any size when no class is known. */
export const NO_POSTERIORS: ClassPosteriors = { classes: [], probabilities: [] };

/**
 * What support says of a scene, bilinear between its cells. `refused` classes stand nowhere. NO_POSTERIORS where there is no
 * support, and where it contradicts the label for the most part. The twin of `support_posteriors` in
 * `training/lmae/finding/posteriors.py`.
 */
export function scenePosteriors(
  map: SupportMap | null,
  scene: Pick<LabelledScene, "width" | "height" | "label">,
  refused: ReadonlySet<number>,
): ClassPosteriors {
  const classes = (map?.classes ?? []).filter((id) => !refused.has(id)).sort((a, b) => a - b);
  if (map === null || classes.length === 0) return NO_POSTERIORS;
  const probabilities = classes.map((id) => upsampled(map, map.classes.indexOf(id), scene.width, scene.height));
  for (let i = 0; i < scene.label.length; i++) {
    let sum = 0;
    for (const raster of probabilities) sum += raster[i];
    for (const raster of probabilities) raster[i] /= sum;
  }
  const found = { classes, probabilities };
  return contradictedShare(found, scene.label) > MOST_CONTRADICTED ? NO_POSTERIORS : found;
}

/** What a window's cells show: the mean of the four pixels in the middle of each. */
export function windowSupport({ classes, probabilities }: ClassPosteriors, width: number, at: Square): WindowSupport {
  const side = at.side / CELL;
  const cells = new Float32Array(classes.length * side * side);
  let cell = 0;
  for (const raster of probabilities) {
    for (let row = 0; row < side; row++) {
      let i = (at.y + row * CELL + CELL / 2 - 1) * width + at.x + CELL / 2 - 1;
      for (let column = 0; column < side; column++, i += CELL) {
        cells[cell++] = (raster[i] + raster[i + 1] + raster[i + width] + raster[i + width + 1]) / 4;
      }
    }
  }
  return { classes, probabilities: cells };
}

/** One class of a map at every pixel of width * height. */
function upsampled({ rows, columns, probabilities }: SupportMap, k: number, width: number, height: number) {
  const cells = probabilities.subarray(k * rows * columns, (k + 1) * rows * columns);
  const across = cellTaps(0, 1, width, columns);
  const raster = new Float32Array(width * height);
  let i = 0;
  for (const [top, bottom, lower] of cellTaps(0, 1, height, rows)) {
    // Down the columns first, so that a pixel costs one step more only.
    const line = Float64Array.from({ length: columns }, (_, column) => {
      return cells[top * columns + column] * (1 - lower) + cells[bottom * columns + column] * lower;
    });
    for (const [left, right, share] of across) raster[i++] = line[left] * (1 - share) + line[right] * share;
  }
  return raster;
}

/** Of the pixels whose given class is known, the share for which another class is likelier, 0..1. */
function contradictedShare({ classes, probabilities }: ClassPosteriors, label: Int32Array): number {
  const rasterOf = new Map(classes.map((id, k) => [id, probabilities[k]]));
  let counted = 0;
  let contradicted = 0;
  for (let i = 0; i < label.length; i++) {
    const own = label[i] === VOID ? undefined : rasterOf.get(label[i]);
    if (own === undefined) continue;
    counted++;
    if (probabilities.some((raster) => raster[i] > own[i])) contradicted++;
  }
  return contradicted / Math.max(1, counted);
}
