import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { forEachPixel, type Region, regionFromPredicate } from "../core/region";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import type { SupportMap } from "../support/types";
import { createWindowCache } from "../window/windowCache";
import { findErrors } from "./findErrors";
import { SAME } from "./findInScene";
import { colourModel, type Passes, simpleRule } from "./fixtures/colourModel";
import {
  box,
  disc,
  findRequest,
  IDS,
  mislabelled,
  type Picture,
  picture,
  pictureSupport,
  type Thing,
} from "./fixtures/picture";
import { overlap } from "./regions";
import type { FindRequest, FindResult, FindSteps } from "./types";

const proceed = () => Promise.resolve();
/** Pictures of ground, sky, and things of the colours 2 and 3. */
function landscape(imageKey: string, width = 270, height = 224, more: readonly Thing[] = []): Picture {
  const things = [box(1, 0, height / 2, width, height), disc(2, 100, 60, 26), disc(3, width - 70, height - 60, 24)];
  return picture(width, height, [...things, ...more], imageKey);
}

const scene = landscape("searched");
const lost = disc(2, 100, 60, 26);
const given = mislabelled(scene, lost, IDS[0]);
let model: LoadedModel;
let passes: Passes;

beforeEach(async () => {
  ({ model, passes } = await colourModel());
});

async function find(
  request: FindRequest,
  of = scene,
  map: SupportMap | null = pictureSupport(of, [0, 1, 2, 3]),
): Promise<{ result: FindResult; steps: FindSteps[] }> {
  const steps: FindSteps[] = [];
  const cache = createWindowCache(model);
  cache.setImage(of.image);
  try {
    const result = await findErrors(cache, of.image, request, map, proceed, (step) => steps.push(step));
    return { result, steps };
  } finally {
    cache.dispose();
  }
}

function covered(region: Region, of: { covers(x: number, y: number): boolean }): number {
  let inside = 0;
  let all = 0;
  forEachPixel(region, (x, y) => {
    all++;
    if (of.covers(x, y)) inside++;
  });
  return inside / all;
}

