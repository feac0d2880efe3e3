import { forEachOn } from "../../core/runs";
import type { DecisionRecord } from "../../document/types";
import { placeOf } from "../../review/feedback";
import { decisionKey } from "./decisionCodec";

/** What was done to one label: its ids now, row by row, and the decisions taken, oldest first. */
export interface LabelWork {
  readonly ids: Uint16Array;
  readonly decisions: readonly DecisionRecord[];
}

/** The work of two people on one label. */
export interface Comparison {
  /** "contained": all of theirs is in mine. "forward": all of mine is in theirs. "conflict": neither. */
  readonly kind: "contained" | "forward" | "conflict";
  /** Both together, where neither touches what the other did. */
  readonly both: LabelWork | null;
}

/**
 * Compares what two people made of one label. Decisions are the same where all they say is the same.
 * @param original the label's ids as both began with them.
 * @param width of the label, px.
 */
export function compareWork(original: Uint16Array, width: number, mine: LabelWork, theirs: LabelWork): Comparison {
  const ownExtra = lackedBy(theirs.decisions, mine.decisions);
  const otherExtra = lackedBy(mine.decisions, theirs.decisions);
  if (otherExtra.length === 0 && areIn(original, theirs.ids, mine.ids)) return { kind: "contained", both: null };
  if (ownExtra.length === 0 && areIn(original, mine.ids, theirs.ids)) return { kind: "forward", both: null };
  const ids = joinedIds(original, width, { ...mine, decisions: ownExtra }, { ...theirs, decisions: otherExtra });
  if (ids === null) return { kind: "conflict", both: null };
  return { kind: "conflict", both: { ids, decisions: inOrder(mine.decisions, otherExtra) } };
}

/** Those of `decisions` that `others` lack; one that is there twice counts twice. */
export function lackedBy(
  others: readonly DecisionRecord[],
  decisions: readonly DecisionRecord[],
): readonly DecisionRecord[] {
  const left = new Map<string, number>();
  for (const key of others.map(decisionKey)) left.set(key, (left.get(key) ?? 0) + 1);
  return decisions.filter((record) => {
    const key = decisionKey(record);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

/** Whether every pixel that one side changed is the same on the other. */
function areIn(original: Uint16Array, ids: Uint16Array, others: Uint16Array): boolean {
  return ids.every((id, i) => id === original[i] || id === others[i]);
}

/**
 * Null where one side changed or decided what the other did too: nobody can have done both then. What both have from before is no matter.
 * @param mine with the decisions that only it has; as `theirs`.
 */
function joinedIds(original: Uint16Array, width: number, mine: LabelWork, theirs: LabelWork): Uint16Array | null {
  const places = new Set(mine.decisions.map(placeOf));
  if (theirs.decisions.some((one) => places.has(placeOf(one)))) return null;
  const [own, other] = [writtenBy(mine, width), writtenBy(theirs, width)];
  const ids = theirs.ids.slice();
  for (let i = 0; i < ids.length; i++) {
    const [isOwn, isOther] = [mine.ids[i] !== original[i], theirs.ids[i] !== original[i]];
    if (isOwn && isOther && mine.ids[i] !== theirs.ids[i]) return null;
    if ((own[i] === 1 && (isOther || other[i] === 1)) || (other[i] === 1 && isOwn)) return null;
    if (isOwn) ids[i] = mine.ids[i];
  }
  return ids;
}

/** 1 where decisions wrote. */
function writtenBy({ ids, decisions }: LabelWork, width: number): Uint8Array {
  const pixels = new Uint8Array(ids.length);
  for (const { written, bounds } of decisions) {
    if (written === undefined) continue;
    forEachOn(written, (index) => {
      pixels[(bounds.y + Math.floor(index / bounds.width)) * width + bounds.x + (index % bounds.width)] = 1;
    });
  }
  return pixels;
}

/** Two lists as one by time, each in its own order. Of the same moment, it does not matter whose is which. */
function inOrder(mine: readonly DecisionRecord[], theirs: readonly DecisionRecord[]): readonly DecisionRecord[] {
  const list: DecisionRecord[] = [];
  const [a, b] = [[...mine], [...theirs]];
  while (a.length > 0 && b.length > 0) {
    const isFirst = a[0].at === b[0].at ? decisionKey(a[0]) <= decisionKey(b[0]) : a[0].at < b[0].at;
    list.push((isFirst ? a : b).shift() as DecisionRecord);
  }
  return [...list, ...a, ...b];
}
