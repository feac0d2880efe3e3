import type { Checkpoint } from "../../model/steps";
import { VOID } from "../window";
import {
  BLEND_TEMPERATURES,
  type Blend,
  bentLogs,
  blendedLogs,
  knownTo,
  lossOf,
  SHARES,
  STRAIGHT,
  straightLogs,
  straightLogsAt,
} from "./blend";
import { type Classifier, LEAST_CELLS, scoresOf } from "./discriminant";
import { type Perceptron, trainPerceptron } from "./mlp";
import { CELL, NO_OPINION, type Opinion, spreadOpinion } from "./posteriors";
import { type PlacedCells, QUADRANTS, quarterClassifiers, quartersOf } from "./quadrants";
import type { Place } from "./setting";
import { addSums, type CellFeatures, type LabelledCells, pureCells, rowsOf, type Sums, sumsOf } from "./sums";

/** Weight of log(how often a class is seen) in an opinion: rare classes are what annotators miss. */
export const PRIOR_WEIGHT = 0.25;
/** Temperatures of the discriminant that are tried. */
export const TEMPERATURES = [0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0];
/** Of the cells of a window every such is kept, to train perceptrons on and to try temperatures. */
export const KEPT = 3;
/** Temperature of a discriminant that was never tried. */
export const UNFITTED = 4;
/** An opinion that speaks against more of a window's cells comes from pictures unlike it, and is not worth hearing. */
export const MOST_CONTRADICTED = 0.75;
/** Perceptrons, each trained without the images of one fold. */
export const FOLDS = 4;

/** A window to learn from, or to judge: its features, its label as given (ids or VOID), size * size, and its place. */
export interface Lesson {
  readonly place: Place;
  readonly features: CellFeatures;
  readonly label: Int32Array;
  readonly size: number;
}

/**
 * What the labels of a data set say a class looks like, from the network's view of the image. Two classifiers fitted on the
 * labels at hand, flawed as they are: linear discriminant analysis, in closed form, which makes do with few images, and
 * perceptrons, which make more of many. How they are blended is what the labels fit best. A wrong label cannot vouch for
 * itself: a quarter of an image is judged by what other images and the *other* quarters of its own taught the discriminant,
 * and by a perceptron that has not seen the image at all.
 */
export interface Probe {
  /** Learns the windows of an image, in place of what that image taught before; counts once `fit` has run. */
  learn(imageKey: string, windows: readonly Lesson[]): void;
  /**
   * Trains the perceptrons, and takes what makes the given labels likeliest, every quarter of an image judged by the
   * others: the temperature of the discriminant, then the blend of both.
   */
  fit(checkpoint: Checkpoint): Promise<void>;
  /**
   * What the labels say of the windows of an image, of which all are given; no class at all without a label, nor where
   * that contradicts most of a window's label as given.
   */
  opinion(imageKey: string, windows: readonly Lesson[]): (window: Lesson) => Opinion;
  temperature(): number;
  blend(): Blend;
}

/** What an image taught: its sums, and the features of the cells kept of it with their classes. */
interface Taught {
  readonly sums: Sums;
  readonly kept: PlacedCells;
}

