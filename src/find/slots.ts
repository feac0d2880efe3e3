import { nearestKnown } from "../core/nearest";
import { VOID } from "./scene";

/** The most classes that get a slot. */
export const MOST_SLOTS = 24;
/** Where more are visible, those within so many px of the hole come first. */
export const NEAR_HOLE = 32;

/**
 * Class ids that get a slot in a window: the largest visible area first, at most MOST_SLOTS. If more classes are visible,
 * those with the largest visible area near the hole are kept, then the largest elsewhere. Hidden pixels never decide.
 *
 * @param hidden 1 = part of the hole; the label is visible elsewhere unless VOID.
 */
export function chooseSlots(label: Int32Array, hidden: Uint8Array, size: number): number[] {
  const areas = new Map<number, number>();
  const count = (wanted: (pixel: number) => boolean, weight: number): void => {
    label.forEach((id, pixel) => {
      if (id !== VOID && hidden[pixel] !== 1 && wanted(pixel)) areas.set(id, (areas.get(id) ?? 0) + weight);
    });
  };
  count(() => true, 1);
  if (areas.size > MOST_SLOTS) {
    const { distanceSquared } = nearestKnown(hidden, size, size);
    count((pixel) => distanceSquared[pixel] >= 0 && distanceSquared[pixel] <= NEAR_HOLE ** 2, label.length);
  }
  return [...areas]
    .sort(([a, areaOfA], [b, areaOfB]) => areaOfB - areaOfA || a - b)
    .slice(0, MOST_SLOTS)
    .map(([id]) => id);
}
