import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { createRandom } from "../core/random";
import { attention, type Projections } from "./attention";
import { wasmEngine } from "./fixtures/tinyModel";
import type { Linear } from "./ops";

it("answers the same one head at a time and all at once, padded or not", async () => {
  await wasmEngine();
  const [tokens, dim, headDim] = [7, 12, 4];
  const random = createRandom(3);
  const tensor = (...shape: number[]): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.next() * 2 - 1),
      shape,
    );
  const qkv: Linear = { weight: tensor(dim, 3 * dim) as tf.Tensor2D, bias: tensor(3 * dim) as tf.Tensor1D };
  const part = (from: number): Linear => ({
    weight: tf.slice(qkv.weight, [0, from], [dim, headDim]),
    bias: tf.slice(qkv.bias, [from], [headDim]),
  });
  const heads = [0, 4, 8].map(
    (from): Projections => ({ query: part(from), key: part(dim + from), value: part(2 * dim + from) }),
  );
  const x = tensor(tokens, dim) as tf.Tensor2D;
  const padding = tf.tensor1d([0, 0, 0, 0, 0, -1e9, -1e9]);
  for (const bias of [null, padding]) {
    const oneByOne = await attention({ form: "one by one", heads }, x, bias).data();
    const atOnce = await attention({ form: "at once", qkv, headDim }, x, bias).data();
    expect(atOnce).toHaveLength(tokens * dim);
    atOnce.forEach((value, i) => {
      expect(value).toBeCloseTo(oneByOne[i], 5);
    });
  }
});
