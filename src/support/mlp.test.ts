import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { wasmEngine } from "../model/fixtures/tinyModel";
import type { LabelledCells } from "./cells";
import { mlpProbabilities, STEPS, trainMlp } from "./mlp";

const IDS = [3, 40000];
const proceed = () => Promise.resolve();

/** Cells of two features; the class says whether both have the same sign. */
function quadrants(seed: number, count = 400): LabelledCells {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: 2 * count }, () => 10 + 4 * (random.next() - 0.5));
  const ids = Int32Array.from({ length: count }, (_, i) => IDS[values[2 * i] > 10 === values[2 * i + 1] > 10 ? 1 : 0]);
  return { features: { values, channels: 2 }, ids };
}

beforeAll(wasmEngine);

describe("an MLP", { timeout: 60_000 }, () => {
  it("learns what no line parts", async () => {
    const mlp = await trainMlp(quadrants(1), IDS, 0, proceed);
    const { features, ids } = quadrants(2);
    const likelihoods = tf.tidy(() => mlpProbabilities(mlp, features).dataSync<"float32">());
    const right = ids.filter((id, cell) => id === IDS[likelihoods[2 * cell + 1] > likelihoods[2 * cell] ? 1 : 0]);
    expect(right.length / ids.length).toBeGreaterThan(0.9);
  });

  it("learns the same from the same cells and seed", async () => {
    const [a, again, other] = [
      await trainMlp(quadrants(1), IDS, 0, proceed),
      await trainMlp(quadrants(1), IDS, 0, proceed),
      await trainMlp(quadrants(1), IDS, 1, proceed),
    ];
    expect(again).toEqual(a);
    expect(other.first).not.toEqual(a.first);
  });

  it("becomes the same as in Python, from the same cells and seed", async () => {
    const random = createRandom(7);
    const values = Float32Array.from({ length: 180 }, () => 10 * random.next());
    const sumOf = (cell: number) => values.subarray(3 * cell, 3 * cell + 3).reduce((sum, value) => sum + value);
    const ids = Int32Array.from({ length: 60 }, (_, cell) => Math.floor(sumOf(cell) / 10));
    const mlp = await trainMlp({ features: { values, channels: 3 }, ids }, [0, 1, 2], 5, proceed);
    const first = { values: values.slice(0, 9), channels: 3 };
    const said = tf.tidy(() => mlpProbabilities(mlp, first).dataSync<"float32">());
    // training/tests/test_support.py holds the same numbers.
    const python = [0.26951, 0.7077, 0.02279, 0.08469, 0.77677, 0.13854, 0.16978, 0.78514, 0.04508];
    python.forEach((value, i) => {
      expect(said[i]).toBeCloseTo(value, 4);
    });
  });

  it("pauses often and frees everything, cancelled or done", async () => {
    const tensors = tf.memory().numTensors;
    let pauses = 0;
    await trainMlp(quadrants(1), IDS, 0, async () => void pauses++);
    expect(pauses).toBeGreaterThanOrEqual(STEPS / 10);
    expect(tf.memory().numTensors).toBe(tensors);
    const cancel = async () => {
      if (--pauses === 10) throw new Error("cancelled");
    };
    await expect(trainMlp(quadrants(1), IDS, 0, cancel)).rejects.toThrow("cancelled");
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
