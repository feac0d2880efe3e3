import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { tinyModel } from "../../model/fixtures/tinyModel";
import { NO_SLOT, UNKNOWN } from "../../model/labels";
import type { LoadedModel } from "../../model/loadedModel";
import { createWindowModel, type OwnedWindowModel } from "../../window/windowModel";
import { box, disc, picture, pictureWindow } from "../fixtures/picture";
import { VOID } from "../window";
import { complete, completeTwice, errorLogits, maskedInput, regionNumbers } from "./predict";
import { chooseSlots } from "./slots";

const SIZE = 64;
const scene = picture(SIZE, SIZE, [disc(1, 20, 20, 12), box(2, 30, 40, 30, 20)]);
const window = pictureWindow(
  scene,
  Int32Array.from(scene.labels, (id, i) => (i % SIZE < 5 ? VOID : id)),
);
const nothing = new Uint8Array(SIZE * SIZE);
const classes = chooseSlots(window.label, nothing, SIZE);
const proceed = () => Promise.resolve();
let loaded: LoadedModel;
let model: OwnedWindowModel;

beforeAll(async () => {
  loaded = await tinyModel("wasm");
  model = createWindowModel(loaded, window.image, SIZE);
  // The first pass keeps the window's features and its size's constants, the first in the mirror those of the mirror.
  (await model.run(maskedInput(model, SIZE, window.label, null, classes), proceed)).dispose();
  (await model.run(maskedInput(model, SIZE, window.label, null, classes), proceed, true)).dispose();
});
afterAll(() => {
  model.dispose();
  loaded.dispose();
});

let tensors = 0;
beforeEach(() => {
  tensors = tf.memory().numTensors;
});

const left = Uint8Array.from(nothing, (_, i) => (i % SIZE < 32 ? 1 : 0));
const shown = () => maskedInput(model, SIZE, window.label, left, classes);

describe("what the model says of a masked label", () => {
  it("is asked with what is known and not hidden, in slots", () => {
    const { given, slots } = shown();
    expect(slots).toBe(classes.length);
    given.forEach((slot, i) => {
      if (left[i] === 1 || window.label[i] === VOID) expect(slot).toBe(UNKNOWN);
      else expect(classes[slot]).toBe(window.label[i]);
    });
    const one = maskedInput(model, SIZE, window.label, null, [classes[1]]);
    expect(new Set(one.given)).toEqual(new Set([0, NO_SLOT, UNKNOWN]));
  });

  it("are probabilities, and nothing stays on the engine", async () => {
    const { values, channels } = await complete(model, shown(), proceed);
    expect([channels, values.length]).toEqual([classes.length + 1, SIZE * SIZE * (classes.length + 1)]);
    const sums = Array.from({ length: SIZE * SIZE }, (_, i) =>
      values.subarray(i * channels, (i + 1) * channels).reduce((a, b) => a + b, 0),
    );
    for (const sum of [Math.min(...sums), Math.max(...sums)]) expect(sum).toBeCloseTo(1, 4);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("in a mirror is turned back", async () => {
    const input = shown();
    const turned = await complete(model, input, proceed, true);
    const straight = await complete(model, input, proceed);
    const mean = await completeTwice(model, input, proceed);
    expect(turned.values).not.toEqual(straight.values);
    mean.values.forEach((value, i) => {
      if (Math.abs(value - (straight.values[i] + turned.values[i]) / 2) > 1e-6) throw new Error(`Value ${i}`);
    });
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("is 'other', without a pass, when no class is visible", async () => {
    const run = vi.spyOn(model, "run");
    const all = nothing.map(() => 1);
    const { values, channels } = await complete(model, maskedInput(model, SIZE, window.label, all, classes), proceed);
    expect(run).not.toHaveBeenCalled();
    run.mockRestore();
    expect([...values.slice(0, channels)]).toEqual([0, 0, 0, 1]);
    expect(values.reduce((a, b) => a + b, 0)).toBe(SIZE * SIZE);
  });

  it("as error logits is a raster, and nothing stays on the engine", async () => {
    expect(await errorLogits(model, maskedInput(model, SIZE, window.label, null, classes), proceed)).toHaveLength(
      SIZE ** 2,
    );
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("is not asked further when cancelled", async () => {
    const cancel = () => Promise.reject(new Error("cancelled"));
    await expect(complete(model, shown(), cancel)).rejects.toThrow("cancelled");
    await expect(errorLogits(model, shown(), cancel)).rejects.toThrow("cancelled");
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

it("cells belong to the visible region of their middle pixel, or to none", () => {
  const input = maskedInput(model, SIZE, window.label, left, [classes[0]]);
  const parts = regionNumbers(input);
  for (let cell = 0; cell < 64; cell++) {
    const middle = (Math.floor(cell / 8) * 8 + 4) * SIZE + (cell % 8) * 8 + 4;
    expect(parts[cell] > 0).toBe(input.given[middle] === 0);
  }
  // What remains of the ground is one region.
  expect(new Set(parts.filter((part) => part > 0)).size).toBe(1);
});
