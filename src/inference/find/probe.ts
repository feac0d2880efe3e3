import type { Checkpoint } from "../reconstruct";
import { type Classifier, classify, discriminant } from "./discriminant";
import { NO_OPINION, type Opinion, spreadOpinion } from "./opinion";
import { addSums, type CellFeatures, pureCells, type Sums, sumsOf } from "./sums";
import { VOID } from "./window";

/** Weight of log(how often a class is seen) in an opinion: rare classes are what annotators miss. */
export const PRIOR_WEIGHT = 0.25;
/** Temperatures tried, and how many cells of a window they are tried on. */
export const TEMPERATURES = [0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0];
export const CELLS_TRIED = 49;

/** A window to learn from: its features, and its label as given (ids or VOID), size * size. */
export interface Lesson {
  readonly features: CellFeatures;
  readonly label: Int32Array;
  readonly size: number;
}

/**
 * What the labels of a data set say a class looks like: a linear classifier on the network's view of the image. Fitted on
 * the labels at hand, flawed as they are, in one pass and in closed form. An image is judged by what all *others* taught:
 * its own share is taken out of the sums, so that a wrong label cannot vouch for itself.
 */
export interface Probe {
  /** Learns the windows of an image, in place of what that image taught before. */
  learn(imageKey: string, windows: readonly Lesson[]): void;
  /** What all other images taught. */
  without(imageKey: string): Classifier;
  /** Takes the temperature at which the given labels are likeliest, every image judged by the others. */
  calibrate(checkpoint: Checkpoint): Promise<void>;
  temperature(): number;
}

/** What an image taught: its sums, and the features of a few of its cells with their classes. */
interface Taught {
  readonly sums: Sums;
  readonly tried: CellFeatures;
  readonly classes: Int32Array;
}

export function createProbe(): Probe {
  const images = new Map<string, Taught>();
  let all: Sums | null = null;
  let temperature = 1;

  const others = (imageKey: string): Sums | null => {
    const own = images.get(imageKey);
    return all && own ? addSums(all, own.sums, -1) : all;
  };
  const without = (imageKey: string): Classifier =>
    discriminant(others(imageKey) ?? { classes: new Map(), products: new Float64Array(0) });

  return {
    learn(imageKey, windows) {
      all = others(imageKey);
      images.delete(imageKey);
      if (windows.length === 0) return;
      const lessons = windows.map(({ features, label, size }) => ({ features, classes: pureCells(label, size) }));
      const sums = lessons.map(({ features, classes }) => sumsOf(features, classes)).reduce((a, b) => addSums(a, b));
      images.set(imageKey, { sums, ...spreadCells(lessons) });
      all = all ? addSums(all, sums) : sums;
    },
    without,
    async calibrate(checkpoint) {
      const losses = TEMPERATURES.map(() => 0);
      let count = 0;
      for (const [imageKey, { tried, classes }] of images) {
        const classifier = without(imageKey);
        const own = classes.map((id) => classifier.classes.indexOf(id));
        count += own.filter((place) => place >= 0).length;
        TEMPERATURES.forEach((candidate, number) => {
          const said = classify(classifier, tried, candidate, 1);
          own.forEach((place, cell) => {
            const right = place < 0 ? 1 : said[cell * classifier.classes.length + place];
            losses[number] -= Math.log(Math.max(right, 1e-6));
          });
        });
        await checkpoint();
      }
      if (count > 0) temperature = TEMPERATURES[losses.indexOf(Math.min(...losses))];
    },
    temperature: () => temperature,
  };
}

/** What a classifier says of a window `size` px wide; no class at all before anything was learnt. */
export function opinionOf(classifier: Classifier, temperature: number, features: CellFeatures, size: number): Opinion {
  if (classifier.classes.length === 0) return NO_OPINION;
  return spreadOpinion(classifier.classes, classify(classifier, features, temperature, PRIOR_WEIGHT), size);
}

/** CELLS_TRIED cells of every window, evenly spread, without those that have no class. */
function spreadCells(
  windows: readonly { readonly features: CellFeatures; readonly classes: Int32Array }[],
): Pick<Taught, "tried" | "classes"> {
  const { channels } = windows[0].features;
  const values: number[] = [];
  const ids: number[] = [];
  for (const { features, classes } of windows) {
    for (let i = 0; i < CELLS_TRIED; i++) {
      const cell = Math.round((i * (classes.length - 1)) / (CELLS_TRIED - 1));
      if (classes[cell] === VOID) continue;
      values.push(...features.values.subarray(cell * channels, (cell + 1) * channels));
      ids.push(classes[cell]);
    }
  }
  return { tried: { values: Float32Array.from(values), channels }, classes: Int32Array.from(ids) };
}
