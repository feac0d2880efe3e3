import type { ImageStateName } from "../../review/imageFilter";

/** How an image stands, for tiles and their dots. */
export const stateLabels: Readonly<Record<ImageStateName, string>> = {
  untouched: "untouched",
  changed: "changed",
  findings: "has undecided finds",
  reviewed: "reviewed",
  excluded: "excluded",
  failed: "failed",
};

/** The same for filters and counts. */
export const stateNames: Readonly<Record<ImageStateName, string>> = {
  untouched: "Untouched",
  changed: "Changed",
  findings: "With finds",
  reviewed: "Reviewed",
  excluded: "Excluded",
  failed: "Failed",
};

/** A score 0..1 as it is shown: never as certain as 0 or 100 where it is not. */
export function scorePercent(score: number): number {
  return Math.round(100 * score);
}

export function scoreTone(score: number): "bad" | "fair" | "good" {
  return score < 0.5 ? "bad" : score < 0.8 ? "fair" : "good";
}
