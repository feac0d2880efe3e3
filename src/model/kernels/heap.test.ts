import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { attention } from "../attention";
import { tinyModel, wasmEngine } from "../fixtures/tinyModel";
import { gatherRows, layerNorm, linear, normalise } from "../ops";
import { block } from "../transformer";
import { ATTEND } from "./attend";
import { hasKernel } from "./kernel";
import { LINEAR } from "./linear";
import { NORMALISE } from "./normalise";

type Step = () => tf.Tensor;

const random = createRandom(5);
const floats = (...shape: number[]): { values: Float32Array; shape: number[] } => ({
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 3 * (2 * random.next() - 1)),
  shape,
});
const tensor = <T extends tf.Tensor>({ values, shape }: { values: Float32Array; shape: number[] }): T =>
  tf.tensor(values, shape) as T;

/** What a step answers on the wasm engine, which has our kernels (that named, if any), and on tfjs' plain one, which has none. */
async function both(name: string | null, step: Step): Promise<[own: Float32Array, plain: Float32Array]> {
  await wasmEngine();
  if (name !== null) expect(hasKernel(name)).toBe(true);
  const before = tf.memory();
  const own = tf.tidy(step);
  const values = await own.data<"float32">();
  own.dispose();
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  await tf.setBackend("cpu");
  if (name !== null) expect(hasKernel(name)).toBe(false);
  const plain = tf.tidy(step);
  return [values, await plain.data<"float32">()];
}

async function expectSame(name: string | null, step: Step): Promise<void> {
  const [own, plain] = await both(name, step);
  expect(own).toHaveLength(plain.length);
  own.forEach((value, i) => {
    expect(value).toBeCloseTo(plain[i], 4);
  });
}

describe("kernels in the wasm engine's memory answer as plain operations, and leave nothing there", () => {
  it.each([
    [1, 1],
    [3, 7],
    [5, 64],
    [33, 193],
  ])("layer norms of %d rows of %d", async (rows, columns) => {
    const [x, gamma, beta] = [floats(rows, columns), floats(columns), floats(columns)];
    await expectSame(NORMALISE, () => normalise(tensor(x), 1e-6));
    await expectSame(NORMALISE, () => layerNorm(tensor(x), { gamma: tensor(gamma), beta: tensor(beta) }, 1e-6));
  });

  it("a layer norm of rows far from 0 loses no digits", async () => {
    const x = floats(4, 96);
    await expectSame(NORMALISE, () => normalise(tf.add(tensor(x), 1000), 1e-6));
  });

  it.each([
    [1, 1, 1],
    [5, 12, 7],
    [33, 64, 96],
  ])("linear layers of %d rows, %d wide, to %d", async (rows, from, to) => {
    const [x, weight, bias] = [floats(rows, from), floats(from, to), floats(to)];
    for (const activation of ["linear", "relu"] as const) {
      await expectSame(LINEAR, () => linear(tensor(x), { weight: tensor(weight), bias: tensor(bias) }, activation));
    }
  });

  it.each([
    [1, 1, 4],
    [7, 3, 4],
    [65, 2, 32],
  ])("attention over %d tokens, %d heads of %d, padded or not", async (tokens, heads, headDim) => {
    const dim = heads * headDim;
    const [x, weight, bias] = [floats(tokens, dim), floats(dim, 3 * dim), floats(3 * dim)];
    const hidden = { values: Float32Array.from({ length: tokens }, (_, i) => (i > 4 ? -1e9 : 0)), shape: [tokens] };
    for (const padding of [null, hidden]) {
      const step = (): tf.Tensor => {
        const qkv = {
          weight: tf.mul(tensor<tf.Tensor2D>(weight), 0.05) as tf.Tensor2D,
          bias: tensor<tf.Tensor1D>(bias),
        };
        return attention({ qkv, headDim }, tensor(x), padding && tensor(padding));
      };
      await expectSame(ATTEND, step);
    }
  });

  it("rows in any order, some twice, some never", async () => {
    for (const width of [5, 64]) {
      const x = floats(6, width);
      await expectSame(null, () => gatherRows(tensor(x), Int32Array.from([5, 0, 0, 3])));
      await expectSame(null, () => gatherRows(tensor(x), Int32Array.from([2])));
    }
    await wasmEngine();
    expect(() => tf.tidy(() => gatherRows(tensor(floats(6, 5)), Int32Array.from([6])))).toThrow(/6/);
  });

  it("gathering along another axis, and by more than one list", async () => {
    const [x, matrix] = [floats(2, 3, 5), floats(4, 3)];
    await expectSame(null, () => tf.gather(tensor(x), tf.tensor1d([2, 0], "int32"), 1));
    await expectSame(null, () => tf.gather(tensor(matrix), tf.tensor2d([2, 0, 1, 3], [2, 2], "int32")));
  });

  it.each([
    [[7], [2], [3]],
    [
      [4, 5],
      [1, 2],
      [2, 3],
    ],
    [
      [4, 5],
      [1, 0],
      [2, 5],
    ],
    [
      [3, 4, 5],
      [0, 1, 4],
      [-1, 2, 1],
    ],
    [
      [2, 9, 7, 40],
      [0, 2, 1, 0],
      [2, 5, 3, 40],
    ],
    [
      [2, 9, 7, 3],
      [1, 2, 1, 1],
      [1, 5, 3, 2],
    ],
    [
      [1, 4, 4, 2],
      [0, 0, 0, 0],
      [1, 4, 4, 2],
    ],
    [
      [3, 4],
      [1, 1],
      [0, 2],
    ],
  ])("parts of %j from %j, of %j", async (shape, begin, size) => {
    const x = floats(...shape);
    await expectSame(null, () => tf.slice(tensor(x), begin, size));
    await expectSame(null, () => tf.cast(tf.slice(tf.cast(tensor(x), "int32"), begin, size), "float32"));
  });
});

it("a transformer block is eleven kernels on the wasm engine", async () => {
  const { weights } = await tinyModel("wasm");
  const x = tensor<tf.Tensor2D>(floats(6, weights.config.dim));
  const { kernelNames, kernels } = await tf.profile(() => block(weights.encoder[0], x, null, 1e-6));
  expect(kernels.map(({ name }) => name).filter((name) => name !== "Reshape")).toHaveLength(11);
  expect(kernelNames).not.toContain("_FusedMatMul");
});
