import type { Tensor4D } from "@tensorflow/tfjs-core";

/**
 * What every pass over a window needs of its image, by stride: [1, H / s, W / s, C] at 2, 4 and 8, and the patch
 * embedding at 16. A few MB for a window of 224 px. The tensors belong to whoever asked: `tf.dispose(features)`.
 */
export type ImageFeatures = { readonly 2: Tensor4D; readonly 4: Tensor4D; readonly 8: Tensor4D; readonly 16: Tensor4D };
