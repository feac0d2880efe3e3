import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Rect } from "../core/rect";
import { encodeImage } from "./encodeImage";
import type { ImageFeatures } from "./imageFeatures";
import type { WindowInput } from "./labels";
import { forward, forwardErrors, type GridConstants, gridConstants } from "./lmae";
import { createWeights, type ModelFile } from "./modelFile";
import type { Reliability } from "./reliability";
import type { Checkpoint } from "./steps";
import { disposeWeights, type LmaeWeights } from "./weights";

/** A model on the current engine, ready to run windows. */
export interface LoadedModel {
  readonly weights: LmaeWeights;
  /** Calibration: number of averaged passes -> temperature. */
  readonly temperatures: ReadonlyMap<number, number>;
  /** Rules for finding errors as the manifest holds them, null when it has none (`find/rule.ts` reads them). */
  readonly finding: unknown;
  /** How often it is right by confidence, where that was measured. */
  readonly reliability: Reliability;
  /** How many slots to run for `visible` ones: more on engines that compile a program a shape. */
  slotCount(visible: number): number;
  /**
   * Encodes a window's image (RGB, 0..1, height * width * 3; sides are multiples of the patch), a block a step, ended by
   * `return()` or `throw()`: other passes may need the same image in a pause and finish it (`window/encoding.ts`). Every
   * pass over the window takes the result, which is the caller's: free it with `tf.dispose(features)`.
   */
  encode(image: Float32Array, width: number, height: number): Generator<unknown, ImageFeatures, void>;
  /**
   * Logits [H, W, K + 1] of one window, owned by the caller. features are those of the window's image; they stay the
   * caller's and must outlive the promise. `checkpoint` runs between blocks and may throw to cancel.
   */
  run(features: ImageFeatures, input: WindowInput, checkpoint: Checkpoint): Promise<Tensor3D>;
  /**
   * The same of parts of the window only (px, multiples of 8; may be none), for which less is computed: logits [h, w, K + 1] of parts that
   * cover these, perhaps of the whole window.
   */
  runParts(
    features: ImageFeatures,
    input: WindowInput,
    parts: readonly Rect[],
    checkpoint: Checkpoint,
  ): Promise<PartLogits[]>;
  /**
   * Logit [H / 4, W / 4] that the visible label is wrong, owned by the caller. `regions` numbers what is visible,
   * [H / 8 * W / 8], 0 = none.
   */
  detectErrors(
    features: ImageFeatures,
    input: WindowInput,
    regions: Int32Array,
    checkpoint: Checkpoint,
  ): Promise<Tensor2D>;
  dispose(): void;
}

/** What is said of a part of a window; the caller owns the logits [h, w, K + 1]. */
export interface PartLogits {
  readonly part: Rect;
  readonly logits: Tensor3D;
}

/** Slot counts that a compiling engine meets. On wasm padding only costs time: 24 slots take 1.6 times as long as 6. */
export const SLOT_COUNTS = [2, 3, 4, 6, 8, 12, 16, 24] as const;

/** tfjs' one-hot wants at least two classes; the second one is then absent. */
const LEAST_SLOTS = 2;

/** Uploads a model to the current engine. Frees everything it made when a weight is missing. */
export async function createModel(file: ModelFile): Promise<LoadedModel> {
  const compiles = tf.getBackend() === "webgpu";
  const weights = await createWeights(file);
  const grids = new Map<string, GridConstants>();
  const gridOf = ({ 16: patches }: ImageFeatures): GridConstants => {
    const [, rows, columns] = patches.shape;
    const key = `${rows}x${columns}`;
    const grid = grids.get(key) ?? gridConstants(weights.config.dim, rows, columns);
    grids.set(key, grid);
    return grid;
  };
  return {
    weights,
    temperatures: file.temperatures,
    finding: file.finding,
    reliability: file.reliability,
    slotCount: (visible) =>
      compiles ? (SLOT_COUNTS.find((count) => count >= visible) ?? visible) : Math.max(visible, LEAST_SLOTS),
    encode: (image, width, height) => encodeImage(weights, image, width, height),
    async run(features, input, checkpoint) {
      const [logits] = await finish(forward(weights, features, input, gridOf(features)), checkpoint);
      return logits;
    },
    async runParts(features, input, parts, checkpoint) {
      if (parts.length === 0) return [];
      const { width, height } = input;
      // Parts are of any size, and would each compile anew.
      const asked = compiles ? [{ x: 0, y: 0, width, height }] : parts;
      const logits = await finish(forward(weights, features, input, gridOf(features), asked), checkpoint);
      return asked.map((part, i) => ({ part, logits: logits[i] }));
    },
    detectErrors: (features, input, regions, checkpoint) =>
      finish(forwardErrors(weights, features, input, gridOf(features), regions), checkpoint),
    dispose() {
      for (const { position, distance8 } of grids.values()) tf.dispose([position, distance8]);
      disposeWeights(weights);
    },
  };
}

/** Runs steps to their end, the checkpoint between two of them; what it throws ends the steps, which free everything. */
async function finish<T>(steps: Generator<unknown, T, void>, checkpoint: Checkpoint): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    try {
      await checkpoint();
    } catch (error) {
      steps.throw(error);
    }
  }
}
