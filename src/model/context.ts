import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Arena } from "./arena";
import { layerNorm, linear, normalise, upsample } from "./ops";
import { block } from "./transformer";
import type { LmaeWeights } from "./weights";

/**
 * What is in place so far, x [N16 or 1, D], and patches [1, h16, w16, D] -> context [N16, D]: the image everywhere
 * (IPS), position [N16, D], and the decoder, with a pause after every block. The arena owns the context; x stays as
 * it is.
 */
export function* supplement(
  { decoder: w, config }: LmaeWeights,
  arena: Arena,
  x: Tensor2D,
  patches: Tensor4D,
  position: Tensor2D,
): Generator<"decode", Tensor2D, void> {
  const epsilon = config.layerNormEpsilon;
  let context = arena.run(() => {
    const image = linear(tf.reshape(patches, position.shape), w.ips);
    return tf.add(tf.add(x, image), position) as Tensor2D;
  });
  for (const weights of w.blocks) {
    context = arena.replace(context, () => block(weights, context, null, epsilon));
    yield "decode";
  }
  return arena.replace(context, () => normalise(context, epsilon));
}

/** context [N16, D] -> [1, h8, w8, C8]; rows and columns count the patches. */
export function spreadContext(
  { pixels: w }: LmaeWeights,
  context: Tensor2D,
  [rows, columns]: readonly [rows: number, columns: number],
): Tensor4D {
  return upsample(tf.reshape(linear(context, w.context8), [1, rows, columns, -1]) as Tensor4D, 2);
}

/** The image's features f8 and the context in one: [1, h8, w8, C8]. */
export function fuseContext({ pixels: w, config }: LmaeWeights, f8: Tensor4D, context8: Tensor4D): Tensor4D {
  return tf.relu(layerNorm(tf.add(f8, context8) as Tensor4D, w.norm8, config.layerNormEpsilon));
}
