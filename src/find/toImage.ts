import { clipRect, growRect, type Rect } from "../core/rect";
import { forEachPixel, hasPixel, regionArea, regionFromPredicate } from "../core/region";
import type { Size } from "../support/types";
import { newIdAt } from "./candidates/candidate";
import type { Proposal } from "./findInScene";
import type { LabelledScene } from "./scene";
import type { FindRequest, FoundRegion } from "./types";

/** Regions of fewer image px are dropped. */
const LEAST_AREA = 16;

/**
 * A scene's proposal in image px; null when it is excluded for the most part, or too little is left. Locked classes neither
 * change nor are proposed. An image pixel follows the nearest scene pixel that shows the same class: the fringe that scaling
 * blurs away stays with its region.
 * @param knowsClasses whether support knew what the scene shows.
 */
export function toImage(
  proposal: Proposal,
  scene: LabelledScene,
  request: FindRequest,
  knowsClasses: boolean,
): FoundRegion | null {
  const { where, confidence, kind } = proposal;
  const { width, height, labels, excluded } = request;
  const locked = new Set(request.lockedIds);
  const followed = (x: number, y: number): number => followedPixel(x, y, request, scene);
  const changes = (x: number, y: number): boolean => {
    const id = labels[y * width + x];
    const pixel = locked.has(id) ? -1 : followed(x, y);
    if (pixel < 0 || !hasPixel(where, pixel % scene.width, Math.floor(pixel / scene.width))) return false;
    const after = newIdAt(proposal, pixel, scene.width);
    return after !== id && !locked.has(after);
  };
  const reach = clipRect(imageRect(growRect(where.rect, 1), request, scene), width, height);
  const whole = regionFromPredicate(reach, changes);
  const region = regionFromPredicate(whole.rect, (x, y) => hasPixel(whole, x, y) && excluded[y * width + x] !== 1);
  const area = regionArea(region);
  if (area < LEAST_AREA || 2 * area < regionArea(whole)) return null;

  const { rect } = region;
  const ids = new Uint16Array(rect.width * rect.height);
  const before: number[] = [];
  const after: number[] = [];
  forEachPixel(region, (x, y) => {
    const id = newIdAt(proposal, followed(x, y), scene.width);
    ids[(y - rect.y) * rect.width + x - rect.x] = id;
    before.push(labels[y * width + x]);
    after.push(id);
  });
  // Without support the new class of a region is a guess from its rim.
  const needsHint = !knowsClasses && kind === "region";
  return { region, ids, from: mostCommon(before), to: mostCommon(after), area, confidence, needsHint };
}

/**
 * Index of the scene pixel that image pixel (x, y) follows: the one it lies in, or that one's neighbour, whichever is nearest
 * of those that show its class; -1: none does.
 */
function followedPixel(x: number, y: number, of: FindRequest, { width, height, label }: LabelledScene): number {
  const id = of.labels[y * of.width + x];
  // The pixel's centre, in scene px.
  const u = ((x + 0.5) * width) / of.width;
  const v = ((y + 0.5) * height) / of.height;
  const [column, row] = [Math.floor(u), Math.floor(v)];
  if (label[row * width + column] === id) return row * width + column;
  let best = -1;
  let least = Infinity;
  for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, height - 1); r++) {
    for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, width - 1); c++) {
      if (label[r * width + c] !== id) continue;
      const distance = (c + 0.5 - u) ** 2 + (r + 0.5 - v) ** 2;
      if (distance < least) {
        least = distance;
        best = r * width + c;
      }
    }
  }
  return best;
}

/** The image px that a rect of scene px covers, wholly or in part. */
function imageRect(rect: Rect, image: Size, scene: Size): Rect {
  const [across, down] = [image.width / scene.width, image.height / scene.height];
  const [x, y] = [Math.floor(rect.x * across), Math.floor(rect.y * down)];
  const [right, bottom] = [Math.ceil((rect.x + rect.width) * across), Math.ceil((rect.y + rect.height) * down)];
  return { x, y, width: right - x, height: bottom - y };
}

function mostCommon(ids: readonly number[]): number {
  const times = new Map<number, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  return [...times].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b)[0][0];
}
