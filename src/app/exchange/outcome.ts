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
  /** Images that were in before: their review goes on. */
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
export function outcomeTitle({ kind, images }: Pick<ImportOutcome, "kind" | "images">): string {
  if (images === 0) return "Nothing new imported";
  return kind === "decisions" ? "Decisions imported" : "Suggestions imported";
}

/** What an import brought, in words. */
export function outcomeText({ kind, images, rows, withRows, same, kept, passed, left }: ImportOutcome): string {
  const [one, many] = kind === "decisions" ? ["decision", "decisions"] : ["row to review", "rows to review"];
  const before = same > 0 ? ` ${imageCount(same)} ${same === 1 ? "was" : "were"} in before.` : "";
  const own = kept > 0 ? ` ${imageCount(kept)} with conflicts: yours ${kept === 1 ? "is" : "are"} kept.` : "";
  const out = left.length > 0 ? ` ${imageCount(left.length)} left out.` : "";
  // What was painted by hand is no decision: such an image counts, too.
  const isFew = kind === "suggestions" && withRows > 0 && withRows < images;
  const where = isFew ? `${imageCount(withRows)}, none in ${images - withRows} more` : imageCount(images);
  return `${rows} ${rows === 1 ? one : many} in ${where}.${passedText(passed)}${before}${own}${out}`;
}

function passedText({ here, there }: ImportOutcome["passed"]): string {
  const left = here + there;
  if (left === 0) return "";
  const reasons = [
    ...(here > 0 ? [`${there > 0 ? `${here} ` : ""}decided here before`] : []),
    ...(there > 0 ? [`${here > 0 ? `${there} ` : ""}rejected where the file was written`] : []),
  ];
  return ` ${left} more ${left === 1 ? "find" : "finds"} left out: ${reasons.join(", ")}.`;
}
