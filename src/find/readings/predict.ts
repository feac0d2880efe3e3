import * as tf from "@tensorflow/tfjs-core";
import { labelComponents } from "../../core/components";
import { NO_SLOT, shownSlots, type WindowInput } from "../../model/labels";
import { upsample } from "../../model/ops";
import type { Checkpoint } from "../../model/steps";
import { windowInput } from "../../window/windowInput";
import type { WindowModel } from "../../window/windowModel";
import { inSetting, type Place } from "../probe/setting";
import type { CellFeatures } from "../probe/sums";
import { type LabelledWindow, VOID } from "../window";

/** What the model says of a window: probabilities, `channels` a pixel: the slots, perhaps unused ones, then "other". */
export interface Completion {
  readonly values: Float32Array;
  readonly channels: number;
}

/** The model's input: a window's `label`, but for its `hidden` pixels. classes[k] is slot k's id. */
export function maskedInput(
  model: Pick<WindowModel, "slotCount">,
  { size }: Pick<LabelledWindow, "size">,
  label: Int32Array,
  hidden: Uint8Array | null,
  classes: readonly number[],
): WindowInput {
  const known = new Uint8Array(label.length);
  for (let i = 0; i < label.length; i++) known[i] = label[i] === VOID || hidden?.[i] === 1 ? 0 : 1;
  return windowInput({ size, ids: Uint16Array.from(label) }, known, classes, model.slotCount(classes.length));
}

/** Completes the label of one view; one that shows no class at all is answered by "other" without a pass. */
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

/** The mean of what the model says of a view and of its mirror image. */
export async function completeTwice(
  model: WindowModel,
  input: WindowInput,
  checkpoint: Checkpoint,
): Promise<Completion> {
  const straight = await complete(model, input, checkpoint);
  const turned = await complete(model, input, checkpoint, true);
  return { ...straight, values: straight.values.map((value, i) => (value + turned.values[i]) / 2) };
}

/** Logit of every pixel that the label visible there is wrong. */
export async function distrust(model: WindowModel, input: WindowInput, checkpoint: Checkpoint): Promise<Float32Array> {
  const { logits, errorLogit } = await model.detectErrors(input, partNumbers(input), checkpoint);
  logits.dispose();
  const [rows, columns] = errorLogit.shape;
  const logit = tf.tidy(() => upsample(tf.reshape(errorLogit, [1, rows, columns, 1]), input.width / columns));
  errorLogit.dispose();
  return readBack(logit);
}

/** What the model sees in an image alone, with each cell's setting, for a probe to learn from. */
export async function featuresOf(model: WindowModel, place: Place, checkpoint: Checkpoint): Promise<CellFeatures> {
  const context = await model.imageContext(checkpoint);
  const channels = context.shape[3];
  return inSetting({ values: await readBack(context), channels }, place);
}

/** The visible region that the middle pixel of every cell of `stride` px belongs to, 0 = to none. */
export function partNumbers({ given, width, height }: WindowInput, stride = 8): Int32Array {
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
