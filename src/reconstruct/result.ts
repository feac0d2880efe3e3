import { emptyRect, type Rect } from "../core/rect";
import type { Choice } from "./accumulator";
import type { MaskedBox, ReconstructionResult } from "./types";

/** The pixels a request may change: their indices in the image, row by row, and the tight box around them. */
export interface MaskedPixels {
  readonly indices: Int32Array;
  readonly rect: Rect;
}

/** The pixels to rebuild, of an image `imageWidth` px wide. */
export function maskedPixels({ rect, bits }: MaskedBox, imageWidth: number): MaskedPixels {
  const first = bits.indexOf(1);
  if (first < 0) return { indices: new Int32Array(0), rect: emptyRect };
  const last = bits.lastIndexOf(1);
  let count = 0;
  for (let i = first; i <= last; i++) count += bits[i];
  const indices = new Int32Array(count);
  const [top, bottom] = [Math.floor(first / rect.width), Math.floor(last / rect.width)];
  let [left, right] = [rect.width, 0];
  for (let row = top, n = 0; row <= bottom; row++) {
    const start = (rect.y + row) * imageWidth + rect.x;
    for (let column = 0, i = row * rect.width; column < rect.width; column++, i++) {
      if (bits[i] === 0) continue;
      indices[n++] = start + column;
      left = Math.min(left, column);
      right = Math.max(right, column);
    }
  }
  const box = { x: rect.x + left, y: rect.y + top, width: right - left + 1, height: bottom - top + 1 };
  return { indices, rect: box };
}

/**
 * The rasters of a result: the given labels of `pixels.rect`, rebuilt at the masked pixels. `choice` null means that no
 * class is visible at all: the given labels stay and every masked pixel says "other".
 */
export function assembleResult(
  label: MaskedBox,
  imageWidth: number,
  { indices, rect }: MaskedPixels,
  slotIds: readonly number[],
  choice: Choice | null,
): Pick<ReconstructionResult, "rect" | "ids" | "confidence" | "other"> {
  const ids = new Uint16Array(rect.width * rect.height);
  const confidence = new Uint8Array(ids.length);
  const other = new Uint8Array(ids.length);
  for (let row = 0; row < rect.height; row++) {
    const start = (rect.y - label.rect.y + row) * label.rect.width + rect.x - label.rect.x;
    ids.set(label.labels.subarray(start, start + rect.width), row * rect.width);
  }
  indices.forEach((pixel, p) => {
    const at = (Math.floor(pixel / imageWidth) - rect.y) * rect.width + (pixel % imageWidth) - rect.x;
    const slot = choice ? choice.slots[p] : -1;
    if (slot >= 0) ids[at] = slotIds[slot];
    confidence[at] = choice ? Math.round(choice.confidence[p] * 255) : 0;
    other[at] = choice ? choice.other[p] : 1;
  });
  return { rect, ids, confidence, other };
}
