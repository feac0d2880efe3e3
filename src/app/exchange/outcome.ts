import type { Problem } from "../../dataset/types";
import { imageCount } from "../summary";

/** What an import brought, for its report. */
export interface ImportOutcome {
  readonly file: string;
  /** Images and rows to review that are in now. */
  readonly images: number;
  readonly rows: number;
  /** Images that were in before: their review goes on. */
  readonly same: number;
  /** Images that were left out, and why. */
  readonly left: readonly Problem[];
  /** Why it ended before the file did; null when it did not. */
  readonly ended: string | null;
}

/** What an import brought, in words. */
export function outcomeText({ images, rows, same, left }: ImportOutcome): string {
  const before = same > 0 ? ` ${imageCount(same)} ${same === 1 ? "was" : "were"} in before.` : "";
  const out = left.length > 0 ? ` ${imageCount(left.length)} left out.` : "";
  return `${rows} ${rows === 1 ? "row" : "rows"} to review in ${imageCount(images)}.${before}${out}`;
}
