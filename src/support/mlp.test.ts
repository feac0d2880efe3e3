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
