import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { blockCount } from "./backbone";
import { encodeImage } from "./encodeImage";
import { readGolden } from "./fixtures/golden";
import { readModelPart } from "./fixtures/modelFolder";
import { runToEnd } from "./fixtures/runToEnd";
import "./fixtures/tinyModel";
import { forward, forwardErrors, gridConstants } from "./lmae";
import { createWeights, readModelFile } from "./modelFile";
import { disposeWeights } from "./weights";

const folder = `${import.meta.dirname}/fixtures`;

/** A model's weights on the engine, and the window that PyTorch answered with them. */
async function load(model: string) {
  const golden = readGolden(readFileSync(`${folder}/${model}.json`, "utf8"), readFileSync(`${folder}/${model}.bin`));
  const weights = await createWeights(await readModelFile(readModelPart(`${folder}/${model}`), () => {}));
  const patches = golden.input.width / weights.config.patch;
  return { golden, weights, grid: gridConstants(weights.config.dim, patches, patches) };
}

describe.each([
  ["lmae-tiny", "cpu"],
  ["lmae-tiny", "wasm"],
  ["lmae-tiny-backbone", "cpu"],
  ["lmae-tiny-backbone", "wasm"],
])("golden parity of %s on %s", (model, backend) => {
  it("answers as PyTorch does", async () => {
    await tf.setBackend(backend);
    const { golden, weights, grid } = await load(model);
    const { image, input } = golden;
    const features = runToEnd(encodeImage(weights, image, input.width, input.height));
    const [logits] = runToEnd(forward(weights, features, input, grid));
    const errorLogit = runToEnd(forwardErrors(weights, features, input, grid, golden.regions));
    const { maxError, agreement } = golden.compare(await logits.data());
    expect(maxError).toBeLessThanOrEqual(1e-3);
    expect(agreement).toBeGreaterThanOrEqual(0.999);
    expect(golden.errorLogitError(await errorLogit.data())).toBeLessThanOrEqual(1e-3);
    tf.dispose([features, logits, errorLogit]);
  });

  it("answers with support as PyTorch does, also for a class that is visible nowhere", async () => {
    await tf.setBackend(backend);
    const { golden, weights, grid } = await load(model);
    const { image, supported } = golden;
    expect(supported !== null).toBe(weights.config.support);
    if (!supported) return;
    const { input } = supported;
    const candidate = input.support?.candidates.indexOf(1) ?? -1;
    expect([candidate >= 0, input.given.includes(candidate)]).toEqual([true, false]);
    const features = runToEnd(encodeImage(weights, image, input.width, input.height));
    const [logits] = runToEnd(forward(weights, features, input, grid));
    const errorLogit = runToEnd(forwardErrors(weights, features, input, grid, golden.regions));
    const values = await logits.data();
    const { maxError, agreement } = supported.compare(values);
    expect(maxError).toBeLessThanOrEqual(1e-3);
    expect(agreement).toBeGreaterThanOrEqual(0.999);
    expect(supported.errorLogitError(await errorLogit.data())).toBeLessThanOrEqual(1e-3);
    expect(golden.compare(values).maxError).toBeGreaterThan(0.1);
    tf.dispose([features, logits, errorLogit]);
    tf.dispose([grid.position, grid.distance8]);
    disposeWeights(weights);
  });

  it("answers parts of a window as it answers the whole", async () => {
    await tf.setBackend(backend);
    const { golden, weights, grid } = await load(model);
    const { width, height } = golden.input;
    const features = runToEnd(encodeImage(weights, golden.image, width, height));
    for (const input of [golden.input, golden.supported?.input ?? golden.input]) {
      const [whole] = runToEnd(forward(weights, features, input, grid));
      const parts = [
        { x: 24, y: 16, width: 8, height: 16 },
        { x: 0, y: 8, width: 16, height: 8 },
        { x: width - 8, y: height - 8, width: 8, height: 8 },
        { x: 0, y: 0, width, height },
      ];
      const answers = runToEnd(forward(weights, features, input, grid, parts));
      for (const [i, { x, y, ...part }] of parts.entries()) {
        const cut = tf.slice(whole, [y, x, 0], [part.height, part.width, -1]);
        expect(answers[i].shape).toEqual(cut.shape);
        const off = tf.max(tf.abs(tf.sub(cut, answers[i])));
        expect((await off.data())[0]).toBeLessThan(1e-4);
        tf.dispose([cut, off]);
      }
      tf.dispose([whole, ...answers]);
    }
    tf.dispose([features, grid.position, grid.distance8]);
    disposeWeights(weights);
  });

  it("frees everything, finished or cancelled after any step", async () => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const { golden, weights, grid } = await load(model);
    const unencoded = tf.memory().numTensors;
    const features = runToEnd(encodeImage(weights, golden.image, golden.input.width, golden.input.height));
    const loaded = tf.memory().numTensors;
    expect(loaded).toBe(unencoded + 4);
    const { backbone } = weights.config;
    for (let stop = 1; stop <= (backbone ? blockCount(backbone) : 0); stop++) {
      const steps = encodeImage(weights, golden.image, golden.input.width, golden.input.height);
      for (let i = 0; i < stop; i++) expect(steps.next().done).toBe(false);
      expect(() => steps.throw(new Error("cancelled"))).toThrow("cancelled");
      expect(tf.memory().numTensors).toBe(loaded);
    }
    for (const input of [golden.input, golden.supported?.input ?? golden.input]) {
      const [logits] = runToEnd(forward(weights, features, input, grid));
      const errorLogit = runToEnd(forwardErrors(weights, features, input, grid, golden.regions));
      tf.dispose([logits, errorLogit ?? []]);
      expect(tf.memory().numTensors).toBe(loaded);
    }
    const input = golden.supported?.input ?? golden.input;
    const passes = [
      () => forward(weights, features, input, grid),
      () => forwardErrors(weights, features, input, grid, golden.regions),
    ];
    for (const pass of passes) {
      for (let stop = 1; ; stop++) {
        const steps = pass();
        let last = steps.next();
        for (let i = 1; i < stop && !last.done; i++) last = steps.next();
        if (last.done) {
          tf.dispose(last.value);
          expect(stop).toBeGreaterThan(5);
          break;
        }
        expect(() => steps.throw(new Error("cancelled"))).toThrow("cancelled");
        expect(tf.memory().numTensors).toBe(loaded);
      }
    }
    tf.dispose(features);
    expect(tf.memory().numTensors).toBe(unencoded);
    tf.dispose([grid.position, grid.distance8]);
    disposeWeights(weights);
    expect(tf.memory().numTensors).toBe(before);
  });
});
