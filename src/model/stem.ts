import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { conv2d, layerNorm, residual } from "./ops";
import type { LmaeWeights } from "./weights";

/** Image features by stride: [1, h, w, C] at 2, 4, 8 and the patch embedding at 16. */
export type Features = { readonly 2: Tensor4D; readonly 4: Tensor4D; readonly 8: Tensor4D; readonly 16: Tensor4D };

/** image [1, H, W, 3], 0..1 -> features. */
export function stem({ config, stem: w }: LmaeWeights, image: Tensor4D): Features {
  const epsilon = config.layerNormEpsilon;
  const x = tf.div(tf.sub(image, config.imageMean), config.imageStd) as Tensor4D;
  const f2 = conv2d(conv2d(x, w.conv2a, 2, "relu"), w.conv2b, 1, "relu");
  const f4 = residual(tf.relu(layerNorm(conv2d(f2, w.conv4, 2), w.norm4, epsilon)), w.res4);
  let f8 = tf.relu(layerNorm(conv2d(f4, w.conv8, 2), w.norm8, epsilon));
  for (const block of w.res8) f8 = residual(f8, block);
  return { 2: f2, 4: f4, 8: f8, 16: conv2d(f8, w.conv16, 2) };
}
