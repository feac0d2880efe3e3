import { nearestKnown } from "../core/nearest";
import { KNOWN, MASKED, type WindowLabel } from "../window/resample";

/**
 * The class ids that get a slot in a request: those visible in any of its windows, nearest the hole first (then the
 * larger), at most `most`. Hidden pixels never decide: that would leak the answer. `scales` holds image px per window
 * px, so that distances of different windows compare.
 */
export function assignSlots(windows: readonly WindowLabel[], scales: readonly number[], most: number): number[] {
  const nearest = new Map<number, number>();
  const areas = new Map<number, number>();
  windows.forEach(({ size, kinds, ids }, i) => {
    const masked = kinds.map((kind) => (kind === MASKED ? 1 : 0));
    const { distanceSquared } = nearestKnown(masked, size, size);
    const area = scales[i] ** 2;
    for (let p = 0; p < kinds.length; p++) {
      if (kinds[p] < KNOWN) continue;
      const distance = distanceSquared[p] < 0 ? Infinity : distanceSquared[p] * area;
      const known = nearest.get(ids[p]);
      if (known === undefined || distance < known) nearest.set(ids[p], distance);
      areas.set(ids[p], (areas.get(ids[p]) ?? 0) + area);
    }
  });
  const order = [...nearest.keys()].sort((a, b) => {
    const [near, far] = [nearest.get(a) ?? Infinity, nearest.get(b) ?? Infinity];
    return near === far ? (areas.get(b) ?? 0) - (areas.get(a) ?? 0) || a - b : near - far;
  });
  return order.slice(0, most);
}

/** The request's slots that a window shows, in the request's order: its own slot k is `result[k]`. */
export function slotsOfWindow({ kinds, ids }: WindowLabel, slots: readonly number[]): number[] {
  const shown = new Set<number>();
  for (let p = 0; p < kinds.length; p++) if (kinds[p] >= KNOWN) shown.add(ids[p]);
  return slots.flatMap((id, slot) => (shown.has(id) ? [slot] : []));
}
