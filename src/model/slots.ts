import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Labels } from "./labels";
import { conv2d, residual, swapSlots, upsample } from "./ops";
import type { LmaeWeights } from "./weights";

/** Evidence for "other" from a slot that is not visible. */
const ABSENT_EVIDENCE = -30;

/** a8 [K, h8, w8, C]: the decoder shared by all slots at stride 8; spread holds a head's [1, h8, w8, K] each. */
export function decodeSlots8(
  { slots: w }: LmaeWeights,
  spread: readonly Tensor4D[],
  pixels8: Tensor4D,
  labels: Labels,
): Tensor4D {
  const slots = labels.valid.size;
  const x = slotChannels([...spread, labels.prior[8], labels.own[8]], labels.known[8], [
    labels.far[8],
    ...against(labels, 8),
  ]);
  const a = residual(tf.relu(tf.add(conv2d(x, w.in8), conv2d(pixels8, w.image8))), w.res8);
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
  labels: Labels,
): Tensor4D {
  const x = slotChannels([swapSlots(diffused), labels.prior[4], labels.own[4]], labels.known[4], against(labels, 4));
  const coarse = upsample(conv2d(a8, w.up4), 2);
  const a = tf.add(tf.add(conv2d(x, w.in4), coarse), conv2d(pixels4, w.image4));
  return residual(tf.relu(a) as Tensor4D, w.res4);
}

/** Logits and weights of the slow prior, [K, h2, w2, 2], at stride 2 from a4. */
export function decodeSlots2({ slots: w }: LmaeWeights, a4: Tensor4D, f2: Tensor4D, labels: Labels): Tensor4D {
  const x = slotChannels([labels.prior[2], labels.own[2]], labels.known[2], against(labels, 2));
  const coarse = upsample(conv2d(a4, w.up2), 2);
  const a = tf.add(tf.add(conv2d(x, w.in2), coarse), conv2d(f2, w.image2));
  return conv2d(tf.relu(residual(tf.relu(a) as Tensor4D, w.res2)), w.out2);
}

/** Logit [1, h4, w4, 1] of "other": the hidden class is visible nowhere in the window. */
export function otherLogit({ slots: w }: LmaeWeights, a4: Tensor4D, pixels4: Tensor4D, valid: Tensor1D): Tensor4D {
  const seen = tf.reshape(valid, [valid.size, 1, 1, 1]);
  const evidence = tf.add(tf.mul(conv2d(a4, w.otherSlots), seen), tf.mul(tf.sub(1, seen), ABSENT_EVIDENCE)) as Tensor4D;
  return tf.add(conv2d(pixels4, w.otherImage), tf.max(evidence, 0, true));
}

/** Where each slot stands against its nearest rival, the last channels at every stride. */
function against({ lead, width }: Labels, stride: number): Tensor4D[] {
  return [lead[stride], width[stride]];
}

/**
 * Rasters [1, h, w, K], the known share [1, h, w, 1] and further rasters as the channels of every slot: [K, h, w, C].
 * Joined along the first axis and turned once: joining channels one by one took 31 ms of a 380 ms pass on wasm.
 */
export function slotChannels(
  rasters: readonly Tensor4D[],
  known: Tensor4D,
  further: readonly Tensor4D[] = [],
): Tensor4D {
  const slots = rasters[0].shape[3];
  return swapSlots(tf.concat([...rasters, tf.tile(known, [1, 1, 1, slots]), ...further], 0));
}
