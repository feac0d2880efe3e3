import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { ImageFeatures } from "./imageFeatures";
import { type Conv, conv2d, layerNorm, type Norm, type Residual, residual } from "./ops";
import type { WeightReader } from "./weightReader";

/** An image encoder of our own, for models without a pretrained backbone. */
export type StemWeights = {
  readonly form: "stem";
  readonly conv2a: Conv;
  readonly conv2b: Conv;
  readonly conv4: Conv;
  readonly norm4: Norm;
  readonly res4: Residual;
  readonly conv8: Conv;
  readonly norm8: Norm;
  readonly res8: readonly Residual[];
  readonly conv16: Conv;
};

export function stemWeights({ conv, norm, residual }: WeightReader): StemWeights {
  return {
    form: "stem",
    conv2a: conv("stem2a"),
    conv2b: conv("stem2b"),
    conv4: conv("stem4"),
    norm4: norm("stem4_norm"),
    res4: residual("stem4_res"),
    conv8: conv("stem8"),
    norm8: norm("stem8_norm"),
    res8: [residual("stem8_res.0"), residual("stem8_res.1")],
    conv16: conv("stem16"),
  };
}

/** The normalised image [1, H, W, 3] -> features. Not tidy. */
export function stem(w: StemWeights, x: Tensor4D, epsilon: number): ImageFeatures {
  const f2 = conv2d(conv2d(x, w.conv2a, 2, "relu"), w.conv2b, 1, "relu");
  const f4 = residual(tf.relu(layerNorm(conv2d(f2, w.conv4, 2), w.norm4, epsilon)), w.res4);
  let f8 = tf.relu(layerNorm(conv2d(f4, w.conv8, 2), w.norm8, epsilon));
  for (const block of w.res8) f8 = residual(f8, block);
  return { 2: f2, 4: f4, 8: f8, 16: conv2d(f8, w.conv16, 2) };
}
