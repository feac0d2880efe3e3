import { emptyRect, type Rect } from "../core/rect";
import type { Scene } from "../window/resample";
import type { Choice } from "./accumulator";
import type { ReconstructionResult } from "./types";

/** The pixels a request may change: their indices row by row, and the tight box around them. */
export interface MaskedPixels {
  readonly indices: Int32Array;
  readonly rect: Rect;
}

/** The pixels set in a raster of `width` columns. */
export function maskedPixels(mask: Uint8Array, width: number): MaskedPixels {
  const first = mask.indexOf(1);
  if (first < 0) return { indices: new Int32Array(0), rect: emptyRect };
  const last = mask.lastIndexOf(1);
  let count = 0;
  for (let i = first; i <= last; i++) count += mask[i];
  const indices = new Int32Array(count);
  let [left, right] = [width, 0];
  for (let i = first, n = 0; i <= last; i++) {
    if (mask[i] !== 1) continue;
    indices[n++] = i;
    left = Math.min(left, i % width);
    right = Math.max(right, i % width);
  }
  const top = Math.floor(first / width);
  return { indices, rect: { x: left, y: top, width: right - left + 1, height: Math.floor(last / width) - top + 1 } };
}

/**
 * The rasters of a result: the given labels of `pixels.rect`, rebuilt at the masked pixels. `choice` null means that no
 * class is visible at all: the given labels stay and every masked pixel says "other".
 */
export function assembleResult(
  { labels, width }: Scene,
  { indices, rect }: MaskedPixels,
  slotIds: readonly number[],
  choice: Choice | null,
): Pick<ReconstructionResult, "rect" | "ids" | "confidence" | "other"> {
  const ids = new Uint16Array(rect.width * rect.height);
  const confidence = new Uint8Array(ids.length);
  const other = new Uint8Array(ids.length);
  for (let row = 0; row < rect.height; row++) {
    const start = (rect.y + row) * width + rect.x;
    ids.set(labels.subarray(start, start + rect.width), row * rect.width);
  }
  indices.forEach((pixel, p) => {
    const at = (Math.floor(pixel / width) - rect.y) * rect.width + (pixel % width) - rect.x;
    const slot = choice ? choice.slots[p] : -1;
    if (slot >= 0) ids[at] = slotIds[slot];
    confidence[at] = choice ? Math.round(choice.confidence[p] * 255) : 0;
    other[at] = choice ? choice.other[p] : 1;
  });
  return { rect, ids, confidence, other };
}
