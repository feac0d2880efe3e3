import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { conv2d, layerNorm, residual } from "./ops";
import type { LmaeWeights } from "./weights";

/**
 * What every pass over a window needs of its image, by stride: [1, H / s, W / s, C] at 2, 4 and 8, and the patch
 * embedding at 16. A few MB for a window of 224 px. The tensors belong to whoever asked: `tf.dispose(features)`.
 */
export type ImageFeatures = { readonly 2: Tensor4D; readonly 4: Tensor4D; readonly 8: Tensor4D; readonly 16: Tensor4D };

/**
 * Encodes a window's image, once for all passes over it: the label plays no part. image is RGB, 0..1,
 * height * width * 3. The features of the mirrored image are not the mirrored features: a stride-2 convolution padded
 * by 1 looks one pixel further up and left than down and right.
 */
export function encodeImage(
  { config, stem: w }: LmaeWeights,
  image: Float32Array,
  width: number,
  height: number,
): ImageFeatures {
  return tf.tidy(() => {
    const epsilon = config.layerNormEpsilon;
    const rgb = tf.tensor4d(image, [1, height, width, 3]);
    const x = tf.div(tf.sub(rgb, config.imageMean), config.imageStd) as Tensor4D;
    const f2 = conv2d(conv2d(x, w.conv2a, 2, "relu"), w.conv2b, 1, "relu");
    const f4 = residual(tf.relu(layerNorm(conv2d(f2, w.conv4, 2), w.norm4, epsilon)), w.res4);
    let f8 = tf.relu(layerNorm(conv2d(f4, w.conv8, 2), w.norm8, epsilon));
    for (const block of w.res8) f8 = residual(f8, block);
    return { 2: f2, 4: f4, 8: f8, 16: conv2d(f8, w.conv16, 2) };
  });
}
