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
    // Pixels side by side are mostly of one class.
    let [last, area] = [VOID, 0];
    const add = () => {
      if (area > 0) areas.set(last, (areas.get(last) ?? 0) + area);
    };
    for (let pixel = 0; pixel < label.length; pixel++) {
      const id = label[pixel];
      if (id === VOID || hidden[pixel] === 1 || !wanted(pixel)) continue;
      if (id !== last) {
        add();
        [last, area] = [id, 0];
      }
      area += weight;
    }
    add();
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
