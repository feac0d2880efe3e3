/** What suits a data set best, by the loss on cells that the classifiers asked have not learnt from. */
import type { Checkpoint } from "../../model/steps";
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
import { joinedCells, knownCells } from "./cells";
import { type Classifier, LEAST_CELLS, scoresOf } from "./discriminant";
import { type Mlp, trainMlp } from "./mlp";
import type { LabelledCells } from "./sums";

/** Temperatures of the linear classifier that are tried. */
export const TEMPERATURES = [0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0];
/** MLPs, each trained without the images of one fold. */
export const FOLDS = 4;

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

/**
 * One MLP a fold, trained on the images of all other folds (image i is in fold i mod FOLDS); none at all where these show
 * fewer than two classes.
 */
export async function trainFolds(images: readonly LabelledCells[], checkpoint: Checkpoint): Promise<Mlp[]> {
  const folds = Math.min(FOLDS, images.length);
  const mlps: Mlp[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const cells = joinedCells(images.filter((_, number) => number % folds !== fold));
    const known = cells ? knownClasses(cells.ids) : [];
    if (!cells || known.length < 2) return [];
    mlps.push(await trainMlp(knownCells(known, cells), known, fold, checkpoint));
  }
  return mlps;
}

/** Ids, ascending, of LEAST_CELLS cells or more. */
function knownClasses(ids: Int32Array): number[] {
  const times = new Map<number, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  return [...times.keys()].filter((id) => (times.get(id) ?? 0) >= LEAST_CELLS).sort((a, b) => a - b);
}
