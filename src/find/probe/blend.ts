/**
 * The two halves of a probe, a linear classifier and MLPs, put together. All logs are log posteriors, [cells, classes]
 * row by row.
 */
import type { CellFeatures } from "../../support/cells";
import { type Mlp, mlpLogits } from "../../support/mlp";
import { type Classifier, probabilitiesAt, scoresOf } from "./discriminant";

/** Shares of the MLPs, and temperatures of the blend, that are tried. */
export const SHARES = [0, 0.25, 0.5, 0.75, 1];
export const BLEND_TEMPERATURES = [0.7, 0.85, 1.0, 1.2, 1.4, 2.0];
/** No posterior counts as less. */
export const LEAST_POSTERIOR = 1e-6;

/** softmax((share * mlp + (1 - share) * linear) / temperature) of log posteriors. */
export interface Blend {
  /** 0..1. */
  readonly share: number;
  readonly temperature: number;
}

/** The linear classifier without any MLP. */
export const LINEAR_ONLY: Blend = { share: 0, temperature: 1 };

/** The linear classifier's log posteriors. */
export function linearLogs(classifier: Classifier, temperature: number, features: CellFeatures): Float64Array {
  return linearLogsAt(temperature, scoresOf(classifier, features), classifier.prior);
}

/** The same from its scores, which do not depend on the temperature. */
export function linearLogsAt(temperature: number, scores: Float64Array, prior: readonly number[]): Float64Array {
  const logs = probabilitiesAt(temperature, scores, prior);
  for (let i = 0; i < logs.length; i++) logs[i] = Math.log(Math.max(logs[i], LEAST_POSTERIOR));
  return logs;
}

/** The mean of the MLPs' log posteriors of `classes`. For a class that an MLP does not know, `linear` stands in. */
export function mlpLogs(
  linear: Float64Array,
  classes: readonly number[],
  mlps: readonly Mlp[],
  features: CellFeatures,
): Float64Array {
  const mean = new Float64Array(linear.length);
  for (const mlp of mlps) {
    const logs = mlpLogits(mlp, features);
    toLogs(logs, mlp.classes.length);
    const columns = classes.map((id) => mlp.classes.indexOf(id));
    for (let i = 0, row = 0; i < mean.length; row += mlp.classes.length) {
      for (let k = 0; k < columns.length; k++, i++) {
        mean[i] += (columns[k] < 0 ? linear[i] : logs[row + columns[k]]) / mlps.length;
      }
    }
  }
  return mean;
}

/** The blend of both halves' log posteriors; `classes` is how many. */
export function blendedLogs(
  { share, temperature }: Blend,
  linear: Float64Array,
  mlp: Float64Array,
  classes: number,
): Float64Array {
  const logs = new Float64Array(linear.length);
  for (let i = 0; i < logs.length; i++) logs[i] = (share * mlp[i] + (1 - share) * linear[i]) / temperature;
  toLogs(logs, classes);
  return logs;
}

/** The log loss of the given ids, summed over cells; a posterior below LEAST_POSTERIOR costs no more than that. */
export function lossOf(logs: Float64Array, classes: readonly number[], ids: Int32Array): number {
  const columns = new Map(classes.map((id, column) => [id, column]));
  const least = Math.log(LEAST_POSTERIOR);
  return ids.reduce((loss, id, cell) => {
    return loss - Math.max(logs[cell * classes.length + (columns.get(id) ?? 0)], least);
  }, 0);
}

/** Log softmax of every row, in place. */
function toLogs(logits: Float64Array, classes: number): void {
  for (let first = 0; first < logits.length; first += classes) {
    let top = -Infinity;
    for (let i = first; i < first + classes; i++) top = Math.max(top, logits[i]);
    let sum = 0;
    for (let i = first; i < first + classes; i++) sum += Math.exp(logits[i] - top);
    const all = top + Math.log(sum);
    for (let i = first; i < first + classes; i++) logits[i] -= all;
  }
}
