import type { Checkpoint } from "../reconstruct";
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
} from "./blend";
import { type Classifier, discriminant, LEAST_CELLS } from "./discriminant";
import { NO_OPINION, type Opinion, spreadOpinion } from "./opinion";
import { type Perceptron, trainPerceptron } from "./perceptron";
import { addSums, type CellFeatures, type LabelledCells, pureCells, type Sums, sumsOf } from "./sums";
import { VOID } from "./window";

/** Weight of log(how often a class is seen) in an opinion: rare classes are what annotators miss. */
export const PRIOR_WEIGHT = 0.25;
/** Temperatures of the discriminant that are tried. */
export const TEMPERATURES = [0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0];
/** Of the cells of a window every such is kept, to train perceptrons on and to try temperatures. */
export const KEPT = 3;
/** An opinion that speaks against more of a window's cells comes from pictures unlike it, and is not worth hearing. */
export const MOST_CONTRADICTED = 0.75;
/** Perceptrons, each trained without the images of one fold. */
export const FOLDS = 4;

/** A window to learn from, or to judge: its features, and its label as given (ids or VOID), size * size. */
export interface Lesson {
  readonly features: CellFeatures;
  readonly label: Int32Array;
  readonly size: number;
}

/**
 * What the labels of a data set say a class looks like, from the network's view of the image. Two classifiers fitted on the
 * labels at hand, flawed as they are: linear discriminant analysis, in closed form, which makes do with few images, and
 * perceptrons, which make more of many. How they are blended is what the labels fit best. An image is judged by what
 * *others* taught: its own share is taken out of the sums, and it is asked of a perceptron that has not seen it, so that a
 * wrong label cannot vouch for itself.
 */
export interface Probe {
  /** Learns the windows of an image, in place of what that image taught before; counts once `fit` has run. */
  learn(imageKey: string, windows: readonly Lesson[]): void;
  /**
   * Trains the perceptrons, and takes what makes the given labels likeliest, every image judged by the others: the
   * temperature of the discriminant, then the blend of both.
   */
  fit(checkpoint: Checkpoint): Promise<void>;
  /** What all other images taught, by linear discriminant analysis. */
  without(imageKey: string): Classifier;
  /**
   * What other images' labels say of the windows of this one; no class at all before anything was learnt, nor where that
   * contradicts most of a window's label as given.
   */
  opinion(imageKey: string): (window: Lesson) => Opinion;
  temperature(): number;
  blend(): Blend;
}

/** What an image taught: its sums, and the features of the cells kept of it with their classes. */
interface Taught {
  readonly sums: Sums;
  readonly kept: LabelledCells;
}

export function createProbe(): Probe {
  const images = new Map<string, Taught>();
  let all: Sums | null = null;
  let temperature = 1;
  /** Of each fold, taught by the images of all others. */
  let perceptrons: readonly Perceptron[] = [];
  let blend = STRAIGHT;

  const others = (imageKey: string): Sums | null => {
    const own = images.get(imageKey);
    return all && own ? addSums(all, own.sums, -1) : all;
  };
  const without = (imageKey: string): Classifier =>
    discriminant(others(imageKey) ?? { classes: new Map(), products: new Float64Array(0) });
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
      const lessons = windows.map(({ features, label, size }) => ({ features, ids: pureCells(label, size) }));
      const sums = lessons.map(sumsOf).reduce((a, b) => addSums(a, b));
      images.set(imageKey, { sums, kept: keptOf(lessons) });
      all = all ? addSums(all, sums) : sums;
    },
    async fit(checkpoint) {
      const taught = [...images.values()];
      const trained = await trainFolds(taught, checkpoint);
      const judges: Judge[] = [];
      for (const [number, [imageKey, { kept }]] of [...images].entries()) {
        const classifier = without(imageKey);
        const perceptron = trained.length > 0 ? trained[number % trained.length] : null;
        judges.push({ classifier, perceptron, heard: knownTo(classifier.classes, kept) });
        await checkpoint();
      }
      temperature = await likeliest(
        TEMPERATURES,
        judges,
        checkpoint,
        ({ classifier, heard }) =>
          (candidate) =>
            straightLogs(classifier, candidate, heard.features),
      );
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
    without,
    opinion(imageKey) {
      const classifier = without(imageKey);
      const { classes, prior } = classifier;
      const strangers = unacquainted(imageKey);
      return ({ features, label, size }) => {
        if (classes.length === 0) return NO_OPINION;
        let logs = straightLogs(classifier, temperature, features);
        if (blend.share > 0) {
          logs = blendedLogs(blend, logs, bentLogs(logs, classes, strangers, features), classes.length);
        }
        const said = withWeakPrior(logs, prior);
        if (contradictedShare(classes, said, pureCells(label, size)) > MOST_CONTRADICTED) return NO_OPINION;
        return spreadOpinion(classes, said, size);
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

/** Of every window each KEPTth cell, without those that have no class. */
function keptOf(windows: readonly LabelledCells[]): LabelledCells {
  const { channels } = windows[0].features;
  const values: Float32Array[] = [];
  const ids: number[] = [];
  for (const window of windows) {
    for (let cell = 1; cell < window.ids.length; cell += KEPT) {
      if (window.ids[cell] === VOID) continue;
      values.push(window.features.values.subarray(cell * channels, (cell + 1) * channels));
      ids.push(window.ids[cell]);
    }
  }
  return { features: { values: concatenated(values), channels }, ids: Int32Array.from(ids) };
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
  const said = logs.map((log, i) => Math.exp(log + (PRIOR_WEIGHT - 1) * prior[i % prior.length]));
  for (let first = 0; first < said.length; first += prior.length) {
    const row = said.subarray(first, first + prior.length);
    const sum = row.reduce((a, b) => a + b, 0);
    row.forEach((value, k) => {
      row[k] = value / sum;
    });
  }
  return said;
}
