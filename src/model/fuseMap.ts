import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Labels } from "./labels";
import { linear, swapSlots, toFloat } from "./ops";
import type { LmaeWeights } from "./weights";

/**
 * patches [1, h16, w16, D] -> tokens [N16, D]: image + known share + the slots seen in the patch. The patch's pixels
 * enter through 8x8 stride-8 convolutions, which are PyTorch's pixel_unshuffle followed by a linear layer.
 */
export function fuseMap({ fuse: w, config }: LmaeWeights, patches: Tensor4D, labels: Labels): Tensor2D {
  const [, rows, columns, dim] = patches.shape;
  const cells = rows * columns;
  const slots = labels.valid.size;
  const side = config.patch / 2;
  const own = tf.conv2d(swapSlots(labels.own[2]), w.own, side, "valid");
  const known = tf.fused.conv2d({
    x: labels.known[2],
    filter: w.known.filter,
    strides: side,
    pad: 0,
    bias: w.known.bias,
  });
  const hidden = tf.reshape(tf.relu(tf.add(own, known)), [slots * cells, -1]) as Tensor2D;
  const embedded = tf.reshape(linear(hidden, w.out), [slots, cells, dim]);
  const seen = tf.reshape(toFloat(tf.greater(swapSlots(labels.own[16]), 0)), [slots, cells, 1]);
  const share = linear(tf.reshape(labels.known[16], [cells, 1]), w.share);
  return tf.add(tf.add(tf.reshape(patches, [cells, dim]), share), tf.sum(tf.mul(embedded, seen), 0));
}
