import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import { cutLabel, MASKED, rasterSource } from "../window/resample";
import { createWindowCache, type WindowCache } from "../window/windowCache";
import { anyLabel, sameBytes, wholeLabel } from "./fixtures/anyLabel";
import type { MaskedLabel } from "./fixtures/maskedLabel";
import { bandImage, bandLabel, bandRequest, requestOf } from "./fixtures/request";
import { reconstruct } from "./reconstruct";
import type { ReconstructionRequest, ReconstructionResult } from "./types";

const proceed = () => Promise.resolve();
const [WIDTH, HEIGHT] = [300, 260];
const image = bandImage(WIDTH, HEIGHT);
let model: LoadedModel;
let cache: WindowCache;

beforeAll(async () => {
  model = await tinyModel("wasm");
  cache = createWindowCache(model);
  cache.setImage(image);
});
afterAll(() => {
  cache.dispose();
  model.dispose();
});

async function run(request: ReconstructionRequest, of = image): Promise<ReconstructionResult[]> {
  const results: ReconstructionResult[] = [];
  for await (const result of reconstruct(cache, of, request, null, proceed)) results.push(result);
  return results;
}

describe("reconstruct", { timeout: 60_000 }, () => {
  it("answers for the masked pixels only, in ids that are visible", async () => {
    const label = bandLabel(WIDTH, HEIGHT, [[100, 80, 50, 30]]);
    label.mask[82 * WIDTH + 110] = 0;
    const [result] = (await run(requestOf(label))).slice(-1);
    expect(result.rect).toEqual({ x: 100, y: 80, width: 50, height: 30 });
    expect([result.documentVersion, result.imageKey, result.model]).toEqual([3, "bands", "lmae-tiny"]);
    const unmasked = 2 * 50 + 10;
    expect(result.ids[unmasked]).toBe(label.labels[82 * WIDTH + 110]);
    expect([result.confidence[unmasked], result.other[unmasked]]).toEqual([0, 0]);
    const visible = new Set(label.labels);
    for (const id of result.ids) expect(visible).toContain(id);
    expect(result.confidence.filter((value) => value > 0).length).toBe(50 * 30 - 1);
  });

  it("posts a result a pass, the last one complete, and repeats itself for the same seed", async () => {
    const request = bandRequest(WIDTH, HEIGHT, [100, 80, 20, 20], { passes: 3, ratio: 0.5 });
    const results = await run(request);
    expect(results.map((r) => [r.passesDone, r.passes])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    const again = await run(request);
    expect(again[2].confidence).toEqual(results[2].confidence);
    const other = await run({ ...request, seed: 2 });
    expect(other[2].confidence).not.toEqual(results[2].confidence);
  });

  it("looks at no more of a window than its mask reads, and answers as if it looked at all of it", async () => {
    const label = bandLabel(WIDTH, HEIGHT, [
      [20, 30, 24, 20],
      [150, 150, 30, 16],
    ]);
    const request = requestOf(label, { passes: 2, ratio: 0.3 });
    const { runParts } = model;
    const areas: number[] = [];
    const spy = vi.spyOn(model, "runParts");
    spy.mockImplementation((features, input, parts, checkpoint) => {
      areas.push(parts.reduce((sum, { width, height }) => sum + (width * height) / (input.width * input.height), 0));
      return runParts(features, input, parts, checkpoint);
    });
    const ofParts = await run(request);
    expect(areas.length).toBeGreaterThan(0);
    expect(Math.max(...areas)).toBeLessThan(0.1);
    spy.mockImplementation((features, input, _, checkpoint) => {
      return runParts(features, input, [{ x: 0, y: 0, width: input.width, height: input.height }], checkpoint);
    });
    const ofAll = await run(request);
    spy.mockRestore();
    ofParts.forEach(({ ids, confidence, other }, pass) => {
      expect(ids).toEqual(ofAll[pass].ids);
      expect(other).toEqual(ofAll[pass].other);
      confidence.forEach((sure, i) => {
        expect(Math.abs(sure - ofAll[pass].confidence[i])).toBeLessThan(1e-4);
      });
    });
  });

  it("runs two passes, one of them mirrored, when nothing else is hidden", async () => {
    const request = bandRequest(WIDTH, HEIGHT, [60, 60, 50, 50], { passes: 8, ratio: 0 });
    const results = await run(request);
    expect(results.map((r) => [r.passesDone, r.passes])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(await run({ ...request, passes: 1 })).toHaveLength(1);
  });

  it("gives the mirror image the mirrored answer", async () => {
    // The second pass of an image is the first of its mirror: their mean is the same, turned round.
    const label = bandLabel(WIDTH, HEIGHT, [[60, 60, 150, 150]]);
    const [, straight] = await run(requestOf(label, { passes: 2 }));
    const [, turned] = await run(requestOf(mirrorLabel(label), { passes: 2 }), mirrorImage(image));
    expect(turned.rect).toEqual({ ...straight.rect, x: WIDTH - straight.rect.x - straight.rect.width });
    const back = mirrorRows(turned.ids, turned.rect.width);
    const same = back.filter((id, i) => id === straight.ids[i]).length;
    expect(same / back.length).toBeGreaterThan(0.99);
  });

  it("never changes nor proposes a locked class, nor proposes an ignored one", async () => {
    const label = { ...bandLabel(WIDTH, HEIGHT, [[70, 80, 100, 40]]), lockedIds: [8], ignoredIds: [7] };
    const [{ rect, ids }] = await run(requestOf(label));
    for (let i = 0; i < ids.length; i++) {
      const x = rect.x + (i % rect.width);
      const given = label.labels[(rect.y + Math.floor(i / rect.width)) * WIDTH + x];
      if (given === 8) expect(ids[i]).toBe(8);
      else expect([7, 8]).not.toContain(ids[i]);
    }
  });

  it("says that no class is visible when nothing is left to see", async () => {
    const label = bandLabel(WIDTH, HEIGHT, [[0, 0, WIDTH, HEIGHT]]);
    const [{ ids, other, confidence }] = await run(requestOf(label));
    expect(ids).toEqual(label.labels);
    expect(other.every((value) => value === 1)).toBe(true);
    expect(confidence.every((value) => value === 0)).toBe(true);
  });

  it("proposes a hint's class where it is the only one visible", async () => {
    const label = bandLabel(WIDTH, HEIGHT, [[0, 0, WIDTH, HEIGHT]]);
    for (let x = 100; x < 140; x++) {
      const at = 120 * WIDTH + x;
      label.mask[at] = 0;
      label.hints[at] = 1;
      label.labels[at] = 42;
    }
    const [{ ids, rect }] = await run(requestOf(label));
    expect(rect).toEqual({ x: 0, y: 0, width: WIDTH, height: HEIGHT });
    expect(ids.every((id) => id === 42)).toBe(true);
  });

  it("answers an empty mask with an empty result", async () => {
    const [result, ...rest] = await run(bandRequest(WIDTH, HEIGHT, [0, 0, 0, 0]));
    expect(rest).toEqual([]);
    expect([result.rect.width, result.ids.length, result.passesDone]).toEqual([0, 0, 1]);
  });

  it("covers parts far apart and scaled windows", async () => {
    const [width, height] = [900, 700];
    const label = bandLabel(width, height, [
      [10, 10, 30, 30],
      [500, 400, 300, 250],
    ]);
    const [{ rect, confidence }] = await run(requestOf(label), bandImage(width, height));
    expect(rect).toEqual({ x: 10, y: 10, width: 790, height: 640 });
    const answered = confidence.filter((value) => value > 0).length;
    expect(answered).toBe(30 * 30 + 250 * 300);
  });

  it("answers as it does with the whole label: near borders, in several clusters, in scaled windows", async () => {
    for (const [width, height, parts, seed] of [
      [300, 260, 2, 1],
      [150, 400, 3, 2],
      [700, 520, 4, 6],
    ] as const) {
      const given = anyLabel(width, height, parts, seed);
      const of = bandImage(width, height);
      const cut = requestOf(given, { passes: 2, ratio: 0.3 });
      const results = await run(cut, of);
      const { rect, labels, kinds } = wholeLabel(given);
      const windowLabels = cut.windows.map((window) => cutLabel(rasterSource({ rect, labels, kinds }), window));
      const masked = { rect, labels, bits: kinds.map((kind) => (kind === MASKED ? 1 : 0)) };
      const wanted = await run({ ...cut, windowLabels, masked }, of);
      expect(results[0].confidence.some((value) => value > 0)).toBe(true);
      expect(results.map(({ rect, passes }) => [rect, passes])).toEqual(
        wanted.map(({ rect, passes }) => [rect, passes]),
      );
      for (const [i, { ids, confidence, other }] of results.entries()) {
        expect(sameBytes(ids, wanted[i].ids)).toBe(true);
        expect(sameBytes(confidence, wanted[i].confidence)).toBe(true);
        expect(sameBytes(other, wanted[i].other)).toBe(true);
      }
    }
  });

  it("encodes every window once, in the mirror once more, and not again for later requests on the same windows", async () => {
    const encode = vi.spyOn(model, "encode");
    const own = createWindowCache(model);
    own.setImage(image);
    const passes = async (request: ReconstructionRequest): Promise<number> => {
      let count = 0;
      for await (const _ of reconstruct(own, image, request, null, proceed)) count++;
      return count;
    };
    const label = bandLabel(WIDTH, HEIGHT, [[100, 80, 50, 30]]);
    expect(await passes(requestOf(label, { passes: 1 }))).toBe(1);
    expect(encode).toHaveBeenCalledTimes(1);
    expect(await passes(requestOf(label, { passes: 4, ratio: 0.6 }))).toBe(4);
    expect(encode).toHaveBeenCalledTimes(2);
    const hinted = { ...label, hints: label.mask.map((bit, i) => (i % WIDTH === 120 ? bit : 0)) };
    expect(await passes(requestOf(hinted, { passes: 2, ratio: 0.6 }))).toBe(2);
    expect(encode).toHaveBeenCalledTimes(2);
    expect(await passes(requestOf(bandLabel(WIDTH, HEIGHT, [[90, 80, 50, 30]]), { passes: 2 }))).toBe(2);
    expect(encode).toHaveBeenCalledTimes(4);
    own.dispose();
    encode.mockRestore();
  });

  it("refuses rasters of another size", async () => {
    await expect(run(bandRequest(100, 100, [10, 10, 5, 5]))).rejects.toThrow("The label is 100x100 px");
    const request = bandRequest(WIDTH, HEIGHT, [10, 10, 5, 5]);
    const short = { ...request.masked, bits: request.masked.bits.subarray(1) };
    await expect(run({ ...request, masked: short })).rejects.toThrow("The request's rasters do not have 5x5 px");
    const [label] = request.windowLabels;
    for (const windowLabels of [[], [{ ...label, kinds: label.kinds.subarray(1) }], [{ ...label, size: 320 }]]) {
      await expect(run({ ...request, windowLabels })).rejects.toThrow("not those of its windows");
    }
  });
});

function mirrorRows<T extends Uint8Array | Uint16Array | Uint8ClampedArray>(raster: T, width: number, channels = 1): T {
  const turned = raster.slice() as T;
  for (let i = 0; i < raster.length / channels; i++) {
    const from = i - (i % width) + (width - 1 - (i % width));
    for (let c = 0; c < channels; c++) turned[channels * i + c] = raster[channels * from + c];
  }
  return turned;
}

function mirrorLabel(label: MaskedLabel): MaskedLabel {
  const { labels, mask, hints, width } = label;
  return {
    ...label,
    labels: mirrorRows(labels, width),
    mask: mirrorRows(mask, width),
    hints: mirrorRows(hints, width),
  };
}

function mirrorImage(of: typeof image): typeof image {
  return { ...of, rgba: mirrorRows(of.rgba, of.width, 4) };
}

describe("memory", { timeout: 240_000 }, () => {
  it("stays flat over 100 requests of changing shape, some of them cancelled", async () => {
    const shapes = Array.from({ length: 100 }, (_, i) => ({
      box: [20 + (i % 7) * 10, 30 + (i % 5) * 9, 12 + (i % 11) * 6, 10 + (i % 13) * 5] as const,
      passes: 1 + (i % 2),
      ratio: i % 3 === 0 ? 0.5 : 0.1,
      cancelAt: i % 4 === 3 ? i % 23 : Infinity,
    }));
    // Both window sizes have their constants after these two.
    await run(bandRequest(WIDTH, HEIGHT, [20, 20, 20, 20]));
    await run(bandRequest(WIDTH, HEIGHT, [20, 20, 100, 100]));
    cache.setImage(null);
    const { numTensors, numBytes } = tf.memory();
    // Less than the windows of all shapes take: some are found again, others have had to go.
    const small = createWindowCache(model, { windows: 6, bytes: 2 ** 21 });
    small.setImage(image);
    let cancelled = 0;
    for (const { box, passes, ratio, cancelAt } of shapes) {
      let steps = 0;
      const checkpoint = async () => {
        if (++steps > cancelAt) throw new Error("cancelled");
      };
      const request = bandRequest(WIDTH, HEIGHT, box, { passes, ratio });
      try {
        for await (const result of reconstruct(small, image, request, null, checkpoint)) {
          expect(result.rect.width).toBe(box[2]);
        }
      } catch {
        cancelled++;
      }
      expect(tf.memory().numBytes).toBe(numBytes + small.bytes());
      expect(small.bytes()).toBeLessThanOrEqual(2 ** 21);
    }
    expect(cancelled).toBeGreaterThan(15);
    small.dispose();
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    cache.setImage(image);
  });
});
