import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { describe, expect, it } from "vitest";
import { readGolden } from "./fixtures/golden";
import { readModelPart } from "./fixtures/modelFolder";
import { forward, forwardSync, gridConstants } from "./lmae";
import { createWeights, readModelFile } from "./modelFile";
import { runToEnd } from "./steps";
import { view } from "./view";
import { disposeWeights } from "./weights";

setWasmPaths(`${import.meta.dirname}/../../node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
const folder = `${import.meta.dirname}/fixtures`;

describe.each(["cpu", "wasm"])("golden parity on %s", (backend) => {
  it("answers as PyTorch does", async () => {
    await tf.setBackend(backend);
    const golden = readGolden(
      readFileSync(`${folder}/lmae-tiny.json`, "utf8"),
      readFileSync(`${folder}/lmae-tiny.bin`),
    );
    const weights = await createWeights(await readModelFile(readModelPart(`${folder}/lmae-tiny`), () => {}));
    const patches = golden.input.width / 16;
    const grid = gridConstants(weights.config.dim, patches, patches);
    const { logits, wrong } = forwardSync(weights, golden.input, grid, golden.regions);
    const { maxError, agreement } = golden.compare(await logits.data());
    expect(maxError).toBeLessThanOrEqual(1e-3);
    expect(agreement).toBeGreaterThanOrEqual(0.999);
    expect(golden.trustError((await wrong?.data()) ?? [])).toBeLessThanOrEqual(1e-3);
    const { image, width, height } = golden.input;
    const seen = runToEnd(view(weights, image, width, height, grid));
    expect(seen.shape).toEqual([1, height / 8, width / 8, weights.config.stem[2]]);
    expect(golden.viewError(await seen.data())).toBeLessThanOrEqual(1e-3);
    tf.dispose([logits, wrong ?? [], seen]);
    tf.dispose([grid.position, grid.distance8]);
    disposeWeights(weights);
  });

  it("frees everything, finished or cancelled after any step", async () => {
    await tf.setBackend(backend);
    const golden = readGolden(
      readFileSync(`${folder}/lmae-tiny.json`, "utf8"),
      readFileSync(`${folder}/lmae-tiny.bin`),
    );
    const before = tf.memory().numTensors;
    const weights = await createWeights(await readModelFile(readModelPart(`${folder}/lmae-tiny`), () => {}));
    const grid = gridConstants(weights.config.dim, 4, 4);
    const loaded = tf.memory().numTensors;
    const { logits, wrong } = forwardSync(weights, golden.input, grid, golden.regions);
    tf.dispose([logits, wrong ?? []]);
    expect(tf.memory().numTensors).toBe(loaded);
    for (let stop = 1; stop < 13; stop++) {
      const steps = forward(weights, golden.input, grid, golden.regions);
      for (let i = 0; i < stop; i++) steps.next();
      expect(() => steps.throw(new Error("cancelled"))).toThrow("cancelled");
      expect(tf.memory().numTensors).toBe(loaded);
    }
    const { image, width, height } = golden.input;
    runToEnd(view(weights, image, width, height, grid)).dispose();
    expect(tf.memory().numTensors).toBe(loaded);
    for (let stop = 1; stop <= 1 + weights.config.decoderDepth; stop++) {
      const steps = view(weights, image, width, height, grid);
      for (let i = 0; i < stop; i++) expect(steps.next().done).toBe(false);
      expect(() => steps.throw(new Error("cancelled"))).toThrow("cancelled");
      expect(tf.memory().numTensors).toBe(loaded);
    }
    tf.dispose([grid.position, grid.distance8]);
    disposeWeights(weights);
    expect(tf.memory().numTensors).toBe(before);
  });
});
