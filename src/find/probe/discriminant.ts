import { Matrix, solve } from "ml-matrix";
import type { CellFeatures } from "../../support/cells";
import { LEAST_CELLS } from "../../support/folds";
import type { Sums } from "./sums";

/** Added to the shared covariance, as a share of every feature's variance. */
export const RIDGE = 0.1;

/** softmax((weights . features + bias) / temperature + prior) over classes [K]. */
export interface Classifier {
  /** Ids, ascending. */
  readonly classes: readonly number[];
  /** A row of weights a class, [channels] each. */
  readonly weights: readonly Float64Array[];
  readonly bias: readonly number[];
  /** Log of how often each class is seen. */
  readonly prior: readonly number[];
}

/**
 * Linear discriminant analysis (Fisher 1936; shared covariance) from sums of the known classes, ascending: those seen in
 * LEAST_CELLS cells by default.
 */
export function discriminant({ classes: learnt, products }: Sums, ids: readonly number[] = seen(learnt)): Classifier {
  const known = [...learnt].filter(([id]) => ids.includes(id)).sort(([a], [b]) => a - b);
  if (known.length === 0) return { classes: [], weights: [], bias: [], prior: [] };
  const channels = known[0][1].sum.length;
  const sums = known.map(([, { sum }]) => sum);
  const means = known.map(([, { count, sum }]) => sum.map((value) => value / count));
  // Rare classes stay in the products: their few cells hardly matter.
  const all = [...learnt.values()];
  const total = all.reduce((cells, { count }) => cells + count, 0);
  const middle = Float64Array.from({ length: channels }, (_, i) => all.reduce((sum, c) => sum + c.sum[i], 0) / total);

  const within = new Matrix(channels, channels);
  for (let i = 0, at = 0; i < channels; i++) {
    for (let j = 0; j <= i; j++, at++) {
      let value = products[at];
      for (let k = 0; k < known.length; k++) value -= means[k][i] * sums[k][j];
      if (i === j) value += RIDGE * (products[at] - total * middle[i] ** 2) + 1e-6 * total;
      within.set(i, j, value / total);
      within.set(j, i, value / total);
    }
  }
  const offsets = new Matrix(channels, known.length);
  for (let i = 0; i < channels; i++) known.forEach((_, k) => void offsets.set(i, k, means[k][i] - middle[i]));
  const solved = solve(within, offsets);
  const weights = known.map((_, k) => Float64Array.from({ length: channels }, (_, i) => solved.get(i, k)));
  return {
    classes: known.map(([id]) => id),
    weights,
    bias: weights.map((row, k) => -0.5 * row.reduce((sum, w, i) => sum + w * (means[k][i] + middle[i]), 0)),
    prior: known.map(([, { count }]) => Math.log(count / total)),
  };
}

function seen(learnt: Sums["classes"]): number[] {
  return [...learnt].filter(([, { count }]) => count >= LEAST_CELLS).map(([id]) => id);
}

/** weights . features + bias of every cell, [cells, K]: the logits before temperature and prior. */
export function scoresOf({ weights, bias }: Classifier, { values, channels }: CellFeatures): Float64Array {
  const count = weights.length;
  const scores = new Float64Array((values.length / channels) * count);
  for (let first = 0, from = 0; first < scores.length; first += count, from += channels) {
    for (let k = 0; k < count; k++) {
      const row = weights[k];
      let score = bias[k];
      for (let i = 0; i < channels; i++) score += row[i] * values[from + i];
      scores[first + k] = score;
    }
  }
  return scores;
}

/** Probabilities [cells, K] = softmax(scores / temperature + prior). */
export function probabilitiesAt(temperature: number, scores: Float64Array, prior: readonly number[]): Float64Array {
  const count = prior.length;
  const result = new Float64Array(scores.length);
  for (let first = 0; first < result.length; first += count) {
    let top = -Infinity;
    for (let k = 0; k < count; k++) {
      result[first + k] = scores[first + k] / temperature + prior[k];
      top = Math.max(top, result[first + k]);
    }
    let sum = 0;
    for (let k = first; k < first + count; k++) {
      result[k] = Math.exp(result[k] - top);
      sum += result[k];
    }
    for (let k = first; k < first + count; k++) result[k] /= sum;
  }
  return result;
}
