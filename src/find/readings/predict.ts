/** What the model says of a window whose label is shown in part: completions and error logits. */
import * as tf from "@tensorflow/tfjs-core";
import { labelComponents } from "../../core/components";
import { NO_SLOT, shownSlots, type WindowInput } from "../../model/labels";
import { upsample } from "../../model/ops";
import type { Checkpoint } from "../../model/steps";
import { windowInput } from "../../window/windowInput";
import type { WindowModel } from "../../window/windowModel";
import { VOID } from "../window";

/** Probabilities of a window's pixels, [size * size, channels]: the slots, perhaps unused ones, then "other". */
export interface Completion {
  readonly values: Float32Array;
  readonly channels: number;
}

/**
 * The model's input: the label of a window, size * size ids or VOID, but for its `hidden` pixels (1; null: none).
 * classes[k] is slot k's id.
 */
export function maskedInput(
  model: Pick<WindowModel, "slotCount">,
  size: number,
  label: Int32Array,
  hidden: Uint8Array | null,
  classes: readonly number[],
): WindowInput {
  const known = new Uint8Array(label.length);
  for (let i = 0; i < label.length; i++) known[i] = label[i] === VOID || hidden?.[i] === 1 ? 0 : 1;
  return windowInput({ size, ids: Uint16Array.from(label) }, known, classes, model.slotCount(classes.length));
}

/** Completes a label in one pass. Where it shows no class at all, everything is "other", without a pass. */
export async function complete(
  model: WindowModel,
  input: WindowInput,
  checkpoint: Checkpoint,
  inMirror = false,
): Promise<Completion> {
  const channels = input.slots + 1;
  if (!shownSlots(input).includes(1)) {
    const values = new Float32Array(input.given.length * channels);
    for (let i = input.slots; i < values.length; i += channels) values[i] = 1;
    return { values, channels };
  }
  const logits = await model.run(input, checkpoint, inMirror);
  const probabilities = tf.softmax(logits);
  logits.dispose();
  return { values: await readBack(probabilities), channels };
}

/** The mean of a completion and of that of the mirror image. */
export async function completeTwice(
  model: WindowModel,
  input: WindowInput,
  checkpoint: Checkpoint,
): Promise<Completion> {
  const plain = await complete(model, input, checkpoint);
  const mirrored = await complete(model, input, checkpoint, true);
  const values = new Float32Array(plain.values.length);
  for (let i = 0; i < values.length; i++) values[i] = (plain.values[i] + mirrored.values[i]) / 2;
  return { ...plain, values };
}

/** Logit of every pixel, size * size, that the label visible there is wrong. */
export async function errorLogits(
  model: WindowModel,
  input: WindowInput,
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  const { logits, errorLogit } = await model.detectErrors(input, regionNumbers(input), checkpoint);
  logits.dispose();
  const [rows, columns] = errorLogit.shape;
  const logit = tf.tidy(() => upsample(tf.reshape(errorLogit, [1, rows, columns, 1]), input.width / columns));
  errorLogit.dispose();
  return readBack(logit);
}

/** The number, from 1, of the visible region at the centre of every cell of `stride` px, row by row; 0 = none. */
export function regionNumbers({ given, width, height }: WindowInput, stride = 8): Int32Array {
  const { labels } = labelComponents({ width, height, data: Uint16Array.from(given) });
  const columns = width / stride;
  return Int32Array.from({ length: columns * (height / stride) }, (_, cell) => {
    const row = Math.floor(cell / columns) * stride + stride / 2;
    const middle = row * width + (cell % columns) * stride + stride / 2;
    return given[middle] < NO_SLOT ? labels[middle] + 1 : 0;
  });
}

async function readBack(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}
