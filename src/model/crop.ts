/** Parts of a window, cut out of what was computed for all of it. Parts are px, multiples of 8 (COARSEST). */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { clipRect, growRect, type Rect } from "../core/rect";
import type { Labels } from "./labels";

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

/** The labels of a part; what counts patches stays that of the window. */
export function cropLabels(labels: Labels, part: Rect): Labels {
  const [, rows, columns] = labels.prior.shape;
  if (part.width === columns && part.height === rows) return labels;
  const levels = (of: Labels["own"]): Labels["own"] => ({
    2: crop(of[2], part, 2),
    4: crop(of[4], part, 4),
    8: crop(of[8], part, 8),
  });
  const planes = (x: Tensor4D, stride: number): Tensor4D => {
    const [outer, inner, rows, columns] = x.shape;
    const cut = crop(tf.reshape(x, [outer * inner, rows, columns, 1]), part, stride);
    return tf.reshape(cut, [outer, inner, part.height / stride, part.width / stride]);
  };
  const { channels, support } = labels;
  return {
    ...labels,
    own: levels(labels.own),
    known: levels(labels.known),
    channels: { 2: planes(channels[2], 2), 4: planes(channels[4], 4), 8: planes(channels[8], 8) },
    hole: crop(labels.hole, part, 8),
    prior: crop(labels.prior, part, 1),
    far: crop(labels.far, part, 1),
    support: support && {
      slots: { 4: planes(support.slots[4], 4), 8: planes(support.slots[8], 8) },
      others: crop(support.others, part, 8),
      logs: crop(support.logs, part, 8),
    },
  };
}
