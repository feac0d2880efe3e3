import { nearestKnown } from "../core/nearest";
import { KNOWN, MASKED, type WindowLabel } from "../window/resample";

/**
 * The class ids that get a slot in a request: those visible in any of its windows, nearest the hole first (then the
 * larger), at most `most`. Hidden pixels never decide: that would leak the answer. `scales` holds image px per window
 * px, so that distances of different windows compare.
 */
export function assignSlots(windows: readonly WindowLabel[], scales: readonly number[], most: number): number[] {
  const classes = new Map<number, ShownClass>();
  for (const [i, window] of windows.entries()) tally(window, scales[i] ** 2, classes);
  const order = [...classes.values()].sort((a, b) =>
    a.nearest === b.nearest ? b.area - a.area || a.id - b.id : a.nearest - b.nearest,
  );
  return order.slice(0, most).map(({ id }) => id);
}

/** A class that windows show: how far from the hole (image px, squared) and on what area (image px). */
interface ShownClass {
  readonly id: number;
  nearest: number;
  area: number;
}

/** Adds what a window shows, a pixel of which covers `area` of the image. */
function tally({ size, kinds, ids }: WindowLabel, area: number, classes: Map<number, ShownClass>): void {
  const masked = new Uint8Array(kinds.length);
  for (let p = 0; p < kinds.length; p++) masked[p] = kinds[p] === MASKED ? 1 : 0;
  const { distanceSquared } = nearestKnown(masked, size, size);
  // Pixels side by side are mostly of one class.
  let last: ShownClass | undefined;
  for (let p = 0; p < kinds.length; p++) {
    if (kinds[p] < KNOWN) continue;
    if (last?.id !== ids[p]) {
      last = classes.get(ids[p]) ?? { id: ids[p], nearest: Infinity, area: 0 };
      classes.set(last.id, last);
    }
    const away = distanceSquared[p] * area;
    // -1: nothing is masked.
    if (away >= 0 && away < last.nearest) last.nearest = away;
    last.area += area;
  }
}

/** The request's slots that a window shows, in the request's order: its own slot k is `result[k]`. */
export function slotsOfWindow({ kinds, ids }: WindowLabel, slots: readonly number[]): number[] {
  const shown = new Set<number>();
  let last = -1;
  for (let p = 0; p < kinds.length; p++) {
    if (kinds[p] < KNOWN || ids[p] === last) continue;
    last = ids[p];
    shown.add(last);
  }
  return slots.flatMap((id, slot) => (shown.has(id) ? [slot] : []));
}
