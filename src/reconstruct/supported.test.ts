import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import type { SupportMap } from "../support/types";
import { createWindowCache, type WindowCache } from "../window/windowCache";
import type { MaskedLabel } from "./fixtures/maskedLabel";
import { bandImage, bandLabel, requestOf } from "./fixtures/request";
import { reconstruct } from "./reconstruct";
import type { ReconstructionRequest, ReconstructionResult } from "./types";

const proceed = () => Promise.resolve();
const [WIDTH, HEIGHT] = [300, 260];
const [ROWS, COLUMNS] = [32, 37];
const image = bandImage(WIDTH, HEIGHT);
let model: LoadedModel;
let cache: WindowCache;

beforeAll(async () => {
  model = await tinyModel("wasm", "lmae-tiny-backbone");
  cache = createWindowCache(model);
  cache.setImage(image);
});
afterAll(() => {
  cache.dispose();
  model.dispose();
});

async function run(request: ReconstructionRequest, support: SupportMap | null, on = cache) {
  const results: ReconstructionResult[] = [];
  for await (const result of reconstruct(on, image, request, support, proceed)) results.push(result);
  return results;
}

/** Everywhere the same posteriors by class. */
function evenSupport(shares: Record<number, number>): SupportMap {
  const classes = Object.keys(shares).map(Number);
  const probabilities = new Float32Array(classes.length * ROWS * COLUMNS);
  classes.forEach((id, k) => {
    probabilities.fill(shares[id], k * ROWS * COLUMNS, (k + 1) * ROWS * COLUMNS);
  });
  return { classes, rows: ROWS, columns: COLUMNS, probabilities };
}

/** The inputs of the passes that a request takes. */
async function inputsOf(label: MaskedLabel, support: SupportMap | null, changes: Partial<ReconstructionRequest> = {}) {
  const spy = vi.spyOn(model, "runParts");
  const results = await run(requestOf(label, changes), support);
  const inputs = spy.mock.calls.map(([, input]) => input);
  spy.mockRestore();
  return { results, inputs };
}

describe("a request with support", { timeout: 60_000 }, () => {
  const hole = bandLabel(WIDTH, HEIGHT, [[100, 80, 50, 30]]);
  const ids = (results: readonly ReconstructionResult[]) => new Set(results.at(-1)?.ids);

  it("may answer with a class that no pixel shows", async () => {
    const { results, inputs } = await inputsOf(hole, evenSupport({ 900: 0.9, 7: 0.1 }), { passes: 2, ratio: 0 });
    expect(inputs).toHaveLength(2);
    for (const { slots, given, support } of inputs) {
      expect([...(support?.candidates ?? [])]).toEqual([...new Uint8Array(slots - 1), 1]);
      expect(given.includes(slots - 1)).toBe(false);
      // Class 7 is the band on the left of the hole; its slot has its posterior, the candidate's comes last but one.
      expect(support?.posteriors[(slots - 1) * 784]).toBeCloseTo(0.9, 6);
      expect([...Array(slots).keys()].map((slot) => support?.posteriors[slot * 784].toFixed(1))).toContain("0.1");
      expect(support?.posteriors[slots * 784]).toBeCloseTo(0, 6);
    }
    expect(results.map(({ passesDone }) => passesDone)).toEqual([1, 2]);
    const [told] = await run(requestOf(hole), evenSupport({ 900: 1 }));
    expect(told.confidence).not.toEqual((await run(requestOf(hole), null))[0].confidence);
  });

  it("answers for a picture without any label, in the candidates", async () => {
    const nothing = bandLabel(WIDTH, HEIGHT, [[0, 0, WIDTH, HEIGHT]]);
    const { results } = await inputsOf(nothing, evenSupport({ 40: 0.4, 50: 0.3, 60: 0.2, 70: 0.1 }));
    for (const id of ids(results)) expect([40, 50, 60]).toContain(id);
    expect(results[0].confidence.every((value) => value > 0)).toBe(true);
  });

  it("never has a locked or ignored class as a candidate", async () => {
    const refusing = { ...hole, lockedIds: [900], ignoredIds: [901] };
    const { results, inputs } = await inputsOf(refusing, evenSupport({ 900: 0.4, 901: 0.35, 902: 0.25 }));
    const [{ slots, support }] = inputs;
    expect(support?.candidates.reduce((sum, flag) => sum + flag, 0)).toBe(1);
    expect(support?.posteriors[(slots - 1) * 784]).toBeCloseTo(0.25, 6);
    expect(support?.posteriors[slots * 784]).toBeCloseTo(0.75, 5);
    for (const id of ids(results)) expect([900, 901]).not.toContain(id);
  });

  it("has a class of one window as a candidate in another one, but not a locked one", async () => {
    const far = bandLabel(WIDTH * 3, HEIGHT, [
      [20, 80, 20, 20],
      [840, 80, 20, 20],
    ]);
    const wide = bandImage(WIDTH * 3, HEIGHT);
    const [left, right] = [5, 27];
    for (const lockedIds of [[], [right]]) {
      const spy = vi.spyOn(model, "runParts");
      const request = requestOf({ ...far, lockedIds });
      for await (const _ of reconstruct(cache, wide, request, evenSupport({ [left]: 0.5, [right]: 0.5 }), proceed));
      const flags = spy.mock.calls.map(([, input]) => input.support?.candidates.reduce((sum, flag) => sum + flag, 0));
      expect(flags).toEqual(lockedIds.length > 0 ? [0, 1] : [1, 1]);
      spy.mockRestore();
    }
  });

  it("is as one without where the model cannot listen", async () => {
    const deaf = await tinyModel("wasm", "lmae-tiny");
    const own = createWindowCache(deaf);
    const told = await run(requestOf(hole), evenSupport({ 900: 1 }), own);
    const untold = await run(requestOf(hole), null, own);
    expect(told.map(({ elapsedMs: _, ...rest }) => rest)).toEqual(untold.map(({ elapsedMs: _, ...rest }) => rest));
    own.dispose();
    deaf.dispose();
  });
});
