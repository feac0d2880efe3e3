import type { Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { VisibleLabels } from "./labels";
import { linear } from "./ops";
import type { LmaeWeights } from "./weights";

/**
 * patches [1, h16, w16, D] -> tokens [N16, D]: image + known share + the slots seen in the patch. The patch's pixels
 * enter through 8x8 stride-8 convolutions, which are PyTorch's pixel_unshuffle followed by a linear layer. The second
 * layer is linear: it is applied once to the sum over slots, its bias as often as slots are seen.
 */
export function fuseMap({ fuse: w, config }: LmaeWeights, patches: Tensor4D, labels: VisibleLabels): Tensor2D {
  const [, rows, columns, dim] = patches.shape;
  const cells = rows * columns;
  const slots = labels.valid.size;
  const side = config.patch / 2;
  const own = tf.conv2d(labels.own[2], w.own, side, "valid");
  const { filter, bias } = w.known;
  const known = tf.fused.conv2d({ x: labels.known[2], filter, strides: side, pad: 0, bias });
  const hidden: Tensor3D = tf.reshape(tf.relu(tf.add(own, known)), [slots, cells, -1]);
  const embedded: Tensor2D = tf.matMul(tf.sum(tf.mul(hidden, labels.seen), 0) as Tensor2D, w.out);
  return tf.add(tf.add(tf.reshape(patches, [cells, dim]), linear(labels.patches, w.shares)), embedded);
}
