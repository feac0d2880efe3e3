import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runToEnd } from "./fixtures/runToEnd";
import { tinyModel } from "./fixtures/tinyModel";
import type { LoadedModel } from "./loadedModel";

let model: LoadedModel;
beforeAll(async () => {
  model = await tinyModel("cpu");
});
afterAll(() => model.dispose());

const [width, height] = [48, 32];
const image = Float32Array.from({ length: width * height * 3 }, (_, i) => (i % 7) / 7);

it("an image's features are four tensors, by stride, that belong to the caller", () => {
  const tensors = tf.memory().numTensors;
  const features = runToEnd(model.encode(image, width, height));
  const { stem, dim } = model.weights.config;
  expect(features[2].shape).toEqual([1, height / 2, width / 2, stem[0]]);
  expect(features[4].shape).toEqual([1, height / 4, width / 4, stem[1]]);
  expect(features[8].shape).toEqual([1, height / 8, width / 8, stem[2]]);
  expect(features[16].shape).toEqual([1, height / 16, width / 16, dim]);
  expect(tf.memory().numTensors).toBe(tensors + 4);
  tf.dispose(features);
  expect(tf.memory().numTensors).toBe(tensors);
});

it("an image's context has a feature vector for every cell of 8 x 8 px and belongs to the caller", async () => {
  const features = runToEnd(model.encode(image, width, height));
  let pauses = 0;
  const context = await model.imageContext(features, async () => {
    pauses++;
  });
  expect(context.shape).toEqual([1, height / 8, width / 8, model.weights.config.stem[2]]);
  expect(pauses).toBe(model.weights.config.decoderDepth);
  const tensors = tf.memory().numTensors;
  context.dispose();
  expect(tf.memory().numTensors).toBe(tensors - 1);
  tf.dispose(features);
});

it("a context that is cancelled at a checkpoint frees everything but the features", async () => {
  const features = runToEnd(model.encode(image, width, height));
  (await model.imageContext(features, async () => {})).dispose();
  const tensors = tf.memory().numTensors;
  const cancel = () => Promise.reject(new Error("cancelled"));
  await expect(model.imageContext(features, cancel)).rejects.toThrow("cancelled");
  expect(tf.memory().numTensors).toBe(tensors);
  tf.dispose(features);
});
