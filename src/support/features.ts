/** The features that support is fitted on. The twin of `cell_features` in `training/lmae/support/features.py`. */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { createArena } from "../model/arena";
import { backbone } from "../model/backbone";
import { normalised } from "../model/encodeImage";
import type { LoadedModel } from "../model/loadedModel";
import { upsample } from "../model/ops";
import type { Checkpoint } from "../model/steps";
import type { CellFeatures } from "./cells";
import type { Picture, Size } from "./types";
import { resizeImage, wholeSize } from "./wholeImage";

type Model = Pick<LoadedModel, "weights">;

/**
 * The features of one whole picture's cells, encoded once, step by step, by whoever needs them: one caller may run in
 * another's pause, takes the steps that are left and cannot wait for that other. What a cancelled caller has encoded stays for
 * the next one.
 */
export interface PictureFeatures {
  /** [rows * columns, channels] of `wholeSize` in cells. `checkpoint` runs between two steps and may throw to cancel. */
  features(checkpoint: Checkpoint): Promise<CellFeatures>;
  /** Frees what is on the engine. No caller may be under way. */
  dispose(): void;
}

/** Nothing is encoded yet. The model has a backbone. */
export function pictureFeatures(model: Model, picture: Picture): PictureFeatures {
  let steps: ReturnType<typeof encodeCells> | null = null;
  let done: Promise<CellFeatures> | null = null;

  function step(): void {
    steps ??= encodeCells(model, picture);
    try {
      const { done: isLast, value } = steps.next();
      if (isLast) done = read(value);
    } catch (error) {
      steps = null;
      throw error;
    }
  }

  return {
    async features(checkpoint) {
      for (;;) {
        if (done) return done;
        step();
        if (!done) await checkpoint();
      }
    },
    dispose() {
      steps?.return(undefined as never);
      steps = null;
    },
  };
}

function* encodeCells(model: Model, picture: Picture): Generator<"encodeImage", Tensor4D, void> {
  const size = wholeSize(picture);
  return yield* cellFeatures(model, resizeImage(picture, size), size);
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
