import type { Problem } from "../../dataset/types";
import { imageCount } from "../summary";

/** What an import brought, for its report. */
export interface ImportOutcome {
  readonly kind: "suggestions" | "decisions";
  readonly file: string;
  /** Images that are in now, and their rows to review, or their decisions. */
  readonly images: number;
  readonly rows: number;
  /** Images that have any. */
  readonly withRows: number;
  /** Images that count as reviewed from now on, whatever else of them is in. */
  readonly reviewed: number;
  /** Of `images`, those that are excluded here. */
  readonly excluded: number;
  /** Undecided rows of earlier searches that the file's replaced. */
  readonly replaced: number;
  /** Undecided rows that went since the label under them was painted where the file was written. */
  readonly dropped: number;
  /** Images that were in before as they are, and are changed in nothing: their review goes on. */
  readonly same: number;
  /** Images that were worked on here and there, of which what was done here was kept. */
  readonly kept: number;
  /** Finds that were left out of images that are in: decided here before, and rejected where the file was written. */
  readonly passed: { readonly here: number; readonly there: number };
  /** Images that were left out, and why. */
  readonly left: readonly Problem[];
  /** Why it ended before the file did; null when it did not. */
  readonly ended: string | null;
}

/** In a few words, over the others. */
export function outcomeTitle({ kind, images, reviewed }: ImportOutcome): string {
  if (images === 0 && reviewed === 0) return "Nothing new imported";
  return kind === "decisions" ? "Decisions imported" : "Suggestions imported";
}

/** What an import brought, in words. */
export function outcomeText(outcome: ImportOutcome): string {
  const { images, reviewed, excluded, replaced, dropped, same, kept, passed, left } = outcome;
  const isOnlyReviewed = images === 0 && reviewed > 0;
  return [
    isOnlyReviewed ? "" : broughtText(outcome),
    excluded > 0 ? `${excluded} of them ${excluded === 1 ? "is" : "are"} excluded here.` : "",
    reviewed > 0 ? `${imageCount(reviewed)} marked as reviewed.` : "",
    passedText(passed),
    replaced > 0
      ? `${replaced} undecided ${replaced === 1 ? "row" : "rows"} of an earlier search ${replaced === 1 ? "was" : "were"} replaced.`
      : "",
    dropped > 0
      ? `${dropped} undecided ${dropped === 1 ? "find" : "finds"} went: the label under ${dropped === 1 ? "it" : "them"} was painted.`
      : "",
    same > 0 ? `${imageCount(same)} ${same === 1 ? "was" : "were"} in before.` : "",
    kept > 0 ? `${imageCount(kept)} with conflicts: yours ${kept === 1 ? "is" : "are"} kept.` : "",
    left.length > 0 ? `${imageCount(left.length)} left out.` : "",
  ]
    .filter((one) => one !== "")
    .join(" ");
}

function broughtText({ kind, images, rows, withRows }: ImportOutcome): string {
  const [one, many] = kind === "decisions" ? ["decision", "decisions"] : ["row to review", "rows to review"];
  // What was painted by hand is no decision: such an image counts, too.
  const isFew = kind === "suggestions" && withRows > 0 && withRows < images;
  const where = isFew ? `${imageCount(withRows)}, none in ${images - withRows} more` : imageCount(images);
  return `${rows} ${rows === 1 ? one : many} in ${where}.`;
}

function passedText({ here, there }: ImportOutcome["passed"]): string {
  const left = here + there;
  if (left === 0) return "";
  const reasons = [
    ...(here > 0 ? [`${there > 0 ? `${here} ` : ""}decided here before`] : []),
    ...(there > 0 ? [`${here > 0 ? `${there} ` : ""}rejected where the file was written`] : []),
  ];
  return `${left} more ${left === 1 ? "find" : "finds"} left out: ${reasons.join(", ")}.`;
}
