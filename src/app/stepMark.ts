import type { HistoryEntry } from "../document/types";
import { packDiffs } from "../document/workingState";
import type { SuggestionSet } from "../review/types";
import { hashOf } from "./workStamp";

type Step = HistoryEntry<SuggestionSet>;

const known = new WeakMap<Step["diffs"], string>();

/** Tells a step among others of its document, also once that was read anew. */
export function stepMark({ name, diffs }: Step): string {
  const before = known.get(diffs);
  if (before !== undefined) return before;
  const { index, runs } = packDiffs(diffs);
  const mark = `${name} ${hashOf([index, runs])}`;
  known.set(diffs, mark);
  return mark;
}
