import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import { createWindowCache } from "../window/windowCache";
import { appearanceOf } from "./candidates/appearance";
import { newIdAt } from "./candidates/candidate";
import { candidates } from "./candidates/candidates";
import { describeCandidate } from "./candidates/features";
import { blendedErrorLogit, pixelFeatures, readSupport, suspicion } from "./evidence";
import { candidateFeatures, choose, findInScene } from "./findInScene";
import { type GoldenFind, readGoldenFind } from "./fixtures/goldenFind";
import { createNetwork } from "./network";
import { overlap, pixelsOf } from "./regions";
import { CANDIDATE_FEATURES, chance, PIXEL_FEATURES, parseRule, QUICK_FEATURES } from "./rule";
import { VOID } from "./scene";
import { tilingOf } from "./tiles";
import { passesOf, toHide, verify } from "./verify";

const folder = `${import.meta.dirname}/fixtures`;
const golden: GoldenFind = readGoldenFind(
  readFileSync(`${folder}/find.json`, "utf8"),
  readFileSync(`${folder}/find.bin`),
);
const proceed = () => Promise.resolve();

/** The largest difference; NaN, which no bound accepts, where a value is lacking. */
function error(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  return Array.from(wanted).reduce((most, value, i) => Math.max(most, Math.abs(value - got[i])), 0);
}

it("has the constants of the Python it is the twin of", () => {
  const modules = import.meta.glob<object>(
    [
      "./**/*.ts",
      "../support/*.ts",
      "../reconstruct/candidates.ts",
      "../window/windowSupport.ts",
      "!./**/*.test.ts",
      "!../support/*.test.ts",
    ],
    { eager: true },
  );
  expect(Object.assign({}, ...Object.values(modules))).toMatchObject(golden.constants as object);
});

// Plain JavaScript takes half a minute, and more than two on a busy machine.
describe.each(["cpu", "wasm"] as const)("golden error finding on %s", { timeout: 300_000 }, (backend) => {
  it("gathers, describes, chooses, verifies and proposes as PyTorch does", async () => {
    const model = await tinyModel(backend, golden.model as "lmae-tiny-backbone");
    const { scene, posteriors, image } = golden;
    const { width, label } = scene;
    const cache = createWindowCache(model);
    const network = createNetwork(cache, image, scene, posteriors, proceed);
    const tiling = tilingOf(width, scene.height, golden.window);
    const idle = Uint8Array.from(label, (id) => (id === VOID ? 1 : 0));

    // The first passes make what the model keeps for all windows of a size.
    const sides = new Set([tiling.window, ...golden.passes.map(({ at }) => at.side)]);
    for (const side of sides) await network.errorLogit({ x: 0, y: 0, side });
    const tensors = tf.memory().numTensors;

    const errorLogit = await blendedErrorLogit(network, tiling, idle, () => {});
    expect(error(errorLogit, golden.floats("error logit"))).toBeLessThanOrEqual(1e-3);
    const evidence = { errorLogit, ...readSupport(posteriors, scene) };
    expect([PIXEL_FEATURES, QUICK_FEATURES, CANDIDATE_FEATURES]).toEqual(Object.values(golden.names));
    pixelFeatures(evidence, scene.components).forEach((raster, k) => {
      const wanted = golden.floats("pixel features").subarray(k * label.length, (k + 1) * label.length);
      expect(error(raster, wanted), PIXEL_FEATURES[k]).toBeLessThanOrEqual(1e-3);
    });
    const rule = parseRule(golden.finding);
    const odds = suspicion(rule.pixel, evidence, scene);
    expect(error(odds, golden.floats("log odds"))).toBeLessThanOrEqual(1e-3);

    const seen = appearanceOf(scene.image, width, scene.height);
    expect(error(seen.ranks, golden.floats("edge ranks"))).toBeLessThanOrEqual(1e-3);
    const found = await candidates(scene, evidence, odds, posteriors, seen, proceed);
    expect(found.map(({ kind }) => kind)).toEqual(golden.candidates.map(({ kind }) => kind));
    const quick = found.map((one) => describeCandidate(one, scene, evidence, odds, seen.ranks));
    golden.candidates.forEach((wanted, i) => {
      expect(overlap(found[i].where, wanted.where)).toBeGreaterThanOrEqual(0.999);
      const ids = Int32Array.from(pixelsOf(wanted.where, width), (pixel) => newIdAt(found[i], pixel, width));
      expect(ids).toEqual(wanted.ids);
      expect(error(quick[i], wanted.features)).toBeLessThanOrEqual(1e-3);
    });
    expect(
      error(
        quick.map((features) => chance(rule.quick, features)),
        golden.floats("chances"),
      ),
    ).toBeLessThanOrEqual(1e-3);

    const chosen = choose(found, quick, rule.quick, tiling);
    expect(chosen).toEqual(golden.chosen);
    const asked = chosen.map((number) => found[number]);
    const passes = passesOf(
      tiling,
      asked.map((one) => toHide(one, scene)),
    );
    expect(passes).toEqual(golden.passes);
    expect(passes.some(({ members }) => members.length > 1)).toBe(true);
    const verified = await verify(scene, tiling, network, asked, () => {});
    let redrawn = 0;
    golden.verified.forEach((wanted, i) => {
      const one = verified[i];
      if (one === null) throw new Error(`Candidate ${chosen[i]} was not verified`);
      expect(error(candidateFeatures(quick[chosen[i]], one.features), wanted.features)).toBeLessThanOrEqual(1e-3);
      expect(one.where).toEqual(wanted.where);
      const ids = Int32Array.from(pixelsOf(wanted.where, width), (pixel) => newIdAt(one, pixel, width));
      expect(ids).toEqual(wanted.ids);
      if (one.where !== asked[i].where) redrawn++;
    });
    expect(redrawn).toBeGreaterThan(5);

    const search = { scene, tiling, network, posteriors, rule, idle, allowed: () => true };
    const { proposals } = await findInScene(search, proceed, () => {});
    expect(proposals).toHaveLength(golden.proposals.length);
    golden.proposals.forEach(({ where, confidence }, i) => {
      expect(proposals[i].confidence).toBeCloseTo(confidence, 3);
      expect(proposals[i].where).toEqual(where);
    });
    cache.dispose();
    expect(tf.memory().numTensors).toBeLessThanOrEqual(tensors);
    model.dispose();
  });
});
