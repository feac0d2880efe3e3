import type { Checkpoint } from "../../model/steps";
import { type CellFeatures, knownCells, rowsOf } from "../../support/cells";
import { trainFolds } from "../../support/folds";
import type { Mlp } from "../../support/mlp";
import { type Blend, blendedLogs, LINEAR_ONLY, linearLogs, mlpLogs } from "./blend";
import { cellsInQuadrant, cellsOf, keptOf, numbersInQuadrant, type TrainingWindow } from "./cells";
import type { Classifier } from "./discriminant";
import { bestBlend, bestTemperature, type HeldOut } from "./heldOut";
import { type ClassPosteriors, NO_POSTERIORS, upsamplePosteriors } from "./posteriors";
import { type PlacedCells, QUADRANTS, quadrantClassifiers } from "./quadrants";
import { addSums, type Sums, sumsOf } from "./sums";

/** Weight of log(how often a class is seen) in the posteriors: rare classes are what annotators miss. */
export const PRIOR_WEIGHT = 0.25;
/** Temperature of a linear classifier before any fit. */
export const UNFITTED = 4;
/**
 * Posteriors that contradict more of a window's labelled cells come from images unlike it, and are not used. 0..1.
 */
export const MOST_CONTRADICTED = 0.75;

/**
 * What each class of a data set looks like, learnt from its labels, flawed as they are, on the network's features of the
 * image alone. Two classifiers: linear discriminant analysis, in closed form, which makes do with few images, and MLPs,
 * which make more of many; how they are blended is what fits the labels best. A wrong label must not vouch for itself: a
 * quadrant of an image is classified by a discriminant that learnt from other images and from the *other* quadrants of
 * this one, and by an MLP that has not seen the image at all.
 */
export interface Probe {
  /** Learns the windows of an image, in place of what it had learnt from that image before; counts once `fit` has run. */
  learn(imageKey: string, windows: readonly TrainingWindow[]): void;
  /**
   * Trains the MLPs, then takes the temperature of the discriminant and the blend with the least loss on held-out cells.
   * Checkpoints often; when cancelled, all stays as it was.
   */
  fit(checkpoint: Checkpoint): Promise<void>;
  /**
   * The class posteriors of the windows of an image, all of which are given. NO_POSTERIORS while no class is known, and for
   * a window whose label they contradict for the most part.
   */
  posteriors(imageKey: string, windows: readonly TrainingWindow[]): (window: TrainingWindow) => ClassPosteriors;
  /** Of the discriminant. */
  temperature(): number;
  blend(): Blend;
}

/** What was learnt from one image: the sums over all its cells, and the cells kept of it. */
interface ImageStatistics {
  readonly sums: Sums;
  readonly kept: PlacedCells;
}

