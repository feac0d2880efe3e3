import type { DecisionMark, DecisionRecord, HistoryEntry } from "./types";

/** Whether two records are of one decision: a reload makes another object of the same. */
export function isSameDecision(a: DecisionMark, b: DecisionMark): boolean {
  if (a === b) return true;
  const isSamePlace = a.bounds.x === b.bounds.x && a.bounds.y === b.bounds.y;
  const isSameSize = a.bounds.width === b.bounds.width && a.bounds.height === b.bounds.height;
  const isSame = a.at === b.at && a.decision === b.decision && a.from === b.from && a.to === b.to && a.area === b.area;
  return isSame && isSamePlace && isSameSize;
}

/** The decisions without these, each taken away once, from the newest on. */
export function withoutDecisions(
  decisions: readonly DecisionRecord[],
  taken: readonly DecisionRecord[],
): readonly DecisionRecord[] {
  const left = [...decisions];
  for (const record of taken) {
    const at = left.findLastIndex((one) => isSameDecision(one, record));
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** The decisions that a step added, and those that it took away. */
export function decisionChange({ decisions }: Pick<HistoryEntry<unknown>, "decisions">): {
  readonly added: readonly DecisionRecord[];
  readonly removed: readonly DecisionRecord[];
} {
  const { before, after } = decisions ?? { before: [], after: [] };
  return { added: withoutDecisions(after, before), removed: withoutDecisions(before, after) };
}
