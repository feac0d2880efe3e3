import type { HistoryEntry, TileDiff } from "../document/types";
import { packDiffs } from "../document/workingState";
import type { SuggestionSet } from "../review/types";
import { hashOf } from "./workStamp";

type Step = HistoryEntry<SuggestionSet>;

const known = new WeakMap<Step["diffs"], string>();

/** Tells a step among others of its document, also once that was read anew. */
export function stepMark({ name, diffs }: Step): string {
  const before = known.get(diffs);
  if (before !== undefined) return before;
  const mark = `${name} ${pixelsMark(diffs)}`;
  known.set(diffs, mark);
  return mark;
}

/** Tells a step's pixels among others of its document: the same whenever it is done, undone and redone. */
export function pixelsMark(diffs: readonly TileDiff[]): string {
  const { index, runs } = packDiffs(diffs);
  return hashOf([index, runs]);
}
