/** Parts of a window, cut out of what was computed for all of it. Parts are px, multiples of 8 (COARSEST). */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { clipRect, growRect, type Rect } from "../core/rect";
import type { LabelRasters, Labels } from "./labels";
import type { Raster } from "./raster";
import type { Evidence } from "./support";

/** The largest stride of what is cut. */
const COARSEST = 8;

/** A part and what lies at most `reach` px (a multiple of 8) around it in its window. */
export function partWith(part: Rect, reach: number, { width, height }: { width: number; height: number }): Rect {
  return clipRect(growRect(part, reach), width, height);
}

/** The smallest part of a window that holds a box. */
export function partAround({ x, y, width, height }: Rect): Rect {
  const [left, top] = [x, y].map((from) => Math.floor(from / COARSEST) * COARSEST);
  const [right, bottom] = [x + width, y + height].map((to) => Math.ceil(to / COARSEST) * COARSEST);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** [B, H / stride, W / stride, C] -> that of a part. */
export function crop(x: Tensor4D, part: Rect, stride: number): Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  const [left, top, width, height] = [part.x, part.y, part.width, part.height].map((px) => px / stride);
  if (width === columns && height === rows) return x;
  // A row's cells and channels lie side by side: tfjs copies such rows whole, but single cells one by one.
  const lines = tf.reshape(x, [batch, rows, columns * channels]);
  const cut = tf.slice(lines, [0, top, left * channels], [batch, height, width * channels]);
  return tf.reshape(cut, [batch, height, width, channels]);
}

/** What the propagation reads of a part's labels. */
export type SharesAt4 = {
  readonly own: { readonly 4: Tensor4D };
  readonly known: { readonly 4: Tensor4D };
};

/** What the decoder reads of a part's labels at stride 8. */
export type LabelsAt8 = Pick<Labels, "valid"> & {
  readonly known: { readonly 8: Tensor4D };
  readonly channels: { readonly 8: Tensor4D };
  readonly support: { readonly slots: { readonly 8: Tensor4D } } | undefined;
};

/** What it reads at stride 4. */
export type LabelsAt4 = {
  readonly known: { readonly 4: Tensor4D };
  readonly channels: { readonly 4: Tensor4D };
  readonly support: { readonly slots: { readonly 4: Tensor4D } } | undefined;
};

/** What it reads at stride 2 and beyond. */
export type LabelsAt2 = Pick<Labels, "valid" | "hole"> & {
  readonly known: { readonly 2: Tensor4D };
  readonly channels: { readonly 2: Tensor4D };
  readonly support: Pick<Evidence, "others" | "logs"> | undefined;
};

export function cropShares({ own, known }: Labels, part: Rect): SharesAt4 {
  return { own: { 4: crop(own[4], part, 4) }, known: { 4: crop(known[4], part, 4) } };
}

export function cropAt8({ valid, known, support }: Labels, channels: LabelRasters["channels"], part: Rect): LabelsAt8 {
  return {
    valid,
    known: { 8: crop(known[8], part, 8) },
    channels: { 8: partOf(channels[8], part, 8) },
    support: support && { slots: { 8: cropPlanes(support.slots[8], part, 8) } },
  };
}

export function cropAt4({ known, support }: Labels, channels: LabelRasters["channels"], part: Rect): LabelsAt4 {
  return {
    known: { 4: crop(known[4], part, 4) },
    channels: { 4: partOf(channels[4], part, 4) },
    support: support && { slots: { 4: cropPlanes(support.slots[4], part, 4) } },
  };
}

export function cropAt2(
  { known, valid, hole, support }: Labels,
  channels: LabelRasters["channels"],
  part: Rect,
): LabelsAt2 {
  return {
    valid,
    known: { 2: crop(known[2], part, 2) },
    channels: { 2: partOf(channels[2], part, 2) },
    hole: crop(hole, part, 8),
    support: support && { others: crop(support.others, part, 8), logs: crop(support.logs, part, 8) },
  };
}

/** [C, K, H / stride, W / stride] -> that of a part. */
export function cropPlanes(x: Tensor4D, part: Rect, stride: number): Tensor4D {
  const [outer, inner, rows, columns] = x.shape;
  const own = crop(tf.reshape(x, [outer * inner, rows, columns, 1]), part, stride);
  return tf.reshape(own, [outer, inner, part.height / stride, part.width / stride]);
}

/** C rasters of K planes -> that of a part, [C, K, height / stride, width / stride]. */
function partOf(rasters: readonly Raster[], part: Rect, stride: number): Tensor4D {
  const [{ planes, width: columns, height: rows }] = rasters;
  const [left, top, width, height] = [part.x, part.y, part.width, part.height].map((px) => px / stride);
  const all = new Float32Array(rasters.length * planes * width * height);
  let to = 0;
  for (const { values } of rasters) {
    for (let plane = 0; plane < planes; plane++) {
      for (let y = 0; y < height; y++, to += width) {
        const from = (plane * rows + top + y) * columns + left;
        all.set(values.subarray(from, from + width), to);
      }
    }
  }
  return tf.tensor4d(all, [rasters.length, planes, height, width]);
}
