/** What the two halves of a probe say together: logs are log probabilities, [cells, classes] row by row. */
import { type Classifier, probabilitiesAt, scoresOf } from "./discriminant";
import { type Perceptron, perceive } from "./mlp";
import { type CellFeatures, type LabelledCells, rowsOf } from "./sums";

/** Shares of the perceptrons, and temperatures of the blend, that are tried. */
export const SHARES = [0, 0.25, 0.5, 0.75, 1];
export const BLEND_TEMPERATURES = [0.7, 0.85, 1.0, 1.2, 1.4, 2.0];
/** Nothing is less likely. */
export const LEAST_POSTERIOR = 1e-6;

/** How much the perceptrons have to say, 0..1, and the temperature of the two together. */
export interface Blend {
  readonly share: number;
  readonly temperature: number;
}

/** The discriminant alone. */
export const STRAIGHT: Blend = { share: 0, temperature: 1 };

/** What the discriminant says. */
export function straightLogs(classifier: Classifier, temperature: number, features: CellFeatures): Float64Array {
  return straightLogsAt(temperature, scoresOf(classifier, features), classifier.prior);
}

/** The same from the discriminant's scores, which are the same at every temperature. */
export function straightLogsAt(temperature: number, scores: Float64Array, prior: readonly number[]): Float64Array {
  const logs = probabilitiesAt(temperature, scores, prior);
  for (let i = 0; i < logs.length; i++) logs[i] = Math.log(Math.max(logs[i], LEAST_POSTERIOR));
  return logs;
}

/** The mean of what perceptrons say of some classes; of one that a perceptron does not know it says what `straight` does. */
export function bentLogs(
  straight: Float64Array,
  classes: readonly number[],
  perceptrons: readonly Perceptron[],
  features: CellFeatures,
): Float64Array {
  const total = new Float64Array(straight.length);
  for (const perceptron of perceptrons) {
    const said = perceive(perceptron, features);
    toLogs(said, perceptron.classes.length);
    const places = classes.map((id) => perceptron.classes.indexOf(id));
    for (let i = 0, row = 0; i < total.length; row += perceptron.classes.length) {
      for (let k = 0; k < places.length; k++, i++) {
        total[i] += (places[k] < 0 ? straight[i] : said[row + places[k]]) / perceptrons.length;
      }
    }
  }
  return total;
}

/** Both together. */
export function blendedLogs(
  { share, temperature }: Blend,
  straight: Float64Array,
  bent: Float64Array,
  classes: number,
): Float64Array {
  const logs = new Float64Array(straight.length);
  for (let i = 0; i < logs.length; i++) logs[i] = (share * bent[i] + (1 - share) * straight[i]) / temperature;
  toLogs(logs, classes);
  return logs;
}

/** The log loss, summed over cells; what is very unlikely is no worse than LEAST_POSTERIOR. */
export function lossOf(logs: Float64Array, classes: readonly number[], ids: Int32Array): number {
  const places = new Map(classes.map((id, place) => [id, place]));
  const least = Math.log(LEAST_POSTERIOR);
  return ids.reduce((loss, id, cell) => {
    return loss - Math.max(logs[cell * classes.length + (places.get(id) ?? 0)], least);
  }, 0);
}

/** Those cells that show one of the classes. */
export function knownTo(classes: readonly number[], { features, ids }: LabelledCells): LabelledCells {
  const cells = [...ids.keys()].filter((cell) => classes.includes(ids[cell]));
  if (cells.length === ids.length) return { features, ids };
  return { features: rowsOf(features, cells), ids: Int32Array.from(cells, (cell) => ids[cell]) };
}

/** Makes rows of logits log probabilities, in place. */
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
