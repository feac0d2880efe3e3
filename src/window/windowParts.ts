import { labelComponents } from "../core/components";
import { growRect, intersectRects, isEmptyRect, type Rect, unionRects } from "../core/rect";
import { partAround } from "../model/crop";

/** Parts closer together than this, px, cost less as one. */
const PARTS_APART = 24;

/**
 * Parts of a window of side * side px that hold all of its marked pixels (1), for `WindowModel.runParts`: few, and none close
 * to another one.
 */
export function partsAround(marked: Uint8Array, side: number): Rect[] {
  const { list } = labelComponents({ width: side, height: side, data: Uint16Array.from(marked) });
  const parts = list.filter(({ id }) => id === 1).map(({ bounds }) => partAround(bounds));
  for (let i = 0; i < parts.length; ) {
    const near = growRect(parts[i], PARTS_APART);
    const other = parts.findIndex((part, at) => at > i && !isEmptyRect(intersectRects(near, part)));
    if (other < 0) {
      i++;
      continue;
    }
    // The larger part may be close to others before it.
    parts[i] = unionRects(parts[i], parts[other]);
    parts.splice(other, 1);
    i = 0;
  }
  return parts;
}
