import * as tf from "@tensorflow/tfjs-core";
import type { ImageFeatures } from "../model/imageFeatures";
import type { Checkpoint } from "../model/steps";

/**
 * The features of one image, encoded once, step by step, by whichever pass needs them. Passes may run in each other's
 * pauses: the inner one takes the steps that are left, and cannot wait for the outer one, which waits for it. What a
 * cancelled pass has encoded stays for the next one.
 */
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
  let steps: Generator<unknown, ImageFeatures, void> | null = null;
  let done: ImageFeatures | null = null;

  function step(): void {
    steps ??= start();
    try {
      const { done: isLast, value } = steps.next();
      if (isLast) done = value;
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
    bytes: () => (done ? [done[2], done[4], done[8], done[16]].reduce((sum, { size }) => sum + 4 * size, 0) : 0),
    dispose() {
      steps?.return(undefined as never);
      if (done) tf.dispose(done);
      [steps, done] = [null, null];
    },
  };
}
