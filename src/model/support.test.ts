import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { type Golden, readGolden } from "./fixtures/golden";
import { runToEnd } from "./fixtures/runToEnd";
import { tinyModel, wasmEngine } from "./fixtures/tinyModel";
import type { ImageFeatures } from "./imageFeatures";
import type { WindowInput } from "./labels";
import { forward, forwardErrors, gridConstants } from "./lmae";
import type { LoadedModel } from "./loadedModel";
import { upsample } from "./ops";
import { doubled } from "./raster";
import { type SlotSupport, supportEvidence } from "./support";

const folder = `${import.meta.dirname}/fixtures`;
const proceed = () => Promise.resolve();
const goldenOf = (name: string): Golden =>
  readGolden(readFileSync(`${folder}/${name}.json`, "utf8"), readFileSync(`${folder}/${name}.bin`));

describe("evidence of support", () => {
  const posteriors = Float32Array.of(0.5, 1, 1e-5, 0, 0.25, 0, 0.5, 0.5, 0.25, 0, 0.5, 0.5);
  const support: SlotSupport = { posteriors, candidates: Uint8Array.of(0, 1) };
  const log = (p: number) => 1 - Math.log(Math.max(p, 1e-3)) / Math.log(1e-3);

  it("is the posterior, its logarithm from 0 to 1, and that it is there", async () => {
    await wasmEngine();
    const { slots, others, logs } = supportEvidence(support, 2, 2);
    expect([slots[8].shape, slots[4].shape]).toEqual([
      [3, 2, 2, 2],
      [3, 2, 4, 4],
    ]);
    const own = [...posteriors.subarray(0, 8)];
    const wanted = [...own, ...own.map(log), ...own.map(() => 1)];
    (await slots[8].data()).forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i], 5);
    });
    const rest = [...posteriors.subarray(8)].flatMap((p) => [p, log(p), 1]);
    (await others.data()).forEach((value, i) => {
      expect(value).toBeCloseTo(rest[i], 5);
    });
    const byCell = [0, 1, 2, 3].flatMap((cell) => [log(own[cell]), log(own[4 + cell]), 0]);
    (await logs.data()).forEach((value, i) => {
      expect(value).toBeCloseTo(byCell[i], 5);
    });
    expect([log(1), log(0)]).toEqual([1, 0]);
    tf.dispose([slots, others, logs]);
  });

  it("is refused when it is not about the window's slots and cells", () => {
    expect(() => supportEvidence(support, 2, 3)).toThrow("12 posteriors for 2 slots of 2x3 cells");
  });
});

it("rasters are doubled as the engine does it", async () => {
  await wasmEngine();
  const random = createRandom(4);
  const [planes, height, width] = [2, 3, 5];
  const values = Float32Array.from({ length: planes * height * width }, () => random.next());
  const { values: plain } = doubled({ values, planes, width, height });
  const engine = tf.tidy(() => upsample(tf.tensor4d(values, [planes, height, width, 1]), 2));
  (await engine.data()).forEach((value, i) => {
    expect(plain[i]).toBeCloseTo(value, 5);
  });
  engine.dispose();
});

