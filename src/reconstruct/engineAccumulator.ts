import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { PartLogits } from "../model/loadedModel";
import { toFloat } from "../model/ops";
import type { Accumulator, Choice, WindowAnswer } from "./accumulator";
import { columnWeights } from "./columnWeights";

/** A sampler uploaded once a request, padded to `padded` pixels. */
type SamplerTensors = {
  readonly indices: readonly Tensor1D[];
  readonly weights: readonly Tensor2D[];
  readonly total: Tensor2D;
};

/** Blends on the engine, where the answers are; reads one small buffer back a choice. */
export function createEngineAccumulator(pixels: number, slots: number, allowed: ArrayLike<number>): Accumulator {
  const padded = paddedLength(pixels);
  const uploads: SamplerTensors[] = [];
  const votes: Tensor1D[] = [];
  // "Other" is never proposed.
  const allow = tf.tensor1d(Float32Array.from([...Array.from(allowed), 0]));
  let numerator: Tensor2D = tf.zeros([padded, slots + 1]);
  let denominator: Tensor2D = tf.zeros([padded, slots + 1]);

  return {
    upload({ indices, weights, total }) {
      const column = (values: Float32Array) => tf.tensor2d(padTo(values, padded), [padded, 1]);
      const tensors = {
        indices: indices.map((list) => tf.tensor1d(padTo(list, padded), "int32")),
        weights: weights.map(column),
        total: column(total),
      };
      return uploads.push(tensors) - 1;
    },
    addPass(answers) {
      const [sum, weight, vote] = tf.tidy(() => {
        let above: Tensor2D = tf.zeros([padded, slots + 1]);
        let below: Tensor2D = tf.zeros([padded, slots + 1]);
        for (const answer of answers) {
          const sampler = uploads[answer.sampler];
          const seen = tf.tensor1d(columnWeights(answer, slots));
          const read = sample(placed(answer.parts, answer.size), sampler);
          above = tf.add(above, tf.mul(tf.matMul(read, placement(answer, slots)), seen));
          below = tf.add(below, tf.mul(sampler.total, seen));
        }
        return [tf.add(numerator, above), tf.add(denominator, below), best(share(above, below), allow)];
      });
      tf.dispose([numerator, denominator]);
      numerator = sum as Tensor2D;
      denominator = weight as Tensor2D;
      votes.push(vote as Tensor1D);
    },
    async choose(temperature) {
      const packed = tf.tidy(() => {
        const probabilities = share(numerator, denominator);
        const chosen = best(probabilities, allow);
        const picked = toFloat(tf.oneHot(chosen, slots + 1));
        const own = tf.sum(tf.mul(probabilities, picked), 1);
        const other = tf.reshape(tf.slice(probabilities, [0, slots], [-1, 1]), [-1]);
        const possibleOnly = toFloat(tf.greater(probabilities, 0));
        const sharpened = tf.mul(tf.pow(tf.maximum(probabilities, 1e-12), 1 / temperature), possibleOnly);
        const calibrated = tf.div(tf.sum(tf.mul(sharpened, picked), 1), tf.maximum(tf.sum(sharpened, 1), 1e-12));
        const agreeing = tf.addN(votes.map((vote) => toFloat(tf.equal(vote, chosen))));
        const confidence = tf.minimum(calibrated, tf.div(agreeing, votes.length));
        const permitted = tf.sum(tf.mul(picked, allow), 1);
        const possible = tf.mul(toFloat(tf.greater(own, 0)), permitted);
        const flag = toFloat(tf.greater(other, own));
        return tf.stack([toFloat(chosen), confidence, flag, possible]);
      });
      const values = await packed.data();
      packed.dispose();
      const choice: Choice = {
        slots: new Int32Array(pixels).fill(-1),
        confidence: new Float32Array(pixels),
        other: new Uint8Array(pixels).fill(1),
      };
      for (let p = 0; p < pixels; p++) {
        if (!(values[3 * padded + p] > 0)) continue;
        choice.slots[p] = values[p];
        choice.confidence[p] = values[padded + p];
        choice.other[p] = values[2 * padded + p];
      }
      return choice;
    },
    dispose() {
      const uploaded = uploads.flatMap(({ indices, weights, total }) => [...indices, ...weights, total]);
      tf.dispose([numerator, denominator, allow, ...votes, ...uploaded]);
    },
  };
}

/** Probabilities [P, R + 1] from sums and weights; rows sum to 1, a class nobody could see has 0. */
function share(above: Tensor2D, below: Tensor2D): Tensor2D {
  const mean = tf.div(above, tf.maximum(below, 1e-12));
  return tf.div(mean, tf.maximum(tf.sum(mean, 1, true), 1e-12));
}

/** The likeliest slot that may be proposed: [P], int32. */
function best(probabilities: Tensor2D, allow: Tensor1D): Tensor1D {
  return tf.argMax(tf.mul(probabilities, allow), 1);
}

/** Reads [H, W, k + 1] at the sampler's taps: [P, k + 1]. */
function sample(probabilities: Tensor3D, { indices, weights }: SamplerTensors): Tensor2D {
  const flat = tf.reshape(probabilities, [-1, probabilities.shape[2]]);
  return tf.addN(indices.map((index, tap) => tf.mul(tf.gather(flat, index), weights[tap]) as Tensor2D));
}

/** The matrix [k + 1, R + 1] that moves a window's classes to the request's. */
function placement({ parts: [{ logits }], slots }: WindowAnswer, all: number): Tensor2D {
  const own = logits.shape[2];
  const place = new Float32Array(own * (all + 1));
  slots.forEach((slot, k) => {
    place[k * (all + 1) + slot] = 1;
  });
  place[(own - 1) * (all + 1) + all] = 1;
  return tf.tensor2d(place, [own, all + 1]);
}

/** Probabilities [size, size, K + 1] of a window, of which only some parts are known. */
function placed(parts: readonly PartLogits[], size: number): Tensor3D {
  const each = parts.map(({ part: { x, y, width, height }, logits }) => {
    const probabilities = tf.softmax(logits);
    if (width === size && height === size) return probabilities;
    const [below, right] = [size - y - height, size - x - width];
    return tf.pad(probabilities, [
      [y, below],
      [x, right],
      [0, 0],
    ]) as Tensor3D;
  });
  return each.length === 1 ? each[0] : tf.addN(each);
}

/** Pixels are padded so that a GPU engine meets few different shapes: 1024 or 1536 times a power of two. */
export function paddedLength(pixels: number): number {
  let length = 1024;
  while (length < pixels) length *= 2;
  return length > 1024 && (length * 3) / 4 >= pixels ? (length * 3) / 4 : length;
}

function padTo<T extends Float32Array | Int32Array>(values: T, length: number): T {
  const result = (values instanceof Int32Array ? new Int32Array(length) : new Float32Array(length)) as T;
  result.set(values);
  return result;
}
