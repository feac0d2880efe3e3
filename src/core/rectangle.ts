import type { Point } from "./point";
import { intersectRects, type Rect } from "./rect";
import { type Region, rectRegion } from "./region";

/** The pixels of the rectangle dragged from `a` to `b`, both end pixels included, clipped to `clip`. */
export function rectangleBetween(a: Point, b: Point, clip: Rect): Region {
  const x = Math.floor(Math.min(a.x, b.x));
  const y = Math.floor(Math.min(a.y, b.y));
  const width = Math.floor(Math.max(a.x, b.x)) - x + 1;
  const height = Math.floor(Math.max(a.y, b.y)) - y + 1;
  return rectRegion(intersectRects({ x, y, width, height }, clip));
}
