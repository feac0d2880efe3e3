import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Rect } from "../core/rect";
import type { WindowInput } from "../model/labels";
import type { LoadedModel, PartLogits } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { createEncoding } from "./encoding";
import { mirroredImage, mirroredInput } from "./mirror";

/**
 * The model on one window. The window's image is encoded before the first pass and kept for all that follow, and once
 * more for its mirror image: that has features of its own (`encodeImage`). What the passes return belongs to the caller;
 * `checkpoint` runs between the blocks of a pass and may throw to cancel it.
 */
export interface WindowModel extends Pick<LoadedModel, "slotCount"> {
  /** RGB of the window, 0..1, size * size * 3. */
  readonly image: Float32Array;
  /** Encodes the image now, and not before the first pass. */
  encode(checkpoint: Checkpoint): Promise<void>;
  /**
   * Logits of parts of the window for the label shown by `input`, as `LoadedModel.runParts`. In the mirror, window and label are
   * turned round before the pass and the logits back after it.
   */
  runParts(
    input: WindowInput,
    parts: readonly Rect[],
    checkpoint: Checkpoint,
    inMirror?: boolean,
  ): Promise<PartLogits[]>;
  /** Whether the visible label is wrong, as `LoadedModel.detectErrors`. */
  detectErrors(input: WindowInput, regions: Int32Array, checkpoint: Checkpoint): Promise<Tensor2D>;
}

/** A window's model, with what it keeps on the engine. */
export interface OwnedWindowModel extends WindowModel {
  /** Bytes of the features kept so far. */
  bytes(): number;
  /** Frees the features. No pass may be under way. */
  dispose(): void;
}

/** @param image RGB of a window of size * size px, 0..1. Nothing is encoded yet. */
export function createWindowModel(model: LoadedModel, image: Float32Array, size: number): OwnedWindowModel {
  const straight = createEncoding(() => model.encode(image, size, size));
  const turned = createEncoding(() => model.encode(mirroredImage(image, size), size, size));
  return {
    image,
    slotCount: (visible) => model.slotCount(visible),
    async encode(checkpoint) {
      await straight.features(checkpoint);
    },
    async runParts(input, parts, checkpoint, inMirror = false) {
      if (!inMirror) return model.runParts(await straight.features(checkpoint), input, parts, checkpoint);
      const mirrored = (part: Rect) => ({ ...part, x: size - part.x - part.width });
      const features = await turned.features(checkpoint);
      const answers = await model.runParts(features, mirroredInput(input), parts.map(mirrored), checkpoint);
      return answers.map(({ part, logits }) => ({ part: mirrored(part), logits: back(logits) }));
    },
    detectErrors: async (input, regions, checkpoint) =>
      model.detectErrors(await straight.features(checkpoint), input, regions, checkpoint),
    bytes: () => straight.bytes() + turned.bytes(),
    dispose() {
      straight.dispose();
      turned.dispose();
    },
  };
}

/** Turned round; the logits given are freed. */
function back(logits: Tensor3D): Tensor3D {
  const turned = tf.reverse(logits, 1);
  logits.dispose();
  return turned;
}
