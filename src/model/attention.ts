/**
 * Self-attention, in the form that suits the engine: tfjs' wasm engine multiplies only single matrices fast, so heads run
 * one by one there; on WebGPU every kernel is a dispatch, so all heads run at once. Same answer, other order.
 */
import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { ATTEND, attend } from "./kernels/attend";
import { hasKernel } from "./kernels/kernel";
import { type Linear, linear } from "./ops";

/** Weights of one head; the query is already scaled by headDim^-0.5. */
export type Projections = { readonly query: Linear; readonly key: Linear; readonly value: Linear };

export type AttentionWeights =
  | { readonly form: "one by one"; readonly heads: readonly Projections[] }
  /** Queries, keys and values of all heads side by side. */
  | { readonly form: "at once"; readonly qkv: Linear; readonly headDim: number };

/** Which form the current engine gets. */
export function attentionForm(): AttentionWeights["form"] {
  return tf.getBackend() === "webgpu" ? "at once" : "one by one";
}

/**
 * x [N, D] -> the heads' outputs side by side, [N, D]. `bias` [N] is added to the logits of each key (large and negative
 * at padding); null means no padding.
 */
export function attention(w: AttentionWeights, x: Tensor2D, bias: Tensor1D | null): Tensor2D {
  if (w.form === "at once") return headsAtOnce(linear(x, w.qkv), w.headDim, bias);
  const heads = w.heads.map(({ query, key, value }): Tensor2D => {
    const keys: Tensor2D = tf.transpose(linear(x, key));
    const scores: Tensor2D = tf.matMul(linear(x, query), keys);
    return tf.matMul(tf.softmax(bias ? tf.add(scores, bias) : scores), linear(x, value));
  });
  return tf.concat(heads, 1);
}

function headsAtOnce(qkv: Tensor2D, headDim: number, bias: Tensor1D | null): Tensor2D {
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
