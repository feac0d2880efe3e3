import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { createRandom } from "../core/random";
import { diffuseInPlace, diffuseOnEngine } from "./diffuse";
import { wasmEngine } from "./fixtures/tinyModel";

it("flows the same in plain code and with the engine's kernels, up to the border and around cells that keep their share", async () => {
  await wasmEngine();
  const random = createRandom(5);
  const raster = (...shape: [number, number, number, number]): tf.Tensor4D =>
    tf.tensor4d(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.next()),
      shape,
    );
  const [start, own] = [raster(3, 5, 8, 1), raster(3, 5, 8, 1)];
  const moves = tf.tensor4d(
    Array.from({ length: 40 }, (_, cell) => (cell % 3 === 0 ? 0 : 1)),
    [1, 5, 8, 1],
  );
  const weights = tf.mul(tf.softmax(raster(1, 5, 8, 9)), moves) as tf.Tensor4D;
  const expected = await diffuseOnEngine(start, own, weights, 4).data();
  const result = diffuseInPlace(start, own, weights, 4);
  expect(result.shape).toEqual(start.shape);
  const values = await result.data();
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 5);
  });
});
