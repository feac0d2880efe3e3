/**
 * The evidence against the labels of a scene before anything is hidden: support, and the network's error head. From both a
 * logistic rule makes the suspicion of every pixel. The twin of `training/lmae/finding/evidence.py`.
 */
import type { Components } from "../core/components";
import { CELL, pureCells } from "../support/cells";
import { cellTaps } from "../window/windowSupport";
import type { Network } from "./network";
import { type ClassPosteriors, LEAST_PROBABILITY } from "./posteriors";
import { type Logistic, logOdds } from "./rule";
import { type LabelledScene, VOID } from "./scene";
import type { Tiling } from "./tiles";

/** Support's reading of a pixel counts in full from this `purity` on, and in proportion below it. */
export const FULL_PURITY = 1 / 3;
/** Given components below this, px, have no mean of their own. */
export const LEAST_COMPONENT = 64;
/** Log odds of void, which cannot be wrong. */
export const NEVER = -9;

/** Against the label of every pixel: rasters of width * height. */
export interface Evidence {
  /** Logit that the label is wrong. */
  readonly errorLogit: Float32Array;
  /** Log probability of the given label by support. */
  readonly selfConfidence: Float32Array;
  /** Log probability of the likeliest other class by support, less that. */
  readonly margin: Float32Array;
}

/**
 * Logit that the label is wrong, blended over the tiles: those in the middle of a tile count most. Tiles of nothing but pixels
 * that are `idle` (1: void, or not to be checked) are not looked at, and say 0.
 * @param onTile called after each tile.
 */
export async function blendedErrorLogit(
  network: Network,
  { width, height, tiles, window }: Tiling,
  idle: Uint8Array,
  onTile: () => void,
): Promise<Float32Array> {
  const total = new Float64Array(width * height);
  const weight = new Float64Array(width * height);
  const edge = (i: number) => Math.min(i, window - 1 - i) + 1;
  for (const tile of tiles) {
    const each = (visit: (pixel: number, row: number, column: number) => void): void => {
      for (let row = 0; row < window; row++) {
        const from = (tile.y + row) * width + tile.x;
        for (let column = 0; column < window; column++) visit(from + column, row, column);
      }
    };
    let isIdle = true;
    each((pixel, row, column) => {
      weight[pixel] += Math.min(edge(row), edge(column));
      if (idle[pixel] === 0) isIdle = false;
    });
    if (!isIdle) {
      const logit = await network.errorLogit(tile);
      each((pixel, row, column) => {
        total[pixel] += Math.min(edge(row), edge(column)) * logit[row * window + column];
      });
    }
    onTile();
  }
  const mean = new Float32Array(total.length);
  for (let i = 0; i < mean.length; i++) mean[i] = total[i] / weight[i];
  return mean;
}

/**
 * Self confidence and margin of a label by support. Both are 0 for a class that support does not know, and for what is finer
 * than the cells that support was fitted on, such as a lamp post.
 */
export function readSupport(
  { classes, probabilities }: ClassPosteriors,
  { width, height, label }: Pick<LabelledScene, "width" | "height" | "label">,
): Omit<Evidence, "errorLogit"> {
  const selfConfidence = new Float32Array(label.length);
  const margin = new Float32Array(label.length);
  if (classes.length < 2) return { selfConfidence, margin };
  const rasterOf = new Map(classes.map((id, k) => [id, k]));
  const share = purity(label, width, height);
  for (let i = 0; i < label.length; i++) {
    const own = rasterOf.get(label[i]);
    if (own === undefined) continue;
    let best = 0;
    for (let k = 0; k < probabilities.length; k++) if (k !== own) best = Math.max(best, probabilities[k][i]);
    const weight = Math.min(1, share[i] / FULL_PURITY);
    const ofOwn = clampedLog(probabilities[own][i]);
    selfConfidence[i] = weight * ofOwn;
    margin[i] = weight * (clampedLog(best) - ofOwn);
  }
  return { selfConfidence, margin };
}

/** The rasters that the rule for pixels reads, in the order of `PIXEL_FEATURES`. */
export function pixelFeatures(
  { errorLogit, selfConfidence, margin }: Evidence,
  components: Components,
): readonly Float32Array[] {
  const mean = (values: Float32Array) => overComponents(values, components);
  return [errorLogit, mean(errorLogit), selfConfidence, margin, mean(margin)];
}

/** Log odds that each pixel is wrong. */
export function suspicion(rule: Logistic, evidence: Evidence, { label, components }: LabelledScene): Float32Array {
  const features = pixelFeatures(evidence, components);
  const row = new Float64Array(features.length);
  const result = new Float32Array(label.length).fill(NEVER);
  for (let i = 0; i < result.length; i++) {
    if (label[i] === VOID) continue;
    for (let k = 0; k < row.length; k++) row[k] = features[k][i];
    result[i] = logOdds(rule, row);
  }
  return result;
}

/** Log of a probability, which counts as LEAST_PROBABILITY at least. */
export function clampedLog(probability: number): number {
  return Math.log(Math.max(probability, LEAST_PROBABILITY));
}

/** The mean over every given component of LEAST_COMPONENT px, 0 elsewhere. */
function overComponents(values: Float32Array, { labels, list }: Components): Float32Array {
  const sums = new Float64Array(list.length);
  for (let i = 0; i < values.length; i++) sums[labels[i]] += values[i];
  const means = sums.map((sum, number) => (list[number].area < LEAST_COMPONENT ? 0 : sum / list[number].area));
  return Float32Array.from(labels, (number) => means[number]);
}

/** The share of the cells around each pixel that show the pixel's class only, 0..1: bilinear between the cells' centres. */
function purity(label: Int32Array, width: number, height: number): Float32Array {
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  // The label's last rows and columns fill the cells that it ends in.
  const padded = Int32Array.from({ length: columns * rows * CELL * CELL }, (_, i) => {
    const [y, x] = [Math.floor(i / (columns * CELL)), i % (columns * CELL)];
    return label[Math.min(y, height - 1) * width + Math.min(x, width - 1)];
  });
  const cells = pureCells(padded, columns * CELL, rows * CELL);
  const across = cellTaps(0, 1, columns * CELL, columns);
  const down = cellTaps(0, 1, rows * CELL, rows);
  const result = new Float32Array(label.length);
  for (let y = 0, i = 0; y < height; y++) {
    const [top, bottom, lower] = down[y];
    for (let x = 0; x < width; x++, i++) {
      const [left, right, share] = across[x];
      const shown = (row: number, column: number): number => (cells[row * columns + column] === label[i] ? 1 : 0);
      const above = shown(top, left) * (1 - share) + shown(top, right) * share;
      const below = shown(bottom, left) * (1 - share) + shown(bottom, right) * share;
      result[i] = above * (1 - lower) + below * lower;
    }
  }
  return result;
}
