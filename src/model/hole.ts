/**
 * What the shape of a hole says: along a band the boundary most likely lies halfway. The twin of `hole_shape` in
 * `training/lmae/model/rivals.py` and of `hole_gate`.
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Labels } from "./labels";
import { conv2d, upsample } from "./ops";
import type { LmaeWeights } from "./weights";

/** About what mean and standard deviation of `between` are in a band. */
const USUAL_MEAN = 0.25;
const USUAL_DEVIATION = 0.1;
/** Added to a variance under its root: rounding of a constant must not show. */
const LEAST_VARIANCE = 1e-4;
/** The least share of hidden cells that a mean over them is divided by. */
const LEAST_SHARE = 1e-3;

/**
 * How the hidden cells around every cell of stride 8 (3 x 3 of these) lie between two classes, [1, h8, w8, 3]: mean and
 * standard deviation of `between` over the hidden cells, scaled, and their share.
 */
export function holeShape({ between, known }: Pick<Labels, "between" | "known">): Tensor4D {
  const hidden = tf.sub(1, known[2]) as Tensor4D;
  const weighted = tf.mul(hidden, between) as Tensor4D;
  const sums = tf.avgPool(tf.concat([hidden, weighted, tf.mul(weighted, between) as Tensor4D], 3), 4, 4, "valid");
  // "same" leaves the border's padding out of the mean, as PyTorch does without count_include_pad.
  const [share, sum, squares] = tf.split(tf.avgPool(sums, 3, 1, "same"), 3, 3);
  const count = tf.maximum(share, LEAST_SHARE);
  const mean = tf.div(sum, count);
  const variance = tf.relu(tf.sub(tf.div(squares, count), tf.square(mean)));
  const deviation = tf.sqrt(tf.add(variance, LEAST_VARIANCE));
  return tf.concat([tf.div(mean, USUAL_MEAN), tf.div(deviation, USUAL_DEVIATION), share], 3) as Tensor4D;
}

/** What it adds to the weight of the far prior, [1, H, W, 1], as far as the image's features pixels8 allow. */
export function holeGate({ hole }: LmaeWeights, labels: Labels, pixels8: Tensor4D): Tensor4D {
  const inside = tf.relu(tf.add(conv2d(holeShape(labels), hole.shape), conv2d(pixels8, hole.image))) as Tensor4D;
  return upsample(conv2d(inside, hole.out), 8);
}
