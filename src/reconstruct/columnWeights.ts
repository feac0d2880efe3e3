import type { WindowAnswer } from "./accumulator";

/** Weight of "other" from a window that misses one of the request's classes: it speaks only when no window sees all. */
const PARTIAL_OTHER = 1e-3;

/** What a window's answer weighs for each of the request's slots and for "other", [slots + 1]: nothing for classes it does not see. */
export function columnWeights({ slots: own, shown }: WindowAnswer, slots: number): Float32Array {
  const seen = new Float32Array(slots + 1);
  own.forEach((slot, k) => {
    seen[slot] = shown[k];
  });
  const complete = seen.subarray(0, slots).every((value) => value === 1);
  seen[slots] = complete ? 1 : PARTIAL_OTHER;
  return seen;
}
