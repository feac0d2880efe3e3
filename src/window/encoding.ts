import * as tf from "@tensorflow/tfjs-core";
import type { ImageFeatures } from "../model/imageFeatures";
import { shareSteps } from "../model/sharedSteps";
import type { Checkpoint } from "../model/steps";

/** The features of one image, encoded once by whichever pass needs them first (`shareSteps`). */
export interface Encoding {
  /** The features, which stay this object's. `checkpoint` runs between two steps and may throw to cancel. */
  features(checkpoint: Checkpoint): Promise<ImageFeatures>;
  /** Bytes of the finished features. */
  bytes(): number;
  /** Frees everything. No pass may be under way. */
  dispose(): void;
}

/** @param start Begins to encode; called at the first need, and again after it failed. */
export function createEncoding(start: () => Generator<unknown, ImageFeatures, void>): Encoding {
  const steps = shareSteps(start);
  return {
    features: steps.result,
    bytes() {
      const done = steps.peek();
      return done ? [done[2], done[4], done[8], done[16]].reduce((sum, { size }) => sum + 4 * size, 0) : 0;
    },
    dispose() {
      const done = steps.peek();
      if (done) tf.dispose(done);
      steps.dispose();
    },
  };
}
