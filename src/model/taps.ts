import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { TapStride, Taps } from "./backbone";
import type { ImageFeatures } from "./imageFeatures";
import { type Conv, conv2d, layerNorm, type Norm, type Residual, residual, upsample } from "./ops";
import type { WeightReader } from "./weightReader";

/** What makes of a backbone's features those that the network works with. */
export interface TapWeights {
  /** 1x1. At 16 and 32 first what goes to stride 8, then the patch embedding. */
  readonly by: Readonly<Record<TapStride, Conv>>;
  readonly norm8: Norm;
  readonly res8: Residual;
}

export function tapWeights({ conv, norm, residual }: WeightReader): TapWeights {
  return {
    by: { 2: conv("tap2"), 4: conv("tap4"), 8: conv("tap8"), 16: conv("tap16"), 32: conv("tap32") },
    norm8: norm("tap8_norm"),
    res8: residual("tap8_res"),
  };
}

/** The backbone's features -> features as `stem` returns them. Not tidy. The twin of `read_taps` in Python. */
export function readTaps({ by, norm8, res8 }: TapWeights, taps: Taps, epsilon: number): ImageFeatures {
  const tap8 = conv2d(taps[8], by[8]);
  const tap16 = conv2d(taps[16], by[16]);
  const coarse: Tensor4D = tf.add(tap16, cropped(upsample(conv2d(taps[32], by[32]), 2), tap16));
  const [c8, all] = [tap8.shape[3], coarse.shape[3]];
  const to8 = tf.slice(coarse, [0, 0, 0, 0], [-1, -1, -1, c8]);
  return {
    2: conv2d(taps[2], by[2], 1, "relu"),
    4: conv2d(taps[4], by[4], 1, "relu"),
    8: residual(tf.relu(layerNorm(tf.add(tap8, upsample(to8, 2)) as Tensor4D, norm8, epsilon)), res8),
    16: tf.slice(coarse, [0, 0, 0, c8], [-1, -1, -1, all - c8]),
  };
}

/** Stride 32 covers a cell more where the number of patches is odd. */
function cropped(x: Tensor4D, like: Tensor4D): Tensor4D {
  const [, height, width] = like.shape;
  if (x.shape[1] === height && x.shape[2] === width) return x;
  return tf.slice(x, [0, 0, 0, 0], [-1, height, width, -1]);
}
