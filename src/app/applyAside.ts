import type { LabelMap } from "../core/labelMap";
import type { Region } from "../core/region";
import type { WorkingState } from "../document/types";
import { fitState, restorePlanes, WorkingStateError } from "../document/workingState";

/** What putting work that was set aside on a label would change there, to the pixel. */
export interface AsideChange {
  /** The pixels that would change, and their ids. */
  readonly region: Region;
  readonly ids: Uint16Array;
  readonly pixels: number;
  /** Those of them that are not as they were when the work was done: the file or the user changed them since. */
  readonly differing: number;
}

/** Which pixels are to be changed: all, or only those that are as they were. */
export type AsidePart = "all" | "same";

/** The labels that the work made of `base`; null where `base` is not the label that it was made for. */
export function labelsOfAside(state: WorkingState, base: LabelMap): LabelMap | null {
  try {
    return restorePlanes(base, fitState(base, state)).labels;
  } catch (error) {
    if (error instanceof WorkingStateError) return null;
    throw error;
  }
}

/**
 * What of the work is not in a label yet.
 * @param base The label that the work was made for, `made` what it made of it; all of one size.
 * @param locked Classes that are neither changed nor given.
 */
export function asideChange(
  now: LabelMap,
  { base, made }: { readonly base: LabelMap; readonly made: LabelMap },
  locked: ReadonlySet<number>,
  part: AsidePart,
): AsideChange {
  const { width, height } = now;
  const bits = new Uint8Array(width * height);
  let [pixels, differing] = [0, 0];
  for (let i = 0; i < bits.length; i++) {
    const [before, after, is] = [base.data[i], made.data[i], now.data[i]];
    if (before === after || is === after || locked.has(is) || locked.has(after)) continue;
    if (part === "same" && is !== before) continue;
    bits[i] = 1;
    pixels += 1;
    if (is !== before) differing += 1;
  }
  const region = { rect: { x: 0, y: 0, width, height }, bits };
  return { region, ids: made.data, pixels, differing };
}
