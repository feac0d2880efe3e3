import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel } from "./kernels/kernel";
import { LINEAR, linearRows } from "./kernels/linear";
import { NORMALISE, normaliseRows } from "./kernels/normalise";
import { SILU, siluRows } from "./kernels/silu";

/** Filter [kh, kw, in, out]. */
export type Conv = { readonly filter: Tensor4D; readonly bias: Tensor1D };
/** Weight [in, out]. */
export type Linear = { readonly weight: Tensor2D; readonly bias: Tensor1D };
export type Norm = { readonly gamma: Tensor1D; readonly beta: Tensor1D };
export type Residual = { readonly conv1: Conv; readonly conv2: Conv };

/** A convolution that also reads the channels of support, and what is left of it where there is none. */
export type SupportedConv = { readonly alone: Conv; readonly supported: Conv };

type Activation = "linear" | "relu";

/**
 * Convolution over [B, h, w, in] -> [B, h / stride, w / stride, out]. `pad` is symmetric and explicit: tfjs' "same"
 * pads stride-2 convolutions on the far side only, which is not what the weights were trained with.
 */
export function conv2d(x: Tensor4D, { filter, bias }: Conv, stride = 1, activation: Activation = "linear"): Tensor4D {
  const [height] = filter.shape;
  const pad = height === 3 ? 1 : 0;
  return tf.fused.conv2d({ x, filter, strides: stride, pad, bias, activation });
}

/** [N, in] -> [N, out]. */
export function linear(x: Tensor2D, { weight, bias }: Linear, activation: Activation = "linear"): Tensor2D {
  if (hasKernel(LINEAR)) return linearRows({ x, weight, bias }, activation);
  return tf.fused.matMul({ a: x, b: weight, bias, activation }) as Tensor2D;
}

/** x + conv(relu(conv(x))). */
export function residual(x: Tensor4D, { conv1, conv2 }: Residual): Tensor4D {
  return tf.add(x, conv2d(conv2d(x, conv1, 1, "relu"), conv2));
}

/** Layer norm over the last axis of any shape. */
export function layerNorm<T extends tf.Tensor>(x: T, { gamma, beta }: Norm, epsilon: number): T {
  if (hasKernel(NORMALISE)) return byRows(x, (rows) => normaliseRows(rows, epsilon, { gamma, beta }));
  return tf.add(tf.mul(normalise(x, epsilon), gamma), beta);
}

/** Mean 0 and variance 1 over the last axis; what follows has scale and shift of the norm in its weights. */
export function normalise<T extends tf.Tensor>(x: T, epsilon: number): T {
  if (hasKernel(NORMALISE)) return byRows(x, (rows) => normaliseRows(rows, epsilon));
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
}

/** x * sigmoid(x). GELU as the model has it is this of 1.702 x over 1.702, factors that the weights around it hold. */
export function silu<T extends tf.Tensor>(x: T): T {
  return hasKernel(SILU) ? byRows(x, siluRows) : tf.mul(x, tf.sigmoid(x));
}

/** `work` on x as rows of its last axis. */
function byRows<T extends tf.Tensor>(x: T, work: (rows: Tensor2D) => Tensor2D): T {
  return tf.reshape(work(tf.reshape(x, [-1, x.shape[x.rank - 1]])), x.shape) as T;
}

/** Rows of a matrix in the given order. */
export function gatherRows(x: Tensor2D, order: Int32Array): Tensor2D {
  return tf.gather(x, tf.tensor1d(order, "int32"));
}

/** Bilinear with half-pixel centres: [B, h, w, C] -> [B, h * factor, w * factor, C]. */
export function upsample(x: Tensor4D, factor: number): Tensor4D {
  const [, height, width] = x.shape;
  return tf.image.resizeBilinear(x, [height * factor, width * factor], false, true);
}

/** Swaps batch and channels: [1, h, w, K] <-> [K, h, w, 1]. */
export function swapSlots(x: Tensor4D): Tensor4D {
  return tf.transpose(x, [3, 1, 2, 0]);
}

/**
 * Integers or booleans as floats. tfjs-backend-webgpu 4.22 casts to float without touching the data, and its transpose
 * then refuses to compile ("expected 'f32', got 'i32'"); the multiplication makes real floats. One-hot in floats is no
 * way out: tfjs-backend-wasm writes integers there. To be deleted when either is mended.
 */
export function toFloat<T extends tf.Tensor>(x: T): T {
  return tf.mul(tf.cast(x, "float32"), 1);
}
