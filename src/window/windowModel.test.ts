import type { Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runToEnd } from "../model/fixtures/runToEnd";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import { mirroredImage, mirroredInput } from "./mirror";
import { windowInput } from "./windowInput";
import { createWindowModel, type WindowModel } from "./windowModel";

const SIZE = 64;
const proceed = () => Promise.resolve();
const image = Float32Array.from({ length: SIZE * SIZE * 3 }, (_, i) => ((i * 37) % 101) / 100);
const ids = Uint16Array.from({ length: SIZE * SIZE }, (_, i) => (i % SIZE < 20 ? 7 : 300));
const known = Uint8Array.from(ids, (_, i) => (i % SIZE > 10 && i % SIZE < 40 ? 0 : 1));
const input = windowInput({ size: SIZE, ids }, known, [7, 300], 2);
const whole = { x: 0, y: 0, width: SIZE, height: SIZE };
let model: LoadedModel;

async function pass(window: WindowModel, checkpoint = proceed, inMirror = false): Promise<Tensor3D> {
  const [{ logits }] = await window.runParts(input, [whole], checkpoint, inMirror);
  return logits;
}

beforeAll(async () => {
  model = await tinyModel("wasm");
  // The first pass of a size keeps that size's constants.
  const features = runToEnd(model.encode(image, SIZE, SIZE));
  tf.dispose([features, await model.run(features, input, proceed)]);
});
afterAll(() => model.dispose());

describe("a mirror", () => {
  it("reverses the rows of an image and of a label, and twice is nothing", () => {
    const turned = mirroredImage(image, SIZE);
    for (const [x, y] of [
      [0, 0],
      [5, 9],
      [63, 63],
    ] as const) {
      const [to, from] = [3 * (y * SIZE + x), 3 * (y * SIZE + SIZE - 1 - x)];
      expect(turned.slice(to, to + 3)).toEqual(image.slice(from, from + 3));
      expect(mirroredInput(input).given[to / 3]).toBe(input.given[from / 3]);
    }
    expect(mirroredImage(turned, SIZE)).toEqual(image);
    const posteriors = Float32Array.from({ length: (2 + 1) * (SIZE / 8) ** 2 }, (_, i) => i);
    const told = { ...input, support: { posteriors, candidates: Uint8Array.of(0, 1) } };
    const { support } = mirroredInput(told);
    // Slot 1, row 2, column 7 of 8.
    expect(support?.posteriors[64 + 16 + 7]).toBe(64 + 16);
    expect(support?.candidates).toEqual(Uint8Array.of(0, 1));
    for (const one of [input, told]) expect(mirroredInput(mirroredInput(one))).toEqual(one);
  });

  it("has features of its own: those of the image, reversed, are not exact", () => {
    const straight = runToEnd(model.encode(image, SIZE, SIZE));
    const turned = runToEnd(model.encode(mirroredImage(image, SIZE), SIZE, SIZE));
    const differences = ([2, 4, 8, 16] as const).map((stride) =>
      tf.tidy(() => tf.max(tf.abs(tf.sub(turned[stride], tf.reverse(straight[stride], 2)))).dataSync()[0]),
    );
    tf.dispose([straight, turned]);
    for (const difference of differences) expect(difference).toBeGreaterThan(1e-2);
  });
});

describe("a window's model", () => {
  it("encodes the image once for all passes, and once more for all in the mirror", async () => {
    const encode = vi.spyOn(model, "encode");
    const tensors = tf.memory().numTensors;
    const window = createWindowModel(model, image, SIZE);
    expect([encode.mock.calls.length, window.bytes()]).toEqual([0, 0]);
    const regions = new Int32Array((SIZE / 8) ** 2).fill(1);
    const passes = async () => {
      tf.dispose(await pass(window));
      tf.dispose(await window.detectErrors(input, regions, proceed));
    };
    await passes();
    await passes();
    expect(encode).toHaveBeenCalledTimes(1);
    expect(tf.memory().numTensors).toBe(tensors + 4);
    const bytes = window.bytes();
    for (let i = 0; i < 3; i++) tf.dispose(await pass(window, proceed, true));
    expect(encode).toHaveBeenCalledTimes(2);
    expect(window.bytes()).toBe(2 * bytes);
    window.dispose();
    expect([tf.memory().numTensors, window.bytes()]).toEqual([tensors, 0]);
    encode.mockRestore();
  });

  it("answers as a pass over a freshly encoded image does, also in the mirror", async () => {
    const window = createWindowModel(model, image, SIZE);
    tf.dispose(await pass(window));
    const reused = await (await pass(window)).data();
    const turned = await (await pass(window, proceed, true)).data();
    const features = runToEnd(model.encode(image, SIZE, SIZE));
    expect(reused).toEqual(await (await model.run(features, input, proceed)).data());
    const mirrored = runToEnd(model.encode(mirroredImage(image, SIZE), SIZE, SIZE));
    const logits = await model.run(mirrored, mirroredInput(input), proceed);
    expect(turned).toEqual(await tf.reverse(logits, 1).data());
    window.dispose();
  });

  it.each([false, true])("answers parts as it does the whole (in the mirror: %s)", async (inMirror) => {
    const window = createWindowModel(model, image, SIZE);
    const all = await pass(window, proceed, inMirror);
    const parts = [
      { x: 8, y: 0, width: 16, height: 24 },
      { x: 48, y: 40, width: 8, height: 16 },
    ];
    const answers = await window.runParts(input, parts, proceed, inMirror);
    expect(answers.map(({ part }) => part)).toEqual(parts);
    for (const { part, logits } of answers) {
      const expected = tf.slice(all, [part.y, part.x, 0], [part.height, part.width, -1]);
      expect(tf.max(tf.abs(tf.sub(logits, expected))).dataSync()[0]).toBeLessThan(1e-4);
      tf.dispose([expected, logits]);
    }
    all.dispose();
    window.dispose();
  });

  it("keeps nothing but features when a pass is cancelled or fails", async () => {
    const window = createWindowModel(model, image, SIZE);
    tf.dispose([await pass(window), await pass(window, proceed, true)]);
    const tensors = tf.memory().numTensors;
    const cancel = () => Promise.reject(new Error("cancelled"));
    const regions = new Int32Array((SIZE / 8) ** 2);
    await expect(pass(window, cancel)).rejects.toThrow("cancelled");
    await expect(pass(window, cancel, true)).rejects.toThrow("cancelled");
    await expect(window.detectErrors(input, regions, cancel)).rejects.toThrow("cancelled");
    expect(tf.memory().numTensors).toBe(tensors);
    window.dispose();
    expect(tf.memory().numTensors).toBe(tensors - 8);
  });
});
