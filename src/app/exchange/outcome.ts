import type { Problem } from "../../dataset/types";
import { imageCount } from "../summary";

/** What an import brought, for its report. */
export interface ImportOutcome {
  readonly kind: "suggestions" | "decisions";
  readonly file: string;
  /** Images that are in now, and their rows to review, or the decisions that are new here. */
  readonly images: number;
  readonly rows: number;
  /** Images that have any. */
  readonly withRows: number;
  /** Images without decisions whose label changed: it was painted where the file was written. */
  readonly relabelled: number;
  /** Decisions taken here that gave way to theirs, as was chosen. */
  readonly gone: number;
  /** Images that count as reviewed from now on, whatever else of them is in. */
  readonly reviewed: number;
  /** Of `images`, those that are excluded here. */
  readonly excluded: number;
  /** Undecided rows of earlier searches that the file's replaced. */
  readonly replaced: number;
  /** Undecided rows that went since the label under them changed. */
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
  const { kind, images, gone, excluded, reviewed, replaced, dropped, same, kept, left, ended } = outcome;
  const one = (count: number, single: string, several: string): string => (count === 1 ? single : several);
  const text = [
    kind === "decisions" ? decisionsText(outcome) : suggestionsText(outcome),
    gone > 0 ? `${gone} ${one(gone, "decision", "decisions")} taken here gave way to theirs.` : "",
    excluded > 0 ? excludedText(excluded, images) : "",
    reviewed > 0 ? `${imageCount(reviewed)} marked as reviewed.` : "",
    passedText(outcome),
    replaced > 0
      ? `${replaced} undecided ${one(replaced, "row of an earlier search was", "rows of an earlier search were")} replaced.`
      : "",
    dropped > 0
      ? `${dropped} undecided ${one(dropped, "row went: the label under it", "rows went: the label under them")} changed.`
      : "",
    same > 0 ? `${imageCount(same)} ${one(same, "was", "were")} in before.` : "",
    kept > 0 ? `${imageCount(kept)} with conflicts: yours ${one(kept, "is", "are")} kept.` : "",
    left.length > 0 ? `${imageCount(left.length)} left out.` : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
  if (text !== "") return text;
  return ended === null ? "The file speaks of no image." : "Nothing was imported.";
}

function suggestionsText({ images, rows, withRows }: ImportOutcome): string {
  if (images === 0) return "";
  if (rows === 0) return `Nothing to review in ${imageCount(images)}.`;
  const where = withRows < images ? `${imageCount(withRows)}, none in ${images - withRows} more` : imageCount(images);
  return `${rows} ${rows === 1 ? "row" : "rows"} to review in ${where}.`;
}

/** What was painted by hand is no decision: such images are told apart. */
function decisionsText({ rows, withRows, relabelled }: ImportOutcome): string {
  if (rows > 0) {
    const painted =
      relabelled > 0 ? `; only the ${relabelled === 1 ? "label" : "labels"} of ${relabelled} more changed` : "";
    return `${rows} ${rows === 1 ? "decision" : "decisions"} in ${imageCount(withRows)}${painted}.`;
  }
  return relabelled === 0 ? "" : `${relabelled === 1 ? "The label" : "Labels"} of ${imageCount(relabelled)} changed.`;
}

function excludedText(excluded: number, images: number): string {
  if (images === 1) return "The image is excluded here.";
  return `${excluded} of these images ${excluded === 1 ? "is" : "are"} excluded here.`;
}

function passedText({ rows, passed: { here, there } }: ImportOutcome): string {
  const left = here + there;
  if (left === 0) return "";
  const reasons = [
    ...(here > 0 ? [`${there > 0 ? `${here} ` : ""}decided here before`] : []),
    ...(there > 0 ? [`${here > 0 ? `${there} ` : ""}rejected where the file was written`] : []),
  ];
  return `${left} ${rows > 0 ? "more " : ""}${left === 1 ? "find" : "finds"} left out: ${reasons.join(", ")}.`;
}
