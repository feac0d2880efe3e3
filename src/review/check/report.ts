import type { CheckKind } from "./masks";
import { checkKinds } from "./masks";
import { type ClassScores, createTally, enoughPixels, type ReliabilityBin, type Scores } from "./tally";
import type { KindTallies } from "./windowCheck";

/** What a self-check found. */
export interface CheckReport {
  readonly images: number;
  readonly windows: number;
  readonly seed: number;
  readonly model: string;
  /** Other images that the model's support was learnt from; null: none was used. */
  readonly learntFrom: number | null;
  readonly kinds: readonly { readonly kind: CheckKind; readonly model: Scores; readonly nearest: Scores }[];
  readonly classes: readonly (ClassScores & { readonly nearestRecall: number; readonly isEnough: boolean })[];
  readonly bins: readonly ReliabilityBin[];
  readonly ece: number;
  /** The share of right pixels that the threshold is for. */
  readonly target: number;
  readonly threshold: { readonly percent: number; readonly share: number; readonly right: number } | null;
  readonly verdict: Verdict;
  /** Images that could not be checked, each with the reason. */
  readonly skipped: readonly string[];
}

interface Verdict {
  readonly kind: "trust" | "careful" | "no" | "unknown";
  readonly text: string;
}

/** So little says nothing of a data set. */
const LEAST = { images: 3, pixels: 20 * enoughPixels } as const;

/** Sums up what was scored. Classes, confidence and the threshold are of all kinds of masks together. */
export function reportOf(
  tallies: KindTallies,
  facts: Pick<CheckReport, "images" | "windows" | "seed" | "model" | "learntFrom" | "target" | "skipped">,
): CheckReport {
  const [model, nearest] = [createTally(), createTally()];
  for (const one of tallies.values()) {
    model.merge(one.model);
    nearest.merge(one.nearest);
  }
  const kinds = checkKinds.flatMap((kind) => {
    const one = tallies.get(kind);
    return one === undefined ? [] : [{ kind, model: one.model.scores(), nearest: one.nearest.scores() }];
  });
  const copied = new Map(nearest.classes().map(({ id, recall }) => [id, recall]));
  const classes = model.classes().map((one) => ({
    ...one,
    nearestRecall: copied.get(one.id) ?? 0,
    isEnough: one.pixels >= enoughPixels,
  }));
  const threshold = model.threshold(facts.target);
  const figures = { kinds, classes, threshold };
  const verdict = verdictOn(facts, figures, model.scores(), nearest.scores());
  return { ...facts, ...figures, bins: model.reliability(), ece: model.ece(), verdict };
}

function verdictOn(
  { images, target }: Pick<CheckReport, "images" | "target">,
  { classes, threshold }: Pick<CheckReport, "classes" | "threshold">,
  model: Scores,
  nearest: Scores,
): Verdict {
  if (images < LEAST.images || model.pixels < LEAST.pixels || classes.filter(({ isEnough }) => isEnough).length < 2) {
    const what = `${images} ${images === 1 ? "image" : "images"} with ${model.pixels.toLocaleString("en")} scored pixels`;
    return {
      kind: "unknown",
      text: `Too little is labelled to say: ${what}. Label at least two classes in ${LEAST.images} images, or check more of them.`,
    };
  }
  const right = `${percent(model.accuracy)} of the hidden pixels are rebuilt right, ${percent(nearest.accuracy)} by copying the nearest label`;
  const wanted = percent(target);
  if (model.accuracy < nearest.accuracy) {
    return {
      kind: "no",
      text: `Not here: ${right}. Copying does better on these labels, so look at every suggestion.`,
    };
  }
  if (threshold === null) {
    return { kind: "careful", text: `Only with a look at each: ${right}. At no confidence are ${wanted} right.` };
  }
  const from = `From ${threshold.percent} % confidence on ${percent(threshold.right)} are right, which is ${percent(threshold.share)} of all`;
  const kind = threshold.share >= 0.5 ? "trust" : "careful";
  return {
    kind,
    text: `${kind === "trust" ? "Yes, above the threshold" : "Only its surest part"}: ${right}. ${from}.`,
  };
}

/** As a share is written; what is not known is a dash. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–";
}
