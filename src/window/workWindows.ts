import { type Rect, unionRects } from "../core/rect";
import type { TiledMask } from "../core/tiledMask";
import { maskBoxes } from "./maskClusters";

/** A square of the image, as the model sees it. */
export interface WorkWindow {
  /** First column and row in the image; may be negative where the window reaches over the edge. */
  readonly x: number;
  readonly y: number;
  /** Side in image px. */
  readonly side: number;
  /** Side in model px: 224 or 320. One model pixel is side / size image px. */
  readonly size: number;
}

/** The sides a window may have in model px: few, so that engines meet few different shapes. */
export const WINDOW_SIZES = [224, 320] as const;

const [SMALL, LARGE] = WINDOW_SIZES;
/** A window is at least this many times as wide as the hole in it ... */
const HOLES = 3;
/** ... and covers at least this share of the image's short side. */
const SHORT_SIDE_SHARE = 0.35;
/** Holes share a window when that makes it no larger than this many times the larger of their own. */
const GROWTH = 1.25;
const MOST_WINDOWS = 6;

/**
 * Where the model looks to rebuild a mask: one window a group of masked parts that lie close together, none for an
 * empty mask. Every masked pixel is inside at least one window. Larger needs than 320 px are scaled down; images
 * smaller than 224 px are scaled up.
 */
export function planWindows(mask: TiledMask): WorkWindow[] {
  const { width, height } = mask;
  const { boxes } = maskBoxes(mask);
  for (let pair = bestPair(boxes, width, height); pair; pair = bestPair(boxes, width, height)) {
    const [a, b] = pair;
    boxes[a] = unionRects(boxes[a], boxes[b]);
    boxes.splice(b, 1);
  }
  return boxes.map((box) => windowAround(box, width, height));
}

/** The window around one hole. */
function windowAround(hole: Rect, width: number, height: number): WorkWindow {
  const need = sideFor(hole, width, height);
  const side = need > SMALL && need <= LARGE ? LARGE : need;
  const place = (start: number, length: number, limit: number): number => {
    if (side >= limit) return Math.floor((limit - side) / 2);
    return Math.min(Math.max(Math.floor(start + (length - side) / 2), 0), limit - side);
  };
  return {
    x: place(hole.x, hole.width, width),
    y: place(hole.y, hole.height, height),
    side,
    size: side <= SMALL ? SMALL : LARGE,
  };
}

/** Least side in image px of a window around `hole`. */
function sideFor(hole: Rect, width: number, height: number): number {
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  const need = Math.ceil(Math.max(HOLES * Math.max(hole.width, hole.height), SHORT_SIDE_SHARE * short));
  return Math.max(Math.min(need, long), Math.min(SMALL, short));
}

/** The two boxes to unite next, or null when every box deserves a window of its own. */
function bestPair(boxes: readonly Rect[], width: number, height: number): [number, number] | null {
  let best: [number, number] | null = null;
  let least = Infinity;
  for (let a = 0; a < boxes.length; a++) {
    for (let b = a + 1; b < boxes.length; b++) {
      const own = Math.max(sideFor(boxes[a], width, height), sideFor(boxes[b], width, height), LARGE);
      const growth = sideFor(unionRects(boxes[a], boxes[b]), width, height) / own;
      if (growth < least) {
        least = growth;
        best = [a, b];
      }
    }
  }
  return least <= GROWTH || boxes.length > MOST_WINDOWS ? best : null;
}
