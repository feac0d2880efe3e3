import { clipRect, growRect, type Rect } from "../../core/rect";
import { hasPixel, type Region } from "../../core/region";
import { smoothed } from "./smooth";

/** Sigma of the smoothing before the gradient is taken, px, cut off at EDGE_TRUNCATED sigmas. */
export const EDGE_SMOOTHING = 1;
export const EDGE_TRUNCATED = 4;
/** Gradients are ranked in so many steps a unit. */
export const EDGE_STEPS = 1024;
/** Outline pixels so near the window's edge say nothing, px. */
export const BORDER = 2;

/** At every pixel of an RGB window (0..1) the share of the window's pixels that have a weaker gradient, 0..1. */
export function edgeRanks(image: Float32Array, size: number): Float32Array {
  const energy = new Float64Array(size * size);
  for (let channel = 0; channel < 3; channel++) {
    const values = Float32Array.from(energy, (_, i) => image[3 * i + channel]);
    addSobelEnergy(energy, smoothed(values, size, EDGE_SMOOTHING, EDGE_TRUNCATED), size);
  }
  const steps = Int32Array.from(energy, (value) => Math.floor(Math.sqrt(value) * EDGE_STEPS));
  const weaker = new Int32Array(steps.reduce((a, b) => Math.max(a, b), 0) + 2);
  for (const step of steps) weaker[step + 1]++;
  for (let step = 1; step < weaker.length; step++) weaker[step] += weaker[step - 1];
  return Float32Array.from(steps, (step) => weaker[step] / steps.length);
}

/** Adds the squares of both Sobel derivatives; beyond the border the edge's pixel repeats. */
function addSobelEnergy(energy: Float64Array, values: Float32Array, size: number): void {
  for (let y = 0, i = 0; y < size; y++) {
    const [up, row, down] = [Math.max(y - 1, 0), y, Math.min(y + 1, size - 1)].map((at) => at * size);
    for (let x = 0; x < size; x++, i++) {
      const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, size - 1)];
      const corners = [values[up + left], values[up + right], values[down + left], values[down + right]];
      const [upLeft, upRight, downLeft, downRight] = corners;
      const across = upRight + downRight - upLeft - downLeft + 2 * (values[row + right] - values[row + left]);
      const along = downLeft + downRight - upLeft - upRight + 2 * (values[down + x] - values[up + x]);
      energy[i] += across * across + along * along;
    }
  }
}

/** The mean rank under the outline of a region; 0 where all of that lies at the window's edge. */
export function edgesUnder(where: Region, ranks: Float32Array, size: number): number {
  const around = clipRect(growRect(where.rect, 1), size, size);
  const outline = outlinePixels(around, size, (x, y) => hasPixel(where, x, y));
  return outline.length > 0 ? meanRank(outline, ranks) : 0;
}

/**
 * A shape's pixels with a 4-neighbour outside it, away from the window's edge; that is no border of the shape. The shape
 * reaches the edges of the box at the window's edge only.
 */
export function outlinePixels(box: Rect, size: number, holds: (x: number, y: number) => boolean): number[] {
  const pixels: number[] = [];
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const held = (x: number, y: number): boolean => x < box.x || y < box.y || x >= right || y >= bottom || holds(x, y);
  for (let y = box.y; y < bottom; y++) {
    for (let x = box.x; x < right; x++) {
      if (!isInner(x, y, size) || !holds(x, y)) continue;
      if (!(held(x - 1, y) && held(x + 1, y) && held(x, y - 1) && held(x, y + 1))) pixels.push(y * size + x);
    }
  }
  return pixels;
}

export function isInner(x: number, y: number, size: number): boolean {
  return Math.min(x, y) >= BORDER && Math.max(x, y) < size - BORDER;
}

/** The mean rank under some pixels, at least one. */
export function meanRank(pixels: readonly number[], ranks: Float32Array): number {
  let sum = 0;
  for (const pixel of pixels) sum += ranks[pixel];
  return sum / pixels.length;
}