describe("finding errors in an image", () => {
  it("finds a lost object, in the class that other images show there, and says where it looks wrong", async () => {
    const request = findRequest(scene, given);
    const { result, steps } = await find(request);
    const { regions, heat, accept } = result;
    expect([result.imageKey, result.documentVersion, result.width, result.height]).toEqual(["searched", 3, 270, 224]);
    expect([accept, result.model]).toEqual([simpleRule.accept, "colours"]);
    // Two tiles, then what is verified, of which there may be twelve to an area of a window.
    expect(steps.slice(0, 2)).toEqual([1, 2].map((done) => ({ done, total: 2 + 14, scan: 2 })));
    // The total stays what it was; what need not be verified is passed over at once.
    expect(new Set(steps.map(({ total }) => total))).toEqual(new Set([2 + 14]));
    const last = steps.length - 2;
    expect(steps.slice(2).map(({ done }) => done)).toEqual(Array.from({ length: last }, (_, i) => 17 - last + i));
    const [first] = regions;
    expect([first.from, first.to]).toEqual([IDS[0], IDS[2]]);
    expect(first.confidence).toBeGreaterThan(accept);
    expect(first.needsHint).toBe(false);
    expect(covered(first.region, lost)).toBeGreaterThan(0.95);
    expect(first.area / (Math.PI * 26 ** 2)).toBeGreaterThan(0.9);
    for (const { region, confidence } of regions.slice(1)) {
      expect(confidence).toBeLessThan(accept);
      expect(covered(region, lost)).toBeLessThan(0.9);
    }
    expect(heat[60 * 270 + 100]).toBeGreaterThan(200);
    expect(heat[200 * 270 + 40]).toBeLessThan(55);
  });

  it("says each thing once, the surest first, inside the image", async () => {
    // In the middle, the object lies in both tiles.
    const middle = disc(2, 135, 70, 26);
    const of = picture(270, 224, [box(1, 0, 112, 270, 112), middle, disc(3, 60, 180, 24)], "middle");
    const { result } = await find(findRequest(of, mislabelled(of, middle, IDS[0])), of);
    expect(result.regions.filter(({ to, confidence }) => to === IDS[2] && confidence > 0.5)).toHaveLength(1);
    result.regions.forEach((one, i) => {
      for (const other of result.regions.slice(i + 1)) {
        expect(overlap(one.region, other.region)).toBeLessThanOrEqual(SAME);
        expect(other.confidence).toBeLessThanOrEqual(one.confidence);
      }
      const { x, y, width, height } = one.region.rect;
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect([x + width <= 270, y + height <= 224]).toEqual([true, true]);
    });
  });

  it("finds what lies across the tiles as one region, without an end at a seam", async () => {
    // Of 480 px, tiles begin at 0, 128 and 256 and end at 224, 352 and 480; the largest window is 256 px wide.
    for (const [from, width] of [
      [120, 200],
      [40, 400],
    ] as const) {
      const wide = box(2, from, 100, width, 60);
      const of = picture(480, 256, [box(1, 0, 180, 480, 76), wide, disc(3, 60, 220, 24)], `across ${width}`);
      const { result } = await find(findRequest(of, mislabelled(of, wide, IDS[0])), of);
      const [first, ...rest] = result.regions;
      expect([first.from, first.to]).toEqual([IDS[0], IDS[2]]);
      if (width < 256) expect(first.region.rect).toEqual({ x: from, y: 100, width, height: 60 });
      const whole = regionFromPredicate({ x: 0, y: 0, width: 480, height: 256 }, (x, y) => wide.covers(x, y));
      // Beyond its window a region has the border that support gives it, to a cell or so.
      expect(overlap(first.region, whole)).toBeGreaterThan(width < 256 ? 0.99 : 0.85);
      for (const { region } of [first, ...rest]) {
        for (const seam of [128, 224, 256, 352])
          expect([region.rect.x, region.rect.x + region.rect.width]).not.toContain(seam);
      }
    }
  });

  it("cannot name what support does not know, and says so where it knows nothing", async () => {
    const { regions } = (await find(findRequest(scene, given), scene, pictureSupport(scene, [0, 1, 3]))).result;
    expect(regions.every(({ to }) => to !== IDS[2])).toBe(true);
    const alone = (await find(findRequest(scene, given), scene, null)).result;
    expect(alone.heat[60 * 270 + 100]).toBeGreaterThan(200);
    expect(alone.regions.every(({ needsHint, to }) => needsHint || to !== IDS[2])).toBe(true);
  });

  it("neither changes a locked class nor proposes one, nor an ignored one", async () => {
    for (const id of [IDS[0], IDS[2]]) {
      const { result } = await find(findRequest(scene, given, { lockedIds: [id] }));
      for (const { region, ids, from, to } of result.regions) {
        expect([from, to]).not.toContain(id);
        forEachPixel(region, (x, y) => {
          expect(given[y * 270 + x]).not.toBe(id);
          expect(ids[(y - region.rect.y) * region.rect.width + x - region.rect.x]).not.toBe(id);
        });
      }
    }
    const { result } = await find(findRequest(scene, given, { ignoredIds: [IDS[0]] }));
    for (const { region } of result.regions) {
      forEachPixel(region, (x, y) => void expect(given[y * 270 + x]).not.toBe(IDS[0]));
    }
    given.forEach((id, i) => {
      if (id === IDS[0] && result.heat[i] !== 0) throw new Error(`Heat at ${i}`);
    });
  });

  it("leaves excluded pixels alone and cold, and skips tiles that hold nothing else", async () => {
    // The left one of the two tiles.
    const excluded = Uint8Array.from(given, (_, i) => (i % 270 < 224 ? 1 : 0));
    const { result, steps } = await find(findRequest(scene, given, { excluded }));
    expect(passes.detectErrors).toBe(1);
    expect(steps.length).toBeGreaterThanOrEqual(2);
    for (const { region } of result.regions) expect(region.rect.x).toBeGreaterThanOrEqual(224);
    expect(result.heat.every((value, i) => value === 0 || i % 270 >= 224)).toBe(true);

    const some = Uint8Array.from(given, (_, i) => (lost.covers(i % 270, Math.floor(i / 270)) && i % 270 > 80 ? 1 : 0));
    const cut = (await find(findRequest(scene, given, { excluded: some }))).result;
    for (const { region } of cut.regions) {
      forEachPixel(region, (x, y) => void expect(some[y * 270 + x]).toBe(0));
    }
    some.forEach((bit, i) => {
      if (bit === 1 && cut.heat[i] !== 0) throw new Error(`Heat at ${i}`);
    });
  });

  it("finds the same again", async () => {
    const { elapsedMs: _, ...first } = (await find(findRequest(scene, given))).result;
    const { elapsedMs: __, ...again } = (await find(findRequest(scene, given))).result;
    expect(again).toEqual(first);
  });

  it("takes few passes: one a tile, and less than one a candidate that is verified", async () => {
    const photograph = landscape("photograph", 480, 360);
    await find(findRequest(photograph, photograph.labels), photograph);
    // It is searched at 341 x 256 px: four tiles; nothing in it is doubtful enough to be verified.
    expect({ ...passes }).toEqual({ encode: 4, run: 0, detectErrors: 4 });
    const objects = [disc(2, 220, 90, 30), disc(2, 380, 80, 30), disc(2, 60, 280, 24)];
    const missing = landscape("missing", 480, 360, objects);
    const { steps } = await find(findRequest(missing, photograph.labels), missing);
    const verifying = steps.length - 4;
    expect(verifying).toBeGreaterThan(1);
    expect(passes.run).toBe(verifying);
    expect(passes.detectErrors).toBe(8);
  });

  it("encodes nothing anew when an open image is searched again", async () => {
    const photograph = landscape("again", 480, 360);
    const cache = createWindowCache(model);
    cache.setImage(photograph.image);
    const search = (labels: Uint16Array) =>
      findErrors(cache, photograph.image, findRequest(photograph, labels), null, proceed, () => {});
    await search(photograph.labels);
    const encoded = passes.encode;
    await search(photograph.labels);
    expect(passes.encode).toBe(encoded);
    cache.dispose();
  });

  it("refuses a model without rules, and rasters that do not fit", async () => {
    const unable = createWindowCache({ ...model, finding: null });
    const search = findErrors(unable, scene.image, findRequest(scene, given), null, proceed, () => {});
    await expect(search).rejects.toThrow("cannot find errors");
    await expect(find(findRequest(scene, given, { width: 269 }))).rejects.toThrow("269x224");
    await expect(find(findRequest(scene, new Uint16Array(5)))).rejects.toThrow("5 px");
  });
});