export function createProbe(): Probe {
  const images = new Map<string, Taught>();
  let all: Sums | null = null;
  let temperature = UNFITTED;
  /** Of each fold, taught by the images of all others. */
  let perceptrons: readonly Perceptron[] = [];
  let blend = STRAIGHT;

  const others = (imageKey: string): Sums | null => {
    const own = images.get(imageKey);
    return all && own ? addSums(all, own.sums, -1) : all;
  };
  const judgesOf = (imageKey: string, own: PlacedCells | null): Classifier[] =>
    quarterClassifiers(others(imageKey), own, images.size + (images.has(imageKey) ? 0 : 1));
  /** Those that have not seen an image: all, if it taught nothing. */
  const unacquainted = (imageKey: string): readonly Perceptron[] => {
    const fold = [...images.keys()].indexOf(imageKey) % perceptrons.length;
    return fold >= 0 ? [perceptrons[fold]] : perceptrons;
  };

  return {
    learn(imageKey, windows) {
      all = others(imageKey);
      // Without a perceptron that has seen what this image taught before.
      perceptrons = [];
      blend = STRAIGHT;
      if (windows.length === 0) {
        images.delete(imageKey);
        return;
      }
      const lessons = windows.map(cellsOf);
      const sums = lessons.map(sumsOf).reduce((a, b) => addSums(a, b));
      images.set(imageKey, { sums, kept: keptOf(lessons) });
      all = all ? addSums(all, sums) : sums;
    },
    async fit(checkpoint) {
      const taught = [...images.values()];
      const trained = await trainFolds(taught, checkpoint);
      const judges: Judge[] = [];
      for (const [number, [imageKey, { kept }]] of [...images].entries()) {
        const perceptron = trained.length > 0 ? trained[number % trained.length] : null;
        for (const [quarter, classifier] of judgesOf(imageKey, kept).entries()) {
          judges.push({ classifier, perceptron, heard: knownTo(classifier.classes, inQuarter(kept, quarter)) });
        }
        await checkpoint();
      }
      if (judges.length === 0) return;
      temperature = await likeliest(TEMPERATURES, judges, checkpoint, ({ classifier, heard }) => {
        const scores = scoresOf(classifier, heard.features);
        return (candidate) => straightLogsAt(candidate, scores, classifier.prior);
      });
      const blends = SHARES.flatMap((share) => BLEND_TEMPERATURES.map((heat) => ({ share, temperature: heat })));
      perceptrons = trained;
      blend = STRAIGHT;
      if (trained.length === 0) return;
      blend = await likeliest(blends, judges, checkpoint, ({ classifier, perceptron, heard }) => {
        const { classes } = classifier;
        const straight = straightLogs(classifier, temperature, heard.features);
        const bent = bentLogs(straight, classes, perceptron ? [perceptron] : [], heard.features);
        return (candidate) => blendedLogs(candidate, straight, bent, classes.length);
      });
    },
    opinion(imageKey, windows) {
      const classifiers = judgesOf(imageKey, windows.length > 0 ? keptOf(windows.map(cellsOf)) : null);
      const { classes } = classifiers[0];
      const strangers = unacquainted(imageKey);
      const saidBy = (classifier: Classifier, cells: CellFeatures): Float64Array => {
        let logs = straightLogs(classifier, temperature, cells);
        if (blend.share > 0) {
          logs = blendedLogs(blend, logs, bentLogs(logs, classes, strangers, cells), classes.length);
        }
        return withWeakPrior(logs, classifier.prior);
      };
      return (window) => {
        if (classes.length === 0) return NO_OPINION;
        const { features, ids, quarters } = cellsOf(window);
        const said = new Float64Array(quarters.length * classes.length);
        for (let quarter = 0; quarter < QUADRANTS; quarter++) {
          const cells = cellsIn(quarter, quarters);
          if (cells.length === 0) continue;
          const rows = saidBy(classifiers[quarter], rowsOf(features, cells));
          for (const [row, cell] of cells.entries()) {
            said.set(rows.subarray(row * classes.length, (row + 1) * classes.length), cell * classes.length);
          }
        }
        if (contradictedShare(classes, said, ids) > MOST_CONTRADICTED) return NO_OPINION;
        return spreadOpinion(classes, said, window.size);
      };
    },
    temperature: () => temperature,
    blend: () => blend,
  };
}

/** Who judges an image, and those of its cells whose class is known to them. */
interface Judge {
  readonly classifier: Classifier;
  readonly perceptron: Perceptron | null;
  readonly heard: LabelledCells;
}

/** The candidate under which the given labels are likeliest, from the logs that it gives of each image. */
async function likeliest<T>(
  candidates: readonly T[],
  judges: readonly Judge[],
  checkpoint: Checkpoint,
  logsOf: (judge: Judge) => (candidate: T) => Float64Array,
): Promise<T> {
  const losses = candidates.map(() => 0);
  for (const judge of judges) {
    const logs = logsOf(judge);
    for (const [number, candidate] of candidates.entries()) {
      losses[number] += lossOf(logs(candidate), judge.classifier.classes, judge.heard.ids);
    }
    await checkpoint();
  }
  return candidates[losses.indexOf(Math.min(...losses))];
}

