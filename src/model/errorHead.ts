import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Labels } from "./labels";
import { conv2d, residual, swapSlots, upsample } from "./ops";
import type { LeaveOneOutVotes } from "./propagate";
import { slotChannels } from "./slots";
import type { LmaeWeights } from "./weights";

/** Shows of a slot below this share of a cell hardly count. */
const LEAST_SHARE = 1e-3;

/**
 * The error head: logit [h4, w4] that the label visible at a pixel is wrong, by what each propagation head votes there
 * without the pixel itself. Run per slot with shared weights; a pixel is judged by the slot it shows, one without a slot
 * not at all (logit 0).
 */
export function detectErrors(
  { errorHead: w }: LmaeWeights,
  votes: readonly LeaveOneOutVotes[],
  pixels8: Tensor4D,
  pixels4: Tensor4D,
  labels: Labels,
): Tensor2D {
  const slots = labels.valid.size;
  const otherCells = votes.map((head) => head.otherCells);
  const otherRegions = votes.map((head) => head.otherRegions);
  const weight = votes.map((head) => tf.tile(head.otherRegionsWeight, [1, 1, 1, slots]));
  const x8 = slotChannels([...otherCells, labels.own[8]], labels.known[8], [...otherRegions, ...weight]);
  const a8 = residual(tf.relu(tf.add(conv2d(x8, w.in8), conv2d(pixels8, w.image8))) as Tensor4D, w.res8);
  const x4 = slotChannels([labels.own[4]], labels.known[4]);
  const coarse = upsample(conv2d(a8, w.up4), 2);
  const a4 = tf.relu(tf.add(tf.add(conv2d(x4, w.in4), coarse), conv2d(pixels4, w.image4))) as Tensor4D;
  const logit = tf.sum(tf.mul(conv2d(a4, w.out4), swapSlots(labels.own[4])), 0);
  const shown = tf.squeeze(tf.sum(labels.own[4], 3, true), [0]);
  return tf.squeeze(tf.div(logit, tf.maximum(shown, LEAST_SHARE)), [2]);
}