/** A probe that has learnt nothing yet. */
export function createProbe(): Probe {
  const images = new Map<string, ImageStatistics>();
  let allSums: Sums | null = null;
  let temperature = UNFITTED;
  /** One a fold, trained on the images of all other folds. */
  let mlps: readonly Mlp[] = [];
  let blend = LINEAR_ONLY;

  const sumsOfOthers = (imageKey: string): Sums | null => {
    const own = images.get(imageKey);
    return allSums && own ? addSums(allSums, own.sums, -1) : allSums;
  };
  /** For each quadrant of an image one that has not learnt from it. */
  const heldOutClassifiers = (imageKey: string, own: PlacedCells | null): Classifier[] =>
    quadrantClassifiers(sumsOfOthers(imageKey), own, images.size + (images.has(imageKey) ? 0 : 1));
  /** The MLPs that have not seen an image: all, if nothing was learnt from it. */
  const outOfFold = (imageKey: string): readonly Mlp[] => {
    const fold = [...images.keys()].indexOf(imageKey) % mlps.length;
    return fold >= 0 ? [mlps[fold]] : mlps;
  };

  return {
    learn(imageKey, windows) {
      allSums = sumsOfOthers(imageKey);
      // None may stay that has seen the image's label of before.
      mlps = [];
      blend = LINEAR_ONLY;
      if (windows.length === 0) {
        images.delete(imageKey);
        return;
      }
      const cells = windows.map(cellsOf);
      const sums = cells.map(sumsOf).reduce((a, b) => addSums(a, b));
      images.set(imageKey, { sums, kept: keptOf(cells) });
      allSums = allSums ? addSums(allSums, sums) : sums;
    },
    async fit(checkpoint) {
      const trained = await trainFolds(
        [...images.values()].map(({ kept }) => kept),
        checkpoint,
      );
      const heldOut: HeldOut[] = [];
      for (const [number, [imageKey, { kept }]] of [...images].entries()) {
        const mlp = trained.length > 0 ? trained[number % trained.length] : null;
        for (const [quadrant, classifier] of heldOutClassifiers(imageKey, kept).entries()) {
          const cells = knownCells(classifier.classes, cellsInQuadrant(kept, quadrant));
          heldOut.push({ classifier, mlp, cells });
        }
        await checkpoint();
      }
      if (heldOut.length === 0) return;
      const best = await bestTemperature(heldOut, checkpoint);
      blend = trained.length > 0 ? await bestBlend(heldOut, best, checkpoint) : LINEAR_ONLY;
      temperature = best;
      mlps = trained;
    },
    posteriors(imageKey, windows) {
      const classifiers = heldOutClassifiers(imageKey, windows.length > 0 ? keptOf(windows.map(cellsOf)) : null);
      const { classes } = classifiers[0];
      const unseen = outOfFold(imageKey);
      const probabilitiesBy = (classifier: Classifier, cells: CellFeatures): Float64Array => {
        let logs = linearLogs(classifier, temperature, cells);
        if (blend.share > 0) {
          logs = blendedLogs(blend, logs, mlpLogs(logs, classes, unseen, cells), classes.length);
        }
        return withWeakPrior(logs, classifier.prior);
      };
      return (window) => {
        if (classes.length === 0) return NO_POSTERIORS;
        const { features, ids, quadrants } = cellsOf(window);
        const probabilities = new Float64Array(quadrants.length * classes.length);
        for (let quadrant = 0; quadrant < QUADRANTS; quadrant++) {
          const cells = numbersInQuadrant(quadrants, quadrant);
          if (cells.length === 0) continue;
          const rows = probabilitiesBy(classifiers[quadrant], rowsOf(features, cells));
          for (const [row, cell] of cells.entries()) {
            probabilities.set(rows.subarray(row * classes.length, (row + 1) * classes.length), cell * classes.length);
          }
        }
        if (contradictedShare(classes, probabilities, ids) > MOST_CONTRADICTED) return NO_POSTERIORS;
        return upsamplePosteriors(classes, probabilities, window.size);
      };
    },
    temperature: () => temperature,
    blend: () => blend,
  };
}

/** Of the cells whose given class (`ids`) is known, the share for which another class is likelier, 0..1. */
function contradictedShare(classes: readonly number[], probabilities: Float64Array, ids: Int32Array): number {
  let counted = 0;
  let contradicted = 0;
  ids.forEach((id, cell) => {
    const own = classes.indexOf(id);
    if (own < 0) return;
    const row = probabilities.subarray(cell * classes.length, (cell + 1) * classes.length);
    counted++;
    if (row.some((value) => value > row[own])) contradicted++;
  });
  return contradicted / Math.max(1, counted);
}

/** Posteriors [cells, classes] from their logs, in which `prior` then weighs as much as PRIOR_WEIGHT. */
function withWeakPrior(logs: Float64Array, prior: readonly number[]): Float64Array {
  const probabilities = new Float64Array(logs.length);
  for (let first = 0; first < logs.length; first += prior.length) {
    let sum = 0;
    for (let k = 0; k < prior.length; k++) {
      probabilities[first + k] = Math.exp(logs[first + k] + (PRIOR_WEIGHT - 1) * prior[k]);
      sum += probabilities[first + k];
    }
    for (let k = first; k < first + prior.length; k++) probabilities[k] /= sum;
  }
  return probabilities;
}
