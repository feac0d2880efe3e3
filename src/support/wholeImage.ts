/** An image as support sees it: the whole picture at one size. The twin of `training/lmae/support/features.py`. */
import { roundToEven } from "../core/round";
import { VOID } from "./cells";
import type { Picture, Size } from "./types";

/** The short side of the picture as it is encoded, px; both sides are multiples of STEP. */
const SIDE = 256;
const STEP = 32;
/** The long side ends here: of an image longer still, the sides are squeezed. */
const LONGEST = 1024;

/** The size at which an image is encoded. */
export function wholeSize({ width, height }: Size): Size {
  const factor = SIDE / Math.min(width, height);
  const scaled = (side: number) => Math.min(LONGEST, Math.max(SIDE, STEP * roundToEven((side * factor) / STEP)));
  return { width: scaled(width), height: scaled(height) };
}

/** RGB of a picture at another size, 0..1, height * width * 3: as Pillow resizes with `BILINEAR`, but for its rounding. */
export function resizeImage({ width, height, rgba }: Picture, to: Size): Float32Array {
  const columns = axisWeights(width, to.width);
  const rows = axisWeights(height, to.height);
  // Along the rows first, and only those that are needed.
  const narrow = new Float32Array(height * to.width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (const { first, weights } of columns) {
      let at = (y * width + first) * 4;
      let [r, g, b] = [0, 0, 0];
      for (const weight of weights) {
        r += rgba[at] * weight;
        g += rgba[at + 1] * weight;
        b += rgba[at + 2] * weight;
        at += 4;
      }
      narrow[i++] = r / 255;
      narrow[i++] = g / 255;
      narrow[i++] = b / 255;
    }
  }
  const line = to.width * 3;
  const result = new Float32Array(to.height * line);
  for (const [y, { first, weights }] of rows.entries()) {
    const target = result.subarray(y * line, (y + 1) * line);
    for (const [k, weight] of weights.entries()) {
      const from = (first + k) * line;
      for (let i = 0; i < line; i++) target[i] += narrow[from + i] * weight;
    }
  }
  return result;
}

/** A label at another size, each pixel that at its centre: ids, VOID where they are ignored; height * width. */
export function resizeLabel(labels: Uint16Array, from: Size, to: Size, ignoredIds: readonly number[]): Int32Array {
  const ignored = new Set(ignoredIds);
  const column = Array.from({ length: to.width }, (_, x) => Math.floor(((x + 0.5) * from.width) / to.width));
  const result = new Int32Array(to.width * to.height);
  for (let y = 0, i = 0; y < to.height; y++) {
    const row = Math.floor(((y + 0.5) * from.height) / to.height) * from.width;
    for (let x = 0; x < to.width; x++, i++) {
      const id = labels[row + column[x]];
      result[i] = ignored.has(id) ? VOID : id;
    }
  }
  return result;
}

/** What a pixel is made of along one axis: source px from `first` on, with weights that sum to 1. */
interface AxisWeights {
  readonly first: number;
  readonly weights: readonly number[];
}

/** A triangle around each pixel's centre, as wide as two source px, or two target px where these are larger. */
function axisWeights(from: number, to: number): AxisWeights[] {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
