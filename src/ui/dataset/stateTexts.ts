import type { ImageStateName } from "../../review/imageFilter";

/** How images stand, for filters and counts. */
export const stateNames: Readonly<Record<ImageStateName, string>> = {
  untouched: "Untouched",
  searched: "Searched, nothing open",
  changed: "Changed",
  findings: "With findings",
  reviewed: "Reviewed",
  excluded: "Excluded",
  failed: "Failed",
};

/** Why the counts of states add up to more than there are images. */
export function severalText(several: number): string {
  return several === 1
    ? "1 image is in several of these states and counts in each."
    : `${several.toLocaleString("en")} images are in several of these states and count in each.`;
}

export function scoreTone(score: number): "bad" | "fair" | "good" {
  return score < 0.5 ? "bad" : score < 0.8 ? "fair" : "good";
}
