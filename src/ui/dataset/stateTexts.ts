import type { ImageStateName } from "../../review/imageFilter";

/** How images stand, for filters and counts. */
export const stateNames: Readonly<Record<ImageStateName, string>> = {
  untouched: "Untouched",
  searched: "Searched, no find open",
  changed: "Changed",
  findings: "With finds",
  reviewed: "Reviewed",
  excluded: "Excluded",
  failed: "Failed",
};

export function scoreTone(score: number): "bad" | "fair" | "good" {
  return score < 0.5 ? "bad" : score < 0.8 ? "fair" : "good";
}
