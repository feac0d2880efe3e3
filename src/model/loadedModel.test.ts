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
