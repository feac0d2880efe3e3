/** What suits a data set best, by the loss on cells that the classifiers asked have not learnt from. */
import type { Checkpoint } from "../../model/steps";
import type { LabelledCells } from "../../support/cells";
import type { Mlp } from "../../support/mlp";
import {
  BLEND_TEMPERATURES,
  type Blend,
  blendedLogs,
  linearLogs,
  linearLogsAt,
  lossOf,
  mlpLogs,
  SHARES,
} from "./blend";
import { type Classifier, scoresOf } from "./discriminant";

/** Temperatures of the linear classifier that are tried. */
export const TEMPERATURES = [0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0];

/** Cells of one quadrant of an image with classifiers that have learnt from none of them. */
export interface HeldOut {
  readonly classifier: Classifier;
  /** Null where none could be trained. */
  readonly mlp: Mlp | null;
  /** All show a class that the classifier knows. */
  readonly cells: LabelledCells;
}

/** The temperature of the linear classifier with the least loss. `heldOut` is not empty. */
export function bestTemperature(heldOut: readonly HeldOut[], checkpoint: Checkpoint): Promise<number> {
  return withLeastLoss(TEMPERATURES, heldOut, checkpoint, ({ classifier, cells }) => {
    const scores = scoresOf(classifier, cells.features);
    return (temperature) => linearLogsAt(temperature, scores, classifier.prior);
  });
}

/** The blend with the least loss at that temperature. */
export function bestBlend(heldOut: readonly HeldOut[], temperature: number, checkpoint: Checkpoint): Promise<Blend> {
  const blends = SHARES.flatMap((share) => BLEND_TEMPERATURES.map((hot): Blend => ({ share, temperature: hot })));
  return withLeastLoss(blends, heldOut, checkpoint, ({ classifier, mlp, cells }) => {
    const { classes } = classifier;
    const linear = linearLogs(classifier, temperature, cells.features);
    const logs = mlpLogs(linear, classes, mlp ? [mlp] : [], cells.features);
    return (blend) => blendedLogs(blend, linear, logs, classes.length);
  });
}

/** The first candidate with the least loss, from the log posteriors that it gives. Checkpoints between images. */
async function withLeastLoss<T>(
  candidates: readonly T[],
  heldOut: readonly HeldOut[],
  checkpoint: Checkpoint,
  logsOf: (one: HeldOut) => (candidate: T) => Float64Array,
): Promise<T> {
  const losses = candidates.map(() => 0);
  for (const one of heldOut) {
    const logs = logsOf(one);
    for (const [number, candidate] of candidates.entries()) {
      losses[number] += lossOf(logs(candidate), one.classifier.classes, one.cells.ids);
    }
    await checkpoint();
  }
  return candidates[losses.indexOf(Math.min(...losses))];
}
