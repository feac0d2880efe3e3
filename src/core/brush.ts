import type { Point } from "./point";
import { intersectRects, isEmptyRect, type Rect, rectArea, unionRects } from "./rect";
import { emptyRegion, type Region, trimRegion } from "./region";

/**
 * A disc of `diameter` px swept along `points` (one point: a dab), clipped to `clip`. Without gaps at any speed:
 * between two points it covers the capsule of all pixels whose centre is at most diameter / 2 from the segment.
 * The disc is centred on a pixel when the diameter is odd and on a pixel corner when it is even, so that a brush
 * has one shape wherever it is put down; a 1-px brush draws an 8-connected line one pixel thick.
 */
export function brushStroke(points: readonly Point[], diameter: number, clip: Rect): Region {
  const size = Math.max(1, Math.round(diameter));
  const path = points.map((point) => snap(point, size));
  const first = path[0];
  if (first === undefined) return emptyRegion;
  let reach = discRect(first, size);
  for (const point of path) reach = unionRects(reach, discRect(point, size));
  const rect = intersectRects(reach, clip);
  if (isEmptyRect(rect)) return emptyRegion;
  const region: Region = { rect, bits: new Uint8Array(rectArea(rect)) };
  const draw = size === 1 ? drawLine : drawCapsule;
  draw(region, first, first, size / 2);
  for (let i = 1; i < path.length; i++) draw(region, path[i - 1], path[i], size / 2);
  return trimRegion(region);
}

function snap(point: Point, size: number): Point {
  return size % 2 === 1
    ? { x: Math.floor(point.x) + 0.5, y: Math.floor(point.y) + 0.5 }
    : { x: Math.round(point.x), y: Math.round(point.y) };
}

function discRect(centre: Point, size: number): Rect {
  return { x: centre.x - size / 2, y: centre.y - size / 2, width: size, height: size };
}

/** Fills, row by row, the pixels whose centre lies within `radius` of the segment a-b. */
function drawCapsule(region: Region, a: Point, b: Point, radius: number): void {
  const { rect, bits } = region;
  const top = Math.max(rect.y, Math.min(a.y, b.y) - radius);
  const bottom = Math.min(rect.y + rect.height, Math.max(a.y, b.y) + radius);
  for (let y = top; y < bottom; y++) {
    const span = capsuleSpan(a, b, radius, y + 0.5);
    if (span === null) continue;
    const from = Math.max(rect.x, Math.ceil(span[0] - 0.5 - slack));
    const to = Math.min(rect.x + rect.width - 1, Math.floor(span[1] - 0.5 + slack));
    if (from > to) continue;
    const start = (y - rect.y) * rect.width - rect.x;
    bits.fill(1, start + from, start + to + 1);
  }
}

/** Rounding of the square root must not drop a centre that lies exactly on the rim. */
const slack = 1e-9;

/** The interval of x a capsule covers on the line y: it is convex, so there is at most one. */
function capsuleSpan(a: Point, b: Point, radius: number, y: number): [number, number] | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const cover = (left: number, right: number) => {
    min = Math.min(min, left);
    max = Math.max(max, right);
  };
  for (const end of [a, b]) {
    const rest = radius * radius - (y - end.y) ** 2;
    if (rest >= 0) cover(end.x - Math.sqrt(rest), end.x + Math.sqrt(rest));
  }
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = Math.hypot(dx, dy);
  if (length > 0) coverBody(a, b, { x: (-dy / length) * radius, y: (dx / length) * radius }, y, cover);
  return min <= max ? [min, max] : null;
}

/** Adds where the line y crosses the two long sides of the capsule's straight part. */
function coverBody(a: Point, b: Point, normal: Point, y: number, cover: (left: number, right: number) => void): void {
  for (const side of [1, -1]) {
    const fromY = a.y + side * normal.y;
    const toY = b.y + side * normal.y;
    if (fromY === toY || (y - fromY) * (y - toY) > 0) continue;
    const t = (y - fromY) / (toY - fromY);
    const x = a.x + side * normal.x + t * (b.x - a.x);
    cover(x, x);
  }
}

/** Bresenham's line between the pixels of a and b, both included. */
function drawLine(region: Region, a: Point, b: Point): void {
  const { rect, bits } = region;
  let x = Math.floor(a.x);
  let y = Math.floor(a.y);
  const endX = Math.floor(b.x);
  const endY = Math.floor(b.y);
  const dx = Math.abs(endX - x);
  const dy = -Math.abs(endY - y);
  const stepX = x < endX ? 1 : -1;
  const stepY = y < endY ? 1 : -1;
  let error = dx + dy;
  for (;;) {
    const column = x - rect.x;
    const row = y - rect.y;
    if (column >= 0 && row >= 0 && column < rect.width && row < rect.height) bits[row * rect.width + column] = 1;
    if (x === endX && y === endY) return;
    const doubled = 2 * error;
    if (doubled >= dy) {
      error += dy;
      x += stepX;
    }
    if (doubled <= dx) {
      error += dx;
      y += stepY;
    }
  }
}
