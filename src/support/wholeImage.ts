/** An image as support sees it: the whole picture at one size. The twin of `training/lmae/support/features.py`. */
import { resizeRgba } from "../core/resizeRgba";
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

/** RGB of a picture at another size, 0..1, height * width * 3. */
export function resizeImage(picture: Picture, to: Size): Float32Array {
  const rgba = resizeRgba(picture.rgba, picture, to);
  const result = new Float32Array(to.width * to.height * 3);
  for (let i = 0, at = 0; i < result.length; at += 4) {
    for (let channel = 0; channel < 3; channel++) result[i++] = rgba[at + channel] / 255;
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
