import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import { cutImage, scaledImage } from "./resample";
import { createWindowCache, type OpenWindow, type WindowCache } from "./windowCache";
import { windowInput } from "./windowInput";
import type { WindowModel } from "./windowModel";
import type { WorkImage } from "./workImage";
import type { WorkWindow } from "./workWindows";

const SIZE = 64;
const proceed = () => Promise.resolve();
const photo = (imageKey: string): WorkImage => ({
  imageKey,
  width: 100,
  height: 100,
  rgba: Uint8ClampedArray.from({ length: 40000 }, (_, i) => (i * 31) % 251),
});
const [image, other] = [photo("a"), photo("b")];
const at = (x: number): WorkWindow => ({ x, y: 0, side: SIZE, size: SIZE });
const known = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => (i % SIZE > 20 ? 1 : 0));
const input = windowInput({ size: SIZE, ids: new Uint16Array(SIZE * SIZE) }, known, [0], 2);

let model: LoadedModel;
let cache: WindowCache;
let encode: MockInstance<LoadedModel["encode"]>;
/** Tensors without any window. */
let tensors = 0;
/** Bytes of the features of one window. */
let bytes = 0;

/** One pass over all of a window. */
const pass = async (window: WindowModel, checkpoint = proceed, inMirror = false): Promise<void> => {
  const whole = { x: 0, y: 0, width: SIZE, height: SIZE };
  tf.dispose((await window.runParts(input, [whole], checkpoint, inMirror)).map(({ logits }) => logits));
};

const use = async (window: OpenWindow, inMirror = false): Promise<void> => {
  await pass(window, proceed, inMirror);
  window.close();
};

beforeAll(async () => {
  model = await tinyModel("wasm");
  const first = createWindowCache(model);
  const window = first.open(image, at(0));
  await pass(window);
  bytes = first.bytes();
  window.close();
  tensors = tf.memory().numTensors;
});
afterAll(() => model.dispose());

beforeEach(() => {
  encode?.mockRestore();
  encode = vi.spyOn(model, "encode");
  expect(tf.memory().numTensors).toBe(tensors);
  cache = createWindowCache(model, { windows: 3, bytes: 100 * bytes });
  cache.setImage(image);
});

describe("the windows of an image", () => {
  it("are encoded once however often they are opened, in the mirror once more", async () => {
    for (let i = 0; i < 3; i++) await use(cache.open(image, at(0)));
    expect(encode).toHaveBeenCalledTimes(1);
    for (let i = 0; i < 3; i++) await use(cache.open(image, at(0)), true);
    expect(encode).toHaveBeenCalledTimes(2);
    // Another square, another scale.
    await use(cache.open(image, at(1)));
    await use(cache.open(image, { ...at(0), side: 80 }));
    expect(encode).toHaveBeenCalledTimes(4);
    expect(cache.bytes()).toBe(4 * bytes);
    expect(tf.memory().numTensors).toBe(tensors + 4 * 4);
    cache.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("are kept of its scaled copies too, not of another image's", async () => {
    const copy = scaledImage(image, 80, 80);
    for (let i = 0; i < 2; i++) await use(cache.open(copy, at(0)));
    expect([encode.mock.calls.length, cache.bytes()]).toEqual([1, bytes]);
    await use(cache.open(scaledImage(other, 80, 80), at(0)));
    expect(cache.bytes()).toBe(bytes);
    cache.setImage(other);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("are shared by those who have them open, with the window's pixels", async () => {
    const [first, second] = [cache.open(image, at(5)), cache.open(image, at(5))];
    expect(first.image).toBe(second.image);
    expect(first.image).toEqual(cutImage(image, at(5)));
    await Promise.all([use(first), use(second, true), use(cache.open(image, at(5)))]);
    expect(encode).toHaveBeenCalledTimes(2);
    cache.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("beyond the limit are freed, the longest unused first", async () => {
    for (const x of [0, 1, 2, 0, 3]) await use(cache.open(image, at(x)));
    expect(cache.bytes()).toBe(3 * bytes);
    encode.mockClear();
    for (const x of [0, 2, 3]) await use(cache.open(image, at(x)));
    expect(encode).not.toHaveBeenCalled();
    await use(cache.open(image, at(1)));
    expect(encode).toHaveBeenCalledTimes(1);
    cache.dispose();
  });

  it("are freed by their bytes too, but never while they are open", async () => {
    cache = createWindowCache(model, { windows: 100, bytes: 3 * bytes });
    cache.setImage(image);
    const open = [0, 1, 2, 3].map((x) => cache.open(image, at(x)));
    for (const window of open) await pass(window);
    expect(cache.bytes()).toBe(4 * bytes);
    for (const window of open) await pass(window);
    expect(encode).toHaveBeenCalledTimes(4);
    for (const window of open) window.close();
    expect(cache.bytes()).toBe(3 * bytes);
    cache.dispose();
  });

  it("are freed with the image; those in use when they are closed", async () => {
    await use(cache.open(image, at(0)));
    const open = cache.open(image, at(1));
    await pass(open);
    cache.setImage(other);
    expect(cache.bytes()).toBe(bytes);
    await pass(open);
    open.close();
    open.close();
    expect(cache.bytes()).toBe(0);
    // Neither is one of the former image kept any more.
    await use(cache.open(image, at(1)));
    expect(cache.bytes()).toBe(0);
    await use(cache.open(other, at(1)));
    expect(cache.bytes()).toBe(bytes);
    expect(encode).toHaveBeenCalledTimes(4);
    cache.dispose();
  });

  it("stay after a pass over them was cancelled or failed", async () => {
    const open = cache.open(image, at(0));
    await expect(pass(open, () => Promise.reject(new Error("cancelled")))).rejects.toThrow("cancelled");
    open.close();
    await use(cache.open(image, at(0)));
    expect(encode).toHaveBeenCalledTimes(1);
    expect(tf.memory().numTensors).toBe(tensors + 4);
    encode.mockImplementationOnce(() => {
      throw new Error("no memory");
    });
    const failing = cache.open(image, at(1));
    await expect(pass(failing)).rejects.toThrow("no memory");
    failing.close();
    cache.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
