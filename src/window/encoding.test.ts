import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { blockCount } from "../model/backbone";
import { runToEnd } from "../model/fixtures/runToEnd";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import { createEncoding, type Encoding } from "./encoding";

const SIZE = 48;
const image = Float32Array.from({ length: SIZE * SIZE * 3 }, (_, i) => ((i * 37) % 101) / 100);
const proceed = () => Promise.resolve();
const cancel = () => Promise.reject(new Error("cancelled"));
const start = vi.fn(() => model.encode(image, SIZE, SIZE));

let model: LoadedModel;
let encoding: Encoding;
/** Tensors without any encoding. */
let tensors = 0;
let wanted: ArrayLike<number>;

beforeAll(async () => {
  model = await tinyModel("wasm", "lmae-tiny-backbone");
  tensors = tf.memory().numTensors;
  const features = runToEnd(start());
  wanted = features[16].dataSync();
  tf.dispose(features);
});
afterAll(() => model.dispose());

beforeEach(() => {
  start.mockClear();
  encoding = createEncoding(start);
});

describe("an encoding", () => {
  it("is made once, with a pause after every block, and kept", async () => {
    const checkpoint = vi.fn(proceed);
    expect(encoding.bytes()).toBe(0);
    const features = await encoding.features(checkpoint);
    expect(features[16].dataSync()).toEqual(wanted);
    expect(checkpoint).toHaveBeenCalledTimes(blockCount("tiny"));
    expect(await encoding.features(cancel)).toBe(features);
    expect(start).toHaveBeenCalledTimes(1);
    expect(encoding.bytes()).toBe(4 * [2, 4, 8, 16].reduce((sum, s) => sum + features[s as 2 | 4 | 8 | 16].size, 0));
    expect(tf.memory().numTensors).toBe(tensors + 4);
    encoding.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("is finished by a pass that runs in another one's pause", async () => {
    let pauses = 0;
    const inner = vi.fn(async () => {
      pauses++;
      if (pauses === 3) await encoding.features(proceed);
    });
    const features = await encoding.features(inner);
    expect(pauses).toBe(3);
    expect(features[16].dataSync()).toEqual(wanted);
    expect(start).toHaveBeenCalledTimes(1);
    encoding.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("is shared by passes that run side by side", async () => {
    const [one, two] = await Promise.all([encoding.features(proceed), encoding.features(proceed)]);
    expect(one).toBe(two);
    expect(start).toHaveBeenCalledTimes(1);
    encoding.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("goes on where a cancelled pass has left it, or is freed there", async () => {
    await expect(encoding.features(cancel)).rejects.toThrow("cancelled");
    await expect(encoding.features(cancel)).rejects.toThrow("cancelled");
    const checkpoint = vi.fn(proceed);
    const features = await encoding.features(checkpoint);
    expect(checkpoint).toHaveBeenCalledTimes(blockCount("tiny") - 2);
    expect(features[16].dataSync()).toEqual(wanted);
    encoding.dispose();
    await expect(encoding.features(cancel)).rejects.toThrow("cancelled");
    encoding.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("begins anew after it failed", async () => {
    start.mockImplementationOnce(function* () {
      yield;
      throw new Error("no memory");
    });
    await expect(encoding.features(proceed)).rejects.toThrow("no memory");
    expect((await encoding.features(proceed))[16].dataSync()).toEqual(wanted);
    encoding.dispose();
  });
});
