import type { PastIndex, StepRef } from "./readPast";

/** What became of a stack: its oldest forgotten, then so many kept, then others. */
export interface StackChange {
  readonly drop: number;
  readonly keep: number;
  readonly add: readonly StepRef[];
}

/** An index of a past as a difference from an earlier one. */
export interface IndexChange extends Pick<PastIndex, "proposals" | "shown"> {
  readonly done: StackChange;
  readonly undone: StackChange;
}

/** @param before the same objects as in `now` where the steps are the same. */
export function stackChange(before: readonly StepRef[], now: readonly StepRef[]): StackChange {
  const drop = now.length === 0 ? 0 : Math.max(0, before.indexOf(now[0]));
  let keep = 0;
  while (keep < now.length && before[drop + keep] === now[keep]) keep++;
  return { drop, keep, add: now.slice(keep) };
}

/** @throws RangeError when the change was made of another index. */
export function changedIndex(index: PastIndex, { done, undone, ...rest }: IndexChange): PastIndex {
  return { ...index, ...rest, done: changed(index.done, done), undone: changed(index.undone, undone) };
}

function changed(stack: readonly StepRef[], { drop, keep, add }: StackChange): readonly StepRef[] {
  if (drop + keep > stack.length) throw new RangeError("A change of other steps than there are");
  return [...stack.slice(drop, drop + keep), ...add];
}
