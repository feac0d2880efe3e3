import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import { NO_SLOT, UNKNOWN, type WindowInput } from "../model/labels";
import type { LoadedModel } from "../model/loadedModel";
import { createWindowCache, type WindowCache } from "../window/windowCache";
import { box, disc, IDS, picture, pictureScene, pictureSupport } from "./fixtures/picture";
import { createNetwork, cutSquare, regionNumbers } from "./network";
import { NO_POSTERIORS, scenePosteriors } from "./posteriors";
import { VOID } from "./scene";

const [WIDTH, HEIGHT, SIDE] = [90, 70, 64];
const of = picture(WIDTH, HEIGHT, [disc(1, 40, 30, 12), box(2, 40, 50, 30, 12), disc(3, 20, 50, 9)]);
// Of class 3 nothing is labelled.
const scene = pictureScene(
  of,
  Int32Array.from(of.labels, (id, i) => (i % WIDTH < 5 ? VOID : id === IDS[3] ? IDS[0] : id)),
);
const posteriors = scenePosteriors(pictureSupport(of, [0, 1, 2, 3]), scene, new Set());
const nothing = new Uint8Array(WIDTH * HEIGHT);
const hole = Uint8Array.from(nothing, (_, i) => {
  return i % WIDTH < 36 && Math.floor(i / WIDTH) > 36 && scene.label[i] !== VOID ? 1 : 0;
});
const at = { x: 3, y: 6, side: SIDE };
const proceed = () => Promise.resolve();
let model: LoadedModel;
let cache: WindowCache;

beforeAll(async () => {
  model = await tinyModel("wasm", "lmae-tiny-backbone");
  cache = createWindowCache(model);
  cache.setImage(of.image);
  // The first pass keeps the window's features and its size's constants.
  await network().complete(at, nothing);
});
afterAll(() => {
  cache.dispose();
  model.dispose();
});

let tensors = 0;
beforeEach(() => {
  tensors = tf.memory().numTensors;
  vi.restoreAllMocks();
});

const network = (known = posteriors, checkpoint = proceed) => createNetwork(cache, of.image, scene, known, checkpoint);

/** What the model is asked when a window is rebuilt. */
async function asked(
  hidden: Uint8Array,
  known = posteriors,
): Promise<{ input: WindowInput; classes: readonly number[] }> {
  const run = vi.spyOn(model, "runParts");
  const { classes } = await network(known).complete(at, hidden);
  return { input: run.mock.calls[0][1], classes };
}

describe("the network before a scene", () => {
  it("is shown what is known and not hidden, in slots", async () => {
    const { input, classes } = await asked(hole, NO_POSTERIORS);
    expect([input.width, input.height, input.support]).toEqual([SIDE, SIDE, null]);
    expect([...classes].sort((a, b) => a - b)).toEqual([IDS[1], IDS[0], IDS[2]]);
    input.given.forEach((slot, i) => {
      const pixel = (at.y + Math.floor(i / SIDE)) * WIDTH + at.x + (i % SIDE);
      const isShown = hole[pixel] === 0 && scene.label[pixel] !== VOID;
      if (isShown ? classes[slot] !== scene.label[pixel] : slot !== UNKNOWN) throw new Error(`Pixel ${i}`);
    });
  });

  it("gets a slot for what only support sees in the hole, and what it says of every slot", async () => {
    const { input, classes } = await asked(hole);
    expect(classes.at(-1)).toBe(IDS[3]);
    const { support } = input;
    if (!support) throw new Error("No support");
    expect([...support.candidates].slice(0, classes.length)).toEqual([0, 0, 0, 1]);
    const cells = (SIDE / 8) ** 2;
    // The cell around (20, 50) in the scene, and one of the ground.
    expect(support.posteriors[3 * cells + 5 * 8 + 2]).toBeCloseTo(0.9, 1);
    expect(support.posteriors[classes.indexOf(IDS[0]) * cells + 7]).toBeCloseTo(0.9, 1);
    // Without a hole there is nothing to see in it.
    expect((await asked(nothing)).classes).not.toContain(IDS[3]);
  });

  it("answers with probabilities, and nothing stays on the engine", async () => {
    const { values, channels, classes } = await network().complete(at, hole);
    expect(channels).toBeGreaterThan(classes.length);
    const unseen = cutSquare(hole, WIDTH, at);
    for (let i = 0; i < unseen.length; i++) {
      const sum = values.subarray(i * channels, (i + 1) * channels).reduce((a, b) => a + b, 0);
      if (unseen[i] === 1 && Math.abs(sum - 1) > 1e-4) throw new Error(`Pixel ${i}: ${sum}`);
    }
    expect(await network().errorLogit(at)).toHaveLength(SIDE * SIDE);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("encodes a window once", async () => {
    const encode = vi.spyOn(model, "encode");
    await network().complete(at, hole);
    await network(NO_POSTERIORS).errorLogit(at);
    expect(encode).not.toHaveBeenCalled();
  });

  it("is not asked further when cancelled", async () => {
    const cancel = () => Promise.reject(new Error("cancelled"));
    await expect(network(posteriors, cancel).complete(at, hole)).rejects.toThrow("cancelled");
    await expect(network(posteriors, cancel).errorLogit(at)).rejects.toThrow("cancelled");
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

it("cells belong to the visible region of their middle pixel, or to none", () => {
  const given = Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
    i % SIDE < 30 ? 0 : i % SIDE < 50 ? UNKNOWN : NO_SLOT,
  );
  const input = { given, width: SIDE, height: SIDE } as WindowInput;
  const parts = regionNumbers(input);
  for (let cell = 0; cell < 64; cell++) {
    const middle = (Math.floor(cell / 8) * 8 + 4) * SIDE + (cell % 8) * 8 + 4;
    expect(parts[cell] > 0).toBe(given[middle] === 0);
  }
  expect(new Set(parts.filter((part) => part > 0)).size).toBe(1);
});
