import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { createArena } from "./arena";
import { fuseContext, spreadContext, supplement } from "./context";
import type { ImageFeatures } from "./imageFeatures";
import type { GridConstants, Step } from "./lmae";
import type { LmaeWeights } from "./weights";

/**
 * What the image alone says, every label hidden: [1, h8, w8, C8], owned by the caller; a linear probe learns from it. A
 * generator that yields after every block, as `forward` does (`throw()` frees everything); features stay the caller's.
 */
export function* imageContext(
  weights: LmaeWeights,
  features: ImageFeatures,
  grid: Pick<GridConstants, "position">,
): Generator<Step, Tensor4D, void> {
  const arena = createArena();
  try {
    const context = yield* supplement(weights, arena, weights.decoder.maskToken, features[16], grid.position);
    return tf.tidy(() => {
      const [, rows, columns] = features[16].shape;
      return fuseContext(weights, features[8], spreadContext(weights, context, [rows, columns]));
    });
  } finally {
    arena.dispose();
  }
}