describe("on the engine", { timeout: 120_000 }, () => {
  it("frees everything, finished or cancelled", async () => {
    const tiny = await tinyModel("wasm", "lmae-tiny-backbone");
    // Verifies whatever there is.
    const eager = { ...simpleRule, quick: { ...simpleRule.quick, bias: 9 } };
    const cache = createWindowCache({ ...tiny, finding: eager });
    cache.setImage(scene.image);
    const map = pictureSupport(scene, [0, 1, 2, 3]);
    let steps: FindSteps[] = [];
    const search = (checkpoint = proceed) => {
      steps = [];
      const request = findRequest(scene, given);
      return findErrors(cache, scene.image, request, map, checkpoint, (step) => steps.push(step));
    };
    // The first one makes what the model keeps for all windows of a size.
    let pauses = 0;
    await search(async () => void pauses++);
    expect(steps.length).toBeGreaterThan(4);
    const encoded = tf.memory().numTensors;
    await search();
    expect(tf.memory().numTensors).toBe(encoded);
    cache.setImage(null);
    const tensors = tf.memory().numTensors;
    for (let stop = 1; stop < pauses; stop += Math.ceil(pauses / 4)) {
      cache.setImage(scene.image);
      let passed = 0;
      const cancel = async () => {
        if (++passed === stop) throw new Error("cancelled");
      };
      await expect(search(cancel)).rejects.toThrow("cancelled");
      cache.setImage(null);
      expect(cache.bytes()).toBe(0);
      expect(tf.memory().numTensors).toBe(tensors);
    }
    expect(steps.at(-1)?.done).toBeGreaterThan(2);
    cache.dispose();
    tiny.dispose();
  });
});