describe("a network that listens to support", { timeout: 60_000 }, () => {
  let model: LoadedModel;
  let features: ImageFeatures;
  let input: WindowInput;
  let golden: Golden;

  beforeAll(async () => {
    model = await tinyModel("wasm", "lmae-tiny-backbone");
    golden = goldenOf("lmae-tiny-backbone");
    input = golden.supported?.input ?? golden.input;
    features = runToEnd(model.encode(golden.image, input.width, input.height));
  });
  afterAll(() => {
    tf.dispose(features);
    model.dispose();
  });

  async function answer(asked: WindowInput): Promise<Float32Array> {
    const logits = await model.run(features, asked, proceed);
    const values = (await logits.data()) as Float32Array;
    logits.dispose();
    return values;
  }

  it("answers in the order of the slots, whatever that is", async () => {
    const { slots } = input;
    const straight = await answer(input);
    const orders = fc.shuffledSubarray([...Array(slots).keys()], { minLength: slots });
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const turned = await answer(permuted(input, order));
        const channel = [...order.map((_, to) => order.indexOf(to)), slots];
        let most = 0;
        for (let i = 0; i < straight.length; i++) {
          const other = i - (i % (slots + 1)) + channel[i % (slots + 1)];
          most = Math.max(most, Math.abs(turned[i] - straight[other]));
        }
        expect(most).toBeLessThan(1e-4);
      }),
      { numRuns: 6 },
    );
  });

  it("gives a slot that is visible nowhere a say only as a candidate", async () => {
    const { support, slots } = input;
    if (!support) throw new Error("The fixture has no support.");
    const last = (values: Float32Array) => values.filter((_, i) => i % (slots + 1) === slots - 1);
    const without = { ...support, candidates: new Uint8Array(slots) };
    expect(Math.max(...last(await answer({ ...input, support: without })))).toBeLessThan(-1e8);
    expect(Math.min(...last(await answer(input)))).toBeGreaterThan(-1e3);
  });

  it("answers where nothing is visible and all slots are candidates", async () => {
    const { support, slots } = input;
    const nothing = {
      ...input,
      given: input.given.map(() => 255),
      nearest: input.nearest.map(() => 255),
      distance: input.distance.map(() => 1e4),
      support: support && { ...support, candidates: new Uint8Array(slots).fill(1) },
    };
    const values = await answer(nothing);
    expect(values.every((value) => Math.abs(value) < 1e3)).toBe(true);
  });

  it("computes no more without support than one that cannot listen, and little more with it", async () => {
    const deaf = await tinyModel("wasm", "lmae-tiny");
    const small = goldenOf("lmae-tiny");
    const plain = runToEnd(deaf.encode(small.image, small.input.width, small.input.height));
    const kernels = async (of: LoadedModel, encoded: ImageFeatures, asked: WindowInput): Promise<number> => {
      const patches = asked.width / 16;
      const grid = gridConstants(of.weights.config.dim, patches, patches);
      const regions = new Int32Array((asked.width / 8) ** 2).fill(1);
      const { kernels: run } = await tf.profile(() =>
        tf.tidy(() => [
          ...runToEnd(forward(of.weights, encoded, asked, grid)),
          runToEnd(forwardErrors(of.weights, encoded, asked, grid, regions)),
        ]),
      );
      tf.dispose([grid.position, grid.distance8]);
      return run.length;
    };
    const without = await kernels(model, features, golden.input);
    expect(without).toBe(await kernels(deaf, plain, small.input));
    expect(await kernels(deaf, plain, { ...small.input, support: supportOf(small.input) })).toBe(without);
    const told = await kernels(model, features, input);
    expect(told).toBeGreaterThan(without);
    expect(told).toBeLessThanOrEqual(without + 18);
    tf.dispose(plain);
    deaf.dispose();
  });
});

/** Support of the right size that says nothing. */
function supportOf({ slots, width, height }: WindowInput): SlotSupport {
  const posteriors = new Float32Array(((slots + 1) * width * height) / 64).fill(1 / (slots + 1));
  return { posteriors, candidates: new Uint8Array(slots) };
}

/** The same window with slot k of it in place `order[k]`. */
function permuted(input: WindowInput, order: readonly number[]): WindowInput {
  const { given, nearest, support, slots } = input;
  const place = (slot: number): number => order[slot] ?? slot;
  if (!support) throw new Error("There is no support to permute.");
  const posteriors = support.posteriors.slice();
  const candidates = support.candidates.slice();
  const cells = posteriors.length / (slots + 1);
  order.forEach((to, from) => {
    posteriors.set(support.posteriors.subarray(from * cells, (from + 1) * cells), to * cells);
    candidates[to] = support.candidates[from];
  });
  return { ...input, given: given.map(place), nearest: nearest.map(place), support: { posteriors, candidates } };
}
