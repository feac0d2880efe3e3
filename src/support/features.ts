/** The features that support is fitted on. The twin of `cell_features` in `training/lmae/support/features.py`. */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { createArena } from "../model/arena";
import { backbone } from "../model/backbone";
import { normalised } from "../model/encodeImage";
import type { LoadedModel } from "../model/loadedModel";
import { upsample } from "../model/ops";
import { shareSteps } from "../model/sharedSteps";
import type { Checkpoint } from "../model/steps";
import type { CellFeatures } from "./cells";
import type { Picture, Size } from "./types";
import { resizeImage, wholeSize } from "./wholeImage";

type Model = Pick<LoadedModel, "weights">;

/** The features of one whole picture's cells, encoded once by whoever needs them first (`shareSteps`). */
export interface PictureFeatures {
  /** [rows * columns, channels] of `wholeSize` in cells. `checkpoint` runs between two steps and may throw to cancel. */
  features(checkpoint: Checkpoint): Promise<CellFeatures>;
  /** Frees what is on the engine. No caller may be under way. */
  dispose(): void;
}

/** Nothing is encoded yet. The model has a backbone. */
export function pictureFeatures(model: Model, picture: Picture): PictureFeatures {
  const size = wholeSize(picture);
  const steps = shareSteps(function* () {
    return read(yield* cellFeatures(model, resizeImage(picture, size), size));
  });
  return { features: async (checkpoint) => await steps.result(checkpoint), dispose: steps.dispose };
}

async function read(features: Tensor4D): Promise<CellFeatures> {
  try {
    return { values: await features.data<"float32">(), channels: features.shape[3] };
  } finally {
    features.dispose();
  }
}

/**
 * The backbone's own features of a picture's cells, untouched by what was learnt after it: those at stride 8, 16 and 32 side
 * by side, [1, height / 8, width / 8, channels], owned by the caller. rgb is 0..1, height * width * 3; sides are multiples
 * of 32. A generator that yields after every block (`return()` and `throw()` free everything).
 * @throws Error for a model without a backbone.
 */
export function* cellFeatures(
  { weights: { config, image } }: Model,
  rgb: Float32Array,
  { width, height }: Size,
): Generator<"encodeImage", Tensor4D, void> {
  if (image.form !== "backbone") throw new Error(`The model ${config.name} has no backbone to take features from.`);
  const arena = createArena();
  try {
    const x = arena.run(() => normalised(rgb, width, height, config));
    const taps = yield* backbone(image.backbone, arena, x);
    return tf.tidy(() => tf.concat([taps[8], upsample(taps[16], 2), upsample(taps[32], 4)], 3));
  } finally {
    arena.dispose();
  }
}
