import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { LabelsAt2 } from "./crop";
import { conv2d, upsample } from "./ops";
import type { LmaeWeights } from "./weights";

/**
 * What the shape of a hole (`holeShape`) says: along a band the boundary most likely lies halfway. The twin of `hole_gate`
 * in `training/lmae/model/lmae.py`. It adds this to the weight of the far prior, as far as the image's features pixels8
 * allow: [1, H, W, K + 1], the same for every slot (the far prior is zero at "other").
 */
export function holeGate(
  { hole }: LmaeWeights,
  labels: Pick<LabelsAt2, "hole" | "valid">,
  pixels8: Tensor4D,
): Tensor4D {
  const inside = tf.relu(tf.add(conv2d(labels.hole, hole.shape), conv2d(pixels8, hole.image))) as Tensor4D;
  // Repeated before it is enlarged: adding one channel to many is slow on wasm.
  return upsample(tf.mul(conv2d(inside, hole.out), tf.ones([labels.valid.size + 1])) as Tensor4D, 8);
}