/** A perceptron a fold, taught by the images of all others; none where these show fewer than two classes. */
async function trainFolds(images: readonly Taught[], checkpoint: Checkpoint): Promise<Perceptron[]> {
  const folds = Math.min(FOLDS, images.length);
  const trained: Perceptron[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const cells = joined(images.filter((_, number) => number % folds !== fold).map(({ kept }) => kept));
    const known = cells ? knownClasses(cells.ids) : [];
    if (!cells || known.length < 2) return [];
    trained.push(await trainPerceptron(knownTo(known, cells), known, fold, checkpoint));
  }
  return trained;
}

/** Ids, ascending, of LEAST_CELLS cells or more. */
function knownClasses(ids: Int32Array): number[] {
  const times = new Map<number, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  return [...times.keys()].filter((id) => (times.get(id) ?? 0) >= LEAST_CELLS).sort((a, b) => a - b);
}

/** All cells of a window. */
function cellsOf({ features, label, size, place }: Lesson): PlacedCells {
  return { features, ids: pureCells(label, size), quarters: quartersOf(place, size / CELL) };
}

function cellsIn(quarter: number, quarters: Uint8Array): number[] {
  return [...quarters.keys()].filter((cell) => quarters[cell] === quarter);
}

function inQuarter({ features, ids, quarters }: PlacedCells, quarter: number): LabelledCells {
  const cells = cellsIn(quarter, quarters);
  return { features: rowsOf(features, cells), ids: Int32Array.from(cells, (cell) => ids[cell]) };
}

/** Of every window each KEPTth cell, without those that have no class. */
function keptOf(windows: readonly PlacedCells[]): PlacedCells {
  const { channels } = windows[0].features;
  const values: Float32Array[] = [];
  const ids: number[] = [];
  const quarters: number[] = [];
  for (const window of windows) {
    for (let cell = 1; cell < window.ids.length; cell += KEPT) {
      if (window.ids[cell] === VOID) continue;
      values.push(window.features.values.subarray(cell * channels, (cell + 1) * channels));
      ids.push(window.ids[cell]);
      quarters.push(window.quarters[cell]);
    }
  }
  return {
    features: { values: concatenated(values), channels },
    ids: Int32Array.from(ids),
    quarters: Uint8Array.from(quarters),
  };
}

function joined(parts: readonly LabelledCells[]): LabelledCells | null {
  if (parts.length === 0) return null;
  return {
    features: {
      values: concatenated(parts.map(({ features }) => features.values)),
      channels: parts[0].features.channels,
    },
    ids: Int32Array.from(parts.flatMap(({ ids }) => [...ids])),
  };
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Of the cells whose class is known, the share that is likelier to be of another one. */
function contradictedShare(classes: readonly number[], said: Float64Array, ids: Int32Array): number {
  let heard = 0;
  let contradicted = 0;
  ids.forEach((id, cell) => {
    const own = classes.indexOf(id);
    if (own < 0) return;
    const row = said.subarray(cell * classes.length, (cell + 1) * classes.length);
    heard++;
    if (row.some((value) => value > row[own])) contradicted++;
  });
  return contradicted / Math.max(1, heard);
}

/** Probabilities [cells, classes] from logs, in which `prior` weighs as much as PRIOR_WEIGHT. */
function withWeakPrior(logs: Float64Array, prior: readonly number[]): Float64Array {
  const said = new Float64Array(logs.length);
  for (let first = 0; first < said.length; first += prior.length) {
    let sum = 0;
    for (let k = 0; k < prior.length; k++) {
      said[first + k] = Math.exp(logs[first + k] + (PRIOR_WEIGHT - 1) * prior[k]);
      sum += said[first + k];
    }
    for (let k = first; k < first + prior.length; k++) said[k] /= sum;
  }
  return said;
}
