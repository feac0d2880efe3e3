import { clipRect, growRect, type Rect } from "../core/rect";
import { forEachPixel, hasPixel, regionArea, regionFromPredicate } from "../core/region";
import type { WorkWindow } from "../window/workWindows";
import { newIdAt } from "./candidates/candidate";
import type { Proposal } from "./proposals";
import type { FindRequest, FoundRegion } from "./types";
import type { LabelledWindow } from "./window";

/** Regions of fewer image px are dropped. */
const LEAST_AREA = 16;

/**
 * A window's proposal in image px; null when it is excluded for the most part, or too little is left. An image pixel follows
 * the nearest window pixel that shows the same class: the fringe that a scaled window blurs away stays with its region.
 * @param hasPosteriors whether support knew what the window shows.
 */
export function toImage(
  { where, to, confidence, shape }: Proposal,
  place: WorkWindow,
  window: LabelledWindow,
  request: FindRequest,
  hasPosteriors: boolean,
): FoundRegion | null {
  const { width, height, labels, excluded } = request;
  const followed = (x: number, y: number): number => followedPixel(x, y, labels[y * width + x], place, window);
  const changes = (x: number, y: number): boolean => {
    const pixel = followed(x, y);
    if (pixel < 0 || !hasPixel(where, pixel % window.size, Math.floor(pixel / window.size))) return false;
    return newIdAt(to, pixel) !== labels[y * width + x];
  };
  const reach = clipRect(imageRect(growRect(where.rect, 1), place), width, height);
  const whole = regionFromPredicate(reach, changes);
  const region = regionFromPredicate(whole.rect, (x, y) => hasPixel(whole, x, y) && excluded[y * width + x] !== 1);
  const area = regionArea(region);
  if (area < LEAST_AREA || 2 * area < regionArea(whole)) return null;

  const { rect } = region;
  const ids = new Uint16Array(rect.width * rect.height);
  const before: number[] = [];
  const after: number[] = [];
  forEachPixel(region, (x, y) => {
    const id = newIdAt(to, followed(x, y));
    ids[(y - rect.y) * rect.width + x - rect.x] = id;
    before.push(labels[y * width + x]);
    after.push(id);
  });
  // Without posteriors the new class of a region is a guess from its rim.
  const needsHint = !hasPosteriors && !shape;
  return { region, ids, from: mostCommon(before), to: mostCommon(after), area, confidence, needsHint };
}

/** 1 for each window pixel whose centre lies on an excluded image pixel. */
export function excludedInWindow(
  { x, y, side, size }: WorkWindow,
  { width, height, excluded }: FindRequest,
): Uint8Array {
  const at = (i: number) => Math.floor(((i + 0.5) * side) / size);
  return Uint8Array.from({ length: size * size }, (_, i) => {
    const [column, row] = [x + at(i % size), y + at(Math.floor(i / size))];
    const inside = column >= 0 && row >= 0 && column < width && row < height;
    return inside ? excluded[row * width + column] : 0;
  });
}

/**
 * Index of the window pixel that image pixel (x, y) of class `id` follows: the one it lies in, or that one's neighbour,
 * whichever is nearest of those that show the class; -1: none does.
 */
function followedPixel(
  x: number,
  y: number,
  id: number,
  { x: left, y: top, side, size }: WorkWindow,
  { label }: LabelledWindow,
): number {
  // The pixel's centre, in window px.
  const u = ((x - left + 0.5) * size) / side;
  const v = ((y - top + 0.5) * size) / side;
  const [column, row] = [Math.floor(u), Math.floor(v)];
  const inside = Math.min(column, row) >= 0 && Math.max(column, row) < size;
  if (inside && label[row * size + column] === id) return row * size + column;
  let best = -1;
  let least = Infinity;
  for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, size - 1); r++) {
    for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, size - 1); c++) {
      if (label[r * size + c] !== id) continue;
      const distance = (c + 0.5 - u) ** 2 + (r + 0.5 - v) ** 2;
      if (distance < least) {
        least = distance;
        best = r * size + c;
      }
    }
  }
  return best;
}

/** The image px that a rect of window px covers, wholly or in part. */
function imageRect(rect: Rect, { x, y, side, size }: WorkWindow): Rect {
  const scale = side / size;
  const [left, top] = [Math.floor(x + rect.x * scale), Math.floor(y + rect.y * scale)];
  return {
    x: left,
    y: top,
    width: Math.ceil(x + (rect.x + rect.width) * scale) - left,
    height: Math.ceil(y + (rect.y + rect.height) * scale) - top,
  };
}

function mostCommon(ids: readonly number[]): number {
  const times = new Map<number, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  return [...times].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b)[0][0];
}
