import type { LabelMap } from "../core/labelMap";
import { hasPixel, type Region } from "../core/region";
import type { Suggestion } from "./types";
import { newIds } from "./writing";

/** A band is at most this thick on average, px, and at least so many times as long as thick. */
const THICKEST = 8;
const LEAST_ELONGATED = 6;
/** So much of its border must already meet the class that it would get: a band has it along one of two long sides. */
const LEAST_MET = 0.25;

type Shape = Pick<Suggestion, "region" | "ids" | "to">;

/** By the region: the label under what is decided on changes. */
const known = new WeakMap<Uint8Array, boolean>();

/**
 * Whether a find moves a border between two classes: a thin band, one long side of which lies along the class that it would
 * get. A pole that was left out is as thin, but its class is nowhere beside it; a missed object is not thin. As the label was
 * when it was asked first.
 */
export function isBoundaryShift(labels: LabelMap, shape: Shape): boolean {
  const { bits } = shape.region;
  const found = known.get(bits) ?? isThinAlong(labels, shape);
  known.set(bits, found);
  return found;
}

function isThinAlong(labels: LabelMap, shape: Shape): boolean {
  const { area, border, met } = measure(labels, shape.region, newIds(shape as Suggestion));
  if (area === 0 || border === 0) return false;
  // Of a band L long and t thick: its border is about 2 L, its area L t.
  const thickness = (2 * area) / border;
  const elongation = border / 2 / thickness;
  return thickness <= THICKEST && elongation >= LEAST_ELONGATED && met >= LEAST_MET * border;
}

/** Pixels of a region, pixel edges around it inside the image, and how many of these already meet the class inside. */
function measure(labels: LabelMap, region: Region, ids: Uint16Array) {
  const { rect, bits } = region;
  let [area, border, met] = [0, 0, 0];
  for (let i = 0; i < bits.length; i++) {
    if (bits[i] === 0) continue;
    area++;
    const [x, y] = [rect.x + (i % rect.width), rect.y + Math.floor(i / rect.width)];
    for (const [dx, dy] of beside) {
      const [nx, ny] = [x + dx, y + dy];
      if (nx < 0 || ny < 0 || nx >= labels.width || ny >= labels.height || hasPixel(region, nx, ny)) continue;
      border++;
      if (labels.data[ny * labels.width + nx] === ids[i]) met++;
    }
  }
  return { area, border, met };
}

const beside = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;
