import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { createArena } from "./arena";
import { fuseContext, spreadContext, supplement } from "./context";
import type { GridConstants, Step } from "./lmae";
import { stem } from "./stem";
import type { LmaeWeights } from "./weights";

/**
 * What the image alone says, every label hidden: [1, h8, w8, C8], owned by the caller. image is RGB, 0..1, height *
 * width * 3. A generator that yields after every block, as `forward` does (`throw()` frees everything).
 */
export function* view(
  weights: LmaeWeights,
  image: Float32Array,
  width: number,
  height: number,
  grid: Pick<GridConstants, "position">,
): Generator<Step, Tensor4D, void> {
  const arena = createArena();
  try {
    const f = arena.run(() => stem(weights, tf.tensor4d(image, [1, height, width, 3])));
    yield "stem";

    const context = yield* supplement(weights, arena, weights.decoder.maskToken, f[16], grid.position);
    return tf.tidy(() => {
      const [, rows, columns] = f[16].shape;
      return fuseContext(weights, f[8], spreadContext(weights, context, [rows, columns]));
    });
  } finally {
    arena.dispose();
  }
}
