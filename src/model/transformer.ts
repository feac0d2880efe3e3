import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { gelu, layerNorm, linear } from "./ops";
import type { BlockWeights, LmaeWeights } from "./weights";

export const MASKED_LOGIT = -1e9;

/**
 * A pre-norm transformer block: x [N, D] -> [N, D]. `bias` [N] is added to the attention logits of each key (large and
 * negative at padding); null means no padding. Heads run one by one: tfjs' wasm engine multiplies only single
 * matrices fast.
 */
export function block(w: BlockWeights, x: Tensor2D, bias: Tensor1D | null, epsilon: number): Tensor2D {
  const normed = layerNorm(x, w.norm1, epsilon);
  const heads = w.heads.map((head): Tensor2D => {
    const keys: Tensor2D = tf.transpose(linear(normed, head.key));
    const scores: Tensor2D = tf.matMul(linear(normed, head.query), keys);
    const biased: Tensor2D = bias ? tf.add(scores, bias) : scores;
    const weights: Tensor2D = tf.softmax(biased);
    return tf.matMul(weights, linear(normed, head.value));
  });
  const joined: Tensor2D = tf.concat(heads, 1);
  const attended: Tensor2D = tf.add(x, linear(joined, w.proj));
  const hidden = gelu(linear(layerNorm(attended, w.norm2, epsilon), w.fc1));
  return tf.add(attended, linear(hidden, w.fc2));
}

/** 2-D sine-cosine positions [h * w, dim]: a quarter each of sin y, cos y, sin x, cos x, in patches. */
export function positionEmbedding(height: number, width: number, dim: number): Tensor2D {
  const quarter = dim / 4;
  const values = new Float32Array(height * width * dim);
  for (let i = 0; i < quarter; i++) {
    const omega = 10000 ** (-i / quarter);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * dim + i;
        values[at] = Math.sin(y * omega);
        values[at + quarter] = Math.cos(y * omega);
        values[at + 2 * quarter] = Math.sin(x * omega);
        values[at + 3 * quarter] = Math.cos(x * omega);
      }
    }
  }
  return tf.tensor2d(values, [height * width, dim]);
}

/**
 * Which patches are encoded: those with a known pixel, padded to a multiple of 32 so that a GPU engine meets few
 * different shapes.
 */
export interface VisiblePatches {
  /** Patch index of each encoded token; padding repeats patch 0. */
  readonly order: Int32Array;
  /** How many of `order` are not padding. */
  readonly count: number;
}

const PADDING = 32;

/** `known` holds 1 for each patch with a known pixel. */
export function visiblePatches(known: ArrayLike<number>): VisiblePatches {
  const found: number[] = [];
  for (let i = 0; i < known.length; i++) if (known[i] > 0) found.push(i);
  const order = new Int32Array(Math.max(1, Math.ceil(found.length / PADDING)) * PADDING);
  order.set(found);
  return { order, count: found.length };
}

/** The visible tokens of tokens [N16, D]: [V, D]. */
export function gatherVisible(tokens: Tensor2D, visible: VisiblePatches): Tensor2D {
  return tf.gather(tokens, tf.tensor1d(visible.order, "int32"));
}

/** Attention bias [V] that hides the padding. */
export function paddingBias(visible: VisiblePatches): Tensor1D {
  return tf.tensor1d(Float32Array.from(visible.order, (_, i) => (i < visible.count ? 0 : MASKED_LOGIT)));
}

/** Start of the decoder: latents [V, D] back in place among `cells` = N16 patches, mask tokens elsewhere: [N16, D]. */
export function decoderGrid(
  { decoder: w }: LmaeWeights,
  latents: Tensor2D,
  visible: VisiblePatches,
  cells: number,
): Tensor2D {
  const place = new Int32Array(cells).fill(visible.order.length);
  for (let i = 0; i < visible.count; i++) place[visible.order[i]] = i;
  const sources = tf.concat([linear(latents, w.embed), w.maskToken], 0) as Tensor2D;
  return tf.gather(sources, tf.tensor1d(place, "int32"));
}
