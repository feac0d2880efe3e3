import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tinyModel } from "./fixtures/tinyModel";
import type { LoadedModel } from "./loadedModel";

let model: LoadedModel;
beforeAll(async () => {
  model = await tinyModel("cpu");
});
afterAll(() => model.dispose());

const [width, height] = [48, 32];
const image = Float32Array.from({ length: width * height * 3 }, (_, i) => (i % 7) / 7);

it("a view has a feature vector for every cell of 8 x 8 px and belongs to the caller", async () => {
  let pauses = 0;
  const first = await model.view(image, width, height, async () => {
    pauses++;
  });
  expect(first.shape).toEqual([1, height / 8, width / 8, model.weights.config.stem[2]]);
  expect(pauses).toBe(1 + model.weights.config.decoderDepth);
  const tensors = tf.memory().numTensors;
  first.dispose();
  expect(tf.memory().numTensors).toBe(tensors - 1);
});

it("a view that is cancelled at a checkpoint frees everything", async () => {
  (await model.view(image, width, height, async () => {})).dispose();
  const tensors = tf.memory().numTensors;
  const cancel = () => Promise.reject(new Error("cancelled"));
  await expect(model.view(image, width, height, cancel)).rejects.toThrow("cancelled");
  expect(tf.memory().numTensors).toBe(tensors);
});
