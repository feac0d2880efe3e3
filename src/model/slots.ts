import type { Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { LabelsAt2, LabelsAt4, LabelsAt8 } from "./crop";
import type { Priors } from "./labels";
import { conv2d, residual, swapSlots, upsample } from "./ops";
import { MASKED_LOGIT } from "./transformer";
import type { LmaeWeights } from "./weights";

/** Evidence for "other" from a slot that is not visible. */
const ABSENT_EVIDENCE = -30;

/** a8 [K, h8, w8, C]: the decoder shared by all slots at stride 8; spread holds the heads' [heads, K, h8, w8], in one or several. */
export function decodeSlots8(
  { slots: w }: LmaeWeights,
  spread: readonly Tensor4D[],
  pixels8: Tensor4D,
  labels: LabelsAt8,
): Tensor4D {
  const slots = labels.valid.size;
  const told = labels.support;
  const x = slotChannels([...spread, labels.channels[8], ...(told ? [told.slots[8]] : [])]);
  const once = tf.add(conv2d(labels.known[8], w.known8), conv2d(pixels8, w.image8));
  const a = residual(tf.relu(tf.add(conv2d(x, told ? w.in8.supported : w.in8.alone), once)), w.res8);
  const valid = tf.reshape(labels.valid, [slots, 1, 1, 1]);
  const mean = tf.div(tf.sum(tf.mul(a, valid), 0, true), tf.maximum(tf.sum(labels.valid), 1)) as Tensor4D;
  return tf.add(a, conv2d(mean, w.mean8));
}

/** a4 [K, h4, w4, C] from a8 and the diffused shares [K, h4, w4, 1]. */
export function decodeSlots4(
  { slots: w }: LmaeWeights,
  a8: Tensor4D,
  diffused: Tensor4D,
  pixels4: Tensor4D,
  labels: LabelsAt4,
): Tensor4D {
  const [slots, height, width] = diffused.shape;
  const told = labels.support;
  const shares = tf.reshape(diffused, [1, slots, height, width]) as Tensor4D;
  const x = slotChannels([shares, labels.channels[4], ...(told ? [told.slots[4]] : [])]);
  const once = tf.add(conv2d(labels.known[4], w.known4), conv2d(pixels4, w.image4));
  const own = conv2d(x, told ? w.in4.supported : w.in4.alone);
  const a = tf.add(tf.add(own, upsample(conv2d(a8, w.up4), 2)), once);
  return residual(tf.relu(a) as Tensor4D, w.res4);
}

/** Logits and weights of the slow prior, [K, h2, w2, 2], at stride 2 from a4. */
export function decodeSlots2({ slots: w }: LmaeWeights, a4: Tensor4D, f2: Tensor4D, labels: LabelsAt2): Tensor4D {
  const x = slotChannels([labels.channels[2]]);
  const once = tf.add(conv2d(labels.known[2], w.known2), conv2d(f2, w.image2));
  const a = tf.add(tf.add(conv2d(x, w.in2), upsample(conv2d(a4, w.up2), 2)), once);
  return conv2d(tf.relu(residual(tf.relu(a) as Tensor4D, w.res2)), w.out2);
}

/** Logit [1, h4, w4, 1] of "other": the hidden class has no slot in the window. */
export function otherLogit(
  { slots: w }: LmaeWeights,
  a4: Tensor4D,
  pixels4: Tensor4D,
  { valid, support }: Pick<LabelsAt2, "valid" | "support">,
): Tensor4D {
  const seen = tf.reshape(valid, [valid.size, 1, 1, 1]);
  const evidence = tf.add(tf.mul(conv2d(a4, w.otherSlots), seen), tf.mul(tf.sub(1, seen), ABSENT_EVIDENCE)) as Tensor4D;
  const other: Tensor4D = tf.add(conv2d(pixels4, w.otherImage), tf.max(evidence, 0, true));
  if (!support || !w.support) return other;
  return tf.add(other, upsample(conv2d(support.others, w.support.other), 2));
}

/**
 * All that speaks for a slot, at full resolution: logits [H, W, K + 1]. logits2 as `decodeSlots2` returns it, diffused
 * [K, h4, w4, 1], other [1, h4, w4, 1] as `otherLogit` does, gate as `holeGate` does. "Other" runs along as one more
 * slot from the start: joining it to every pixel took 27 ms of a pass on wasm, and splitting the last axis 100 ms.
 */
export function fullLogits(
  { slots: w }: LmaeWeights,
  labels: LabelsAt2,
  priors: Priors,
  logits2: Tensor4D,
  diffused: Tensor4D,
  other: Tensor4D,
  gate: Tensor4D,
): Tensor3D {
  const [slots, height2, width2] = logits2.shape;
  const absent = tf.reshape(tf.mul(tf.sub(1, labels.valid), MASKED_LOGIT), [slots, 1, 1, 1]);
  const shares = tf.add(tf.mul(diffused, w.diffusedScale), absent) as Tensor4D;
  const coarse = upsample(swapSlots(tf.concat([shares, other], 0) as Tensor4D), 4);
  const fine = swapSlots(tf.concat([logits2, tf.zeros([1, height2, width2, 2])], 0) as Tensor4D);
  const [correction, ownGate] = [0, 1].map((i) => upsample(tf.slice(fine, [i, 0, 0, 0], [1, -1, -1, -1]), 2));
  const far = tf.mul(priors.far, tf.add(ownGate, gate));
  const prior = tf.add(tf.mul(priors.near, w.priorScale), far);
  const logits = tf.add(tf.add(coarse, correction), prior) as Tensor4D;
  if (!labels.support || !w.support) return tf.squeeze(logits, [0]);
  const told = upsample(tf.mul(labels.support.logs, w.support.scale) as Tensor4D, 8);
  return tf.squeeze(tf.add(logits, told) as Tensor4D, [0]);
}

/** Rasters [C, K, h, w] as the channels of every slot: [K, h, w, C]. */
export function slotChannels(rasters: readonly Tensor4D[]): Tensor4D {
  const [, slots, height, width] = rasters[0].shape;
  const joined = rasters.length === 1 ? rasters[0] : tf.concat([...rasters], 0);
  const channels = joined.shape[0];
  const turned = tf.transpose(tf.reshape(joined, [channels, -1]));
  return tf.reshape(turned, [slots, height, width, channels]);
}
