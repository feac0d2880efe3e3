import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { ATTEND, attend } from "./kernels/attend";
import { hasKernel } from "./kernels/kernel";
import { type Linear, linear } from "./ops";

/** Queries (already scaled by headDim^-0.5), keys and values of all heads side by side. */
export type AttentionWeights = { readonly qkv: Linear; readonly headDim: number };

/**
 * Self-attention: x [N, D] -> the heads' outputs side by side, [N, D]. `bias` [N] is added to the logits of each key (large and
 * negative at padding); null means no padding.
 */
export function attention({ qkv: weights, headDim }: AttentionWeights, x: Tensor2D, bias: Tensor1D | null): Tensor2D {
  const qkv = linear(x, weights);
  if (hasKernel(ATTEND)) return attend(qkv, headDim, bias);
  const [tokens, width] = qkv.shape;
  const dim = width / 3;
  const split = (part: number, order: [number, number, number]): Tensor3D => {
    const own = tf.slice(qkv, [0, part * dim], [tokens, dim]);
    return tf.transpose(tf.reshape(own, [tokens, dim / headDim, headDim]), order);
  };
  const scores: Tensor3D = tf.matMul(split(0, [1, 0, 2]), split(1, [1, 2, 0]));
  const joined: Tensor3D = tf.matMul(tf.softmax(bias ? tf.add(scores, bias) : scores), split(2, [1, 0, 2]));
  return tf.reshape(tf.transpose(joined, [1, 0, 2]), [tokens, dim]);
}
