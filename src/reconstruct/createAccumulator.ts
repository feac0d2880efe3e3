import * as tf from "@tensorflow/tfjs-core";
import type { Accumulator } from "./accumulator";
import { createEngineAccumulator } from "./engineAccumulator";
import { createPlainAccumulator } from "./plainAccumulator";

/**
 * Where it suits the engine: on a GPU beside the answers; where they lie in this process' memory in plain code, since some fifty
 * operations on few numbers each took a tenth of a request there.
 *
 * @param allowed 1 for each request slot that may be proposed (not locked).
 */
export function createAccumulator(pixels: number, slots: number, allowed: ArrayLike<number>): Accumulator {
  const create = tf.getBackend() === "webgpu" ? createEngineAccumulator : createPlainAccumulator;
  return create(pixels, slots, allowed);
}
