/** Bins of the reliability diagram, as training/lmae's calibration has them. */
const BINS = 15;
/** A class of fewer hidden pixels than this is named, but its figures say little. */
export const enoughPixels = 500;

/** Below it the model abstains (`isDoubtful`): no threshold brings that in. */
const LEAST_THRESHOLD = 50;

/** What scoring hidden pixels came to; PA-mIoU ("predict area") and accuracy as in training/lmae/evaluation/metrics.py. */
export interface Scores {
  readonly pixels: number;
  /** Mean IoU over the classes that occur as truth, 0..1; NaN when none does. */
  readonly meanIou: number;
  /** Share of right pixels, 0..1; NaN when there is none. */
  readonly accuracy: number;
}

export interface ClassScores {
  readonly id: number;
  /** Hidden pixels of it. */
  readonly pixels: number;
  readonly iou: number;
  /** The share of its pixels that were rebuilt right. */
  readonly recall: number;
}

/** Pixels of about the same confidence. */
export interface ReliabilityBin {
  readonly confidence: number;
  readonly right: number;
  readonly pixels: number;
}

/** Confusion counts and confidence of hidden pixels. */
export interface Tally {
  /** One pixel; an answer that is no class of the set (65535) is wrong without blaming a class. @param confidence 0..255. */
  add(truth: number, answer: number, confidence: number): void;
  merge(other: Tally): void;
  scores(): Scores;
  classes(): readonly ClassScores[];
  /** BINS bins of equally many pixels, the least sure first; pixels of one confidence are as right as their mean. */
  reliability(): readonly ReliabilityBin[];
  /** Expected calibration error over these bins, 0..1; NaN without pixels. */
  ece(): number;
  /**
   * The lowest confidence in whole percent, of those at which the app does not abstain, from which on at least `target` of the pixels are right, with the share of pixels
   * that reach it and the share of those that are right; null where there is none with at least `enoughPixels`.
   */
  threshold(target: number): { readonly percent: number; readonly share: number; readonly right: number } | null;
  /** Counts by true id * 65536 + answer, and by confidence. */
  readonly counts: ReadonlyMap<number, number>;
  readonly levels: { readonly all: Float64Array; readonly right: Float64Array };
}

export const NO_ANSWER = 65535;

export function createTally(): Tally {
  const counts = new Map<number, number>();
  const levels = { all: new Float64Array(256), right: new Float64Array(256) };
  const put = (key: number, count: number): void => void counts.set(key, (counts.get(key) ?? 0) + count);

  function classes(): readonly ClassScores[] {
    const truth = new Map<number, number>();
    const answered = new Map<number, number>();
    const right = new Map<number, number>();
    for (const [key, count] of counts) {
      const [from, to] = [Math.floor(key / 65536), key % 65536];
      truth.set(from, (truth.get(from) ?? 0) + count);
      answered.set(to, (answered.get(to) ?? 0) + count);
      if (from === to) right.set(from, count);
    }
    return [...truth]
      .sort(([a], [b]) => a - b)
      .map(([id, pixels]) => {
        const hit = right.get(id) ?? 0;
        return { id, pixels, iou: hit / (pixels + (answered.get(id) ?? 0) - hit), recall: hit / pixels };
      });
  }

  function total(): number {
    return levels.all.reduce((sum, count) => sum + count, 0);
  }

  function reliability(): readonly ReliabilityBin[] {
    const all = total();
    const bins = Array.from({ length: BINS }, () => ({ pixels: 0, sure: 0, right: 0 }));
    for (let level = 0, begun = 0; level < 256; level++) {
      const count = levels.all[level];
      for (let left = count; left > 0; ) {
        // As numpy.array_split: the first bins are one larger where it does not come out even.
        const { at, end } = binAt(begun, all);
        const part = Math.min(left, end - begun);
        bins[at].pixels += part;
        bins[at].sure += (part * level) / 255;
        bins[at].right += (part * levels.right[level]) / count;
        begun += part;
        left -= part;
      }
    }
    return bins
      .filter(({ pixels }) => pixels > 0)
      .map(({ pixels, sure, right }) => ({ pixels, confidence: sure / pixels, right: right / pixels }));
  }

  return {
    counts,
    levels,
    add(truth, answer, confidence) {
      put(truth * 65536 + answer, 1);
      levels.all[confidence]++;
      if (truth === answer) levels.right[confidence]++;
    },
    merge(other) {
      for (const [key, count] of other.counts) put(key, count);
      for (let i = 0; i < 256; i++) {
        levels.all[i] += other.levels.all[i];
        levels.right[i] += other.levels.right[i];
      }
    },
    scores() {
      const list = classes();
      const pixels = list.reduce((sum, one) => sum + one.pixels, 0);
      const right = list.reduce((sum, one) => sum + one.recall * one.pixels, 0);
      const meanIou = list.reduce((sum, { iou }) => sum + iou, 0) / list.length;
      return { pixels, meanIou, accuracy: right / pixels };
    },
    classes,
    reliability,
    ece() {
      const bins = reliability();
      const gaps = bins.reduce((sum, { confidence, right, pixels }) => sum + Math.abs(confidence - right) * pixels, 0);
      return gaps / total();
    },
    threshold(target) {
      const all = total();
      for (let percent = LEAST_THRESHOLD; percent <= 100; percent++) {
        let [count, right] = [0, 0];
        for (let level = 0; level < 256; level++) {
          if (Math.floor((level / 255) * 100 + 1e-9) < percent) continue;
          count += levels.all[level];
          right += levels.right[level];
        }
        if (count < enoughPixels) return null;
        if (right / count >= target) return { percent, share: count / all, right: right / count };
      }
      return null;
    },
  };
}

/** The bin that holds the pixel at a place of the order, and the first place beyond it. */
function binAt(place: number, all: number): { readonly at: number; readonly end: number } {
  const [size, larger] = [Math.floor(all / BINS), all % BINS];
  const inLarger = larger * (size + 1);
  const at = place < inLarger ? Math.floor(place / (size + 1)) : larger + Math.floor((place - inLarger) / size);
  const end = at < larger ? (at + 1) * (size + 1) : inLarger + (at + 1 - larger) * size;
  return { at, end };
}
