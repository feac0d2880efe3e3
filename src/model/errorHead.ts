import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { VisibleLabels } from "./labels";
import { conv2d, residual, upsample } from "./ops";
import type { LeaveOneOutVotes } from "./propagate";
import { slotChannels } from "./slots";
import type { LmaeWeights } from "./weights";

/** Shows of a slot below this share of a cell hardly count. */
const LEAST_SHARE = 1e-3;

/**
 * The error head: logit [h4, w4] that the label visible at a pixel is wrong, by what each propagation head votes there
 * without the pixel itself. Run per slot with shared weights; a pixel gets the logit of the slot it shows, 0 if that
 * has none.
 */
export function detectErrors(
  { errorHead: w }: LmaeWeights,
  votes: readonly LeaveOneOutVotes[],
  pixels8: Tensor4D,
  pixels4: Tensor4D,
  labels: VisibleLabels,
): Tensor2D {
  const [, height, width] = labels.known[8].shape;
  const x8 = slotChannels([
    ...votes.map((head) => head.otherCells),
    asChannel(labels.own[8]),
    ...votes.map((head) => head.otherRegions),
    ...(labels.support ? [labels.support.slots[8]] : []),
  ]);
  const weights = tf.concat(
    [tf.reshape(labels.known[8], [1, height, width]), ...votes.map((head) => head.otherRegionsWeight)],
    0,
  );
  const once8 = tf.add(
    conv2d(tf.expandDims(tf.transpose(weights, [1, 2, 0]), 0) as Tensor4D, w.shared8),
    conv2d(pixels8, w.image8),
  );
  const a8 = residual(
    tf.relu(tf.add(conv2d(x8, labels.support ? w.in8.supported : w.in8.alone), once8)) as Tensor4D,
    w.res8,
  );
  const once4 = tf.add(conv2d(labels.known[4], w.shared4), conv2d(pixels4, w.image4));
  const coarse = upsample(conv2d(a8, w.up4), 2);
  const a4 = tf.relu(tf.add(tf.add(conv2d(labels.own[4], w.in4), coarse), once4)) as Tensor4D;
  const logit = tf.sum(tf.mul(conv2d(a4, w.out4), labels.own[4]), 0);
  const shown = tf.sum(labels.own[4], 0);
  return tf.squeeze(tf.div(logit, tf.maximum(shown, LEAST_SHARE)), [2]);
}

/** [K, h, w, 1] -> [1, K, h, w]. */
function asChannel(raster: Tensor4D): Tensor4D {
  const [slots, height, width] = raster.shape;
  return tf.reshape(raster, [1, slots, height, width]);
}
