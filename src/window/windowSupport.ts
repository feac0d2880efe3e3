import type { SlotSupport } from "../model/support";
import type { SupportMap } from "../support/types";
import type { WindowLabel } from "./resample";
import { MASKED } from "./resample";
import type { WorkWindow } from "./workWindows";

/** Model px a cell of support is wide. */
const CELL = 8;
/** Cells that an object should fill to be noticed in a hole. */
export const BEST_CELLS = 4;

/** What support says of a window: class posteriors on the window's own grid at stride 8. */
export interface WindowSupport {
  /** Class ids, K of them. */
  readonly classes: readonly number[];
  /** [K, (size / 8) ** 2], summing to 1 over the classes. */
  readonly probabilities: Float32Array;
}

/**
 * Cuts a window out of the support of an image of width x height px: bilinear between the map's cells, whose border goes
 * on outside the image. Throws an Error when the map does not have as many probabilities as it says.
 */
export function cutSupport(
  { classes, rows, columns, probabilities }: SupportMap,
  { width, height }: { readonly width: number; readonly height: number },
  window: WorkWindow,
): WindowSupport {
  const cells = rows * columns;
  if (probabilities.length !== classes.length * cells) {
    throw new Error(
      `Support has ${probabilities.length} probabilities for ${classes.length} classes of ${cells} cells.`,
    );
  }
  const across = cellTaps(window.x / width, window.side / width, window.size / CELL, columns);
  const down = cellTaps(window.y / height, window.side / height, window.size / CELL, rows);
  const cut = new Float32Array(classes.length * across.length * down.length);
  for (let k = 0, i = 0; k < classes.length; k++) {
    for (const [top, bottom, lower] of down) {
      const [upperRow, lowerRow] = [k * cells + top * columns, k * cells + bottom * columns];
      for (const [left, right, share] of across) {
        const above = probabilities[upperRow + left] * (1 - share) + probabilities[upperRow + right] * share;
        const below = probabilities[lowerRow + left] * (1 - share) + probabilities[lowerRow + right] * share;
        cut[i++] = above * (1 - lower) + below * lower;
      }
    }
  }
  return { classes, probabilities: cut };
}

/**
 * For `count` cells over [start, start + length) of an axis of `limit` cells from 0 to 1: the two cells they lie between,
 * and the share of the second one.
 */
export function cellTaps(start: number, length: number, count: number, limit: number): [number, number, number][] {
  const clamp = (at: number) => Math.min(Math.max(at, 0), limit - 1);
  return Array.from({ length: count }, (_, i) => {
    const at = (start + ((i + 0.5) / count) * length) * limit - 0.5;
    const low = Math.floor(at);
    return [clamp(low), clamp(low + 1), at - low];
  });
}

/**
 * How surely every class is somewhere in the masked part of a window, by id: its mean posterior over the BEST_CELLS cells of
 * that part where it is highest, 0..1. Empty when nothing is masked.
 */
export function bestInHole(
  { classes, probabilities }: WindowSupport,
  { size, kinds }: Pick<WindowLabel, "size" | "kinds">,
): Map<number, number> {
  const columns = size / CELL;
  /** Of every cell, 0..1. */
  const masked = new Float32Array(columns * columns);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      if (kinds[i] === MASKED) masked[Math.floor(y / CELL) * columns + Math.floor(x / CELL)] += 1 / (CELL * CELL);
    }
  }
  const hole = masked.reduce((sum, share) => sum + share, 0);
  if (hole === 0) return new Map();
  return new Map(
    classes.map((id, k) => {
      const parts = masked.map((share, cell) => share * probabilities[k * masked.length + cell]).sort();
      const best = parts.subarray(-BEST_CELLS).reduce((sum, part) => sum + part, 0);
      return [id, best / Math.min(hole, BEST_CELLS)];
    }),
  );
}

/**
 * Support by slot: `slotIds[k]` is the class of slot k, `slots` >= slotIds.length the number of slots the engine runs,
 * and those of `candidates` take part although the window may not show them.
 */
export function slotSupport(
  { classes, probabilities }: WindowSupport,
  slotIds: readonly number[],
  slots: number,
  candidates: readonly number[],
): SlotSupport {
  const cells = probabilities.length / classes.length;
  const posteriors = new Float32Array((slots + 1) * cells);
  const others = posteriors.subarray(slots * cells).fill(1);
  slotIds.forEach((id, slot) => {
    const k = classes.indexOf(id);
    if (k < 0) return;
    const own = probabilities.subarray(k * cells, (k + 1) * cells);
    posteriors.set(own, slot * cells);
    for (let cell = 0; cell < cells; cell++) others[cell] = Math.max(0, others[cell] - own[cell]);
  });
  const flags = Uint8Array.from({ length: slots }, (_, slot) => (candidates.includes(slotIds[slot]) ? 1 : 0));
  return { posteriors, candidates: flags };
}
