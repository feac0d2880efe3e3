import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { forEachPixel, type Region } from "../core/region";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import type { SupportMap } from "../support/types";
import { createWindowCache } from "../window/windowCache";
import { findErrors } from "./findErrors";
import { colourModel, type Passes, simpleRule } from "./fixtures/colourModel";
import { box, disc, findRequest, IDS, mislabelled, type Picture, picture, pictureSupport } from "./fixtures/picture";
import { SAME } from "./proposals";
import { overlap } from "./regions";
import type { FindRequest, FindResult, FindSteps } from "./types";

const proceed = () => Promise.resolve();
/** Pictures of ground, sky, and things of the colours 2 and 3. */
function landscape(imageKey: string, width = 270, height = 224, shift = 0): Picture {
  const things = [
    box(1, 0, height / 2, width, height),
    disc(2, 100 + shift, 60, 26),
    disc(3, width - 70, height - 60 - shift, 24),
  ];
  return picture(width, height, things, imageKey);
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
  const search = findErrors(cache, of.image, request, map, proceed);
  for (;;) {
    const step = await search.next();
    if (step.done) {
      cache.dispose();
      return { result: step.value, steps };
    }
    steps.push(step.value);
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
    expect(steps).toEqual([1, 2].map((done) => ({ done, total: 2 })));
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
    // In the middle, the object lies in both windows.
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

  it("leaves excluded pixels alone and cold, and skips windows that hold nothing else", async () => {
    // The left one of the two windows.
    const excluded = Uint8Array.from(given, (_, i) => (i % 270 < 224 ? 1 : 0));
    const { result, steps } = await find(findRequest(scene, given, { excluded }));
    expect(passes.detectErrors).toBe(1);
    expect(steps).toHaveLength(2);
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

  it("repeats itself for the same seed", async () => {
    const { elapsedMs: _, ...first } = (await find(findRequest(scene, given))).result;
    const { elapsedMs: __, ...again } = (await find(findRequest(scene, given))).result;
    expect(again).toEqual(first);
  });

  it("takes few passes: for a window one over all of its label and at most 15 more", async () => {
    await find(findRequest(scene, given));
    // A window and its mirror image: all readings share the encoding.
    expect(passes.encode).toBe(2 * 2);
    expect(passes.detectErrors).toBe(2);
    // 2 + 4 patch draws, at most 4 of components, the band and the redrawn rims twice each.
    expect(passes.run).toBeLessThanOrEqual(2 * 14);
    expect(passes.run).toBeGreaterThanOrEqual(2 * 9);
  });

  it("refuses a model without rules, and rasters that do not fit", async () => {
    const unable = createWindowCache({ ...model, finding: null });
    const search = findErrors(unable, scene.image, findRequest(scene, given), null, proceed);
    await expect(search.next()).rejects.toThrow("cannot find errors");
    await expect(find(findRequest(scene, given, { width: 269 }))).rejects.toThrow("269x224");
    await expect(find(findRequest(scene, new Uint16Array(5)))).rejects.toThrow("5 px");
  });
});

describe("on the engine", { timeout: 120_000 }, () => {
  it("frees everything, finished or cancelled", async () => {
    const tiny = await tinyModel("wasm");
    const rules = { ...tiny, finding: simpleRule };
    const map = pictureSupport(scene, [0, 1, 2, 3]);
    const search = (checkpoint = proceed) =>
      findErrors(createWindowCache(rules), scene.image, findRequest(scene, given), map, checkpoint);
    const first = search();
    await first.next();
    await first.return(undefined as unknown as FindResult);
    const tensors = tf.memory().numTensors;
    for (let stop = 1; stop < 120; stop += 29) {
      let pauses = 0;
      const cancel = async () => {
        if (++pauses === stop) throw new Error("cancelled");
      };
      await expect(search(cancel).next()).rejects.toThrow("cancelled");
      expect(tf.memory().numTensors).toBe(tensors);
    }
    tiny.dispose();
  });
});
