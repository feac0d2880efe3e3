import type { ImageCounts } from "../../app/imageOrder";
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

/** Why the counts of states add up to more than there are images, and those with findings to more than are to be reviewed. */
export function severalText({ several, leftOut }: Pick<ImageCounts, "several" | "leftOut">): string {
  const why =
    several === 1
      ? "1 image is in several of these states and counts in each."
      : `${several.toLocaleString("en")} images are in several of these states and count in each.`;
  if (leftOut === 0) return why;
  const [are, them] = leftOut === 1 ? ["is", "it"] : ["are", "them"];
  return `${why} Of those with findings ${leftOut.toLocaleString("en")} ${are} excluded: the review leaves ${them} out.`;
}

export function scoreTone(score: number): "bad" | "fair" | "good" {
  return score < 0.5 ? "bad" : score < 0.8 ? "fair" : "good";
}
