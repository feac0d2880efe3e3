import type { LabelMap } from "../../core/labelMap";
import { clipRect, type Rect } from "../../core/rect";

/** The ids in a part of a label, the most common first. */
export function classesAround(labels: LabelMap, around: Rect): readonly number[] {
  const { x, y, width, height } = clipRect(around, labels.width, labels.height);
  const counts = new Map<number, number>();
  for (let row = y; row < y + height; row++) {
    for (let at = row * labels.width + x; at < row * labels.width + x + width; at++) {
      counts.set(labels.data[at], (counts.get(labels.data[at]) ?? 0) + 1);
    }
  }
  return [...counts].sort(([a, many], [b, more]) => more - many || a - b).map(([id]) => id);
}
