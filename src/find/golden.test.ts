import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import { createWindowModel } from "../window/windowModel";
import { appearanceOf } from "./candidates/appearance";
import { newIdAt } from "./candidates/candidate";
import { candidates } from "./candidates/candidates";
import {
  describeCandidate,
  errorLogOdds,
  PIXEL_FEATURES,
  pixelFeatures,
  REGION_FEATURES,
  SHIFT_FEATURES,
} from "./candidates/features";
import { type GoldenFind, readGoldenFind } from "./fixtures/goldenFind";
import { propose } from "./proposals";
import { bandDraw, componentDraws } from "./readings/draws";
import { complete, maskedInput } from "./readings/predict";
import { scanWindow } from "./readings/scan";
import { redraw } from "./redraw";
import { overlap, pixelsOf } from "./regions";
import { parseRule } from "./rule";

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
    ["./**/*.ts", "../support/*.ts", "!./**/*.test.ts", "!../support/*.test.ts"],
    { eager: true },
  );
  expect(Object.assign({}, ...Object.values(modules))).toMatchObject(golden.constants as object);
});

// Plain JavaScript takes half a minute, and more than two on a busy machine.
describe.each(["cpu", "wasm"] as const)("golden error finding on %s", { timeout: 300_000 }, (backend) => {
  it("reads, describes, proposes and redraws as PyTorch does", async () => {
    const model = await tinyModel(backend);
    const { size, window: scanned } = golden;
    const posteriors = { classes: golden.classes, logs: golden.logs };

    // The first pass makes what the model keeps for all windows of that size.
    const first = createWindowModel(model, scanned.image, size);
    await complete(first, maskedInput(first, size, scanned.label, null, golden.classes), proceed);
    first.dispose();
    const tensors = tf.memory().numTensors;
    const window = createWindowModel(model, scanned.image, size);
    const component = componentDraws(scanned);
    expect(component).toEqual(golden.masks("component draws"));
    const draws = {
      hidden50: golden.masks("hidden50 draws"),
      hidden75: golden.masks("hidden75 draws"),
      component,
      band: bandDraw(scanned),
    };
    const scan = await scanWindow(window, scanned, posteriors, draws, proceed);
    for (const name of PIXEL_FEATURES) {
      expect(error(pixelFeatures[name](scan), golden.floats(name)), name).toBeLessThanOrEqual(1e-3);
    }
    expect(scan.hidden50.coverage).toEqual(golden.floats("hidden50 coverage"));
    expect(scan.band.label).toEqual(golden.ids("band label"));

    const rule = parseRule(golden.finding);
    const odds = errorLogOdds(rule.pixel, scan);
    expect(error(odds, golden.floats("log odds"))).toBeLessThanOrEqual(1e-3);
    const seen = appearanceOf(scanned.image, size);
    expect(error(seen.ranks, golden.floats("edge ranks"))).toBeLessThanOrEqual(1e-3);
    const found = await candidates(scanned, scan, odds, seen, proceed);
    expect(found.map(({ shape }) => shape)).toEqual(golden.candidates.map(({ shape }) => shape));
    expect(REGION_FEATURES).toEqual(golden.featureNames);
    expect(SHIFT_FEATURES).toEqual(golden.shiftFeatureNames);
    expect(found.filter(({ fit }) => fit).length).toBeGreaterThan(5);
    const features = found.map((one) => describeCandidate(one, scanned, scan, odds, seen.ranks));
    golden.candidates.forEach((wanted, i) => {
      expect(overlap(found[i].where, wanted.where)).toBeGreaterThanOrEqual(0.999);
      const ids = Int32Array.from(pixelsOf(wanted.where, size), (pixel) => newIdAt(found[i].to, pixel));
      expect(ids).toEqual(wanted.ids);
      const { fit } = found[i];
      const values = fit
        ? SHIFT_FEATURES.map((name) => ({ ...features[i], ...fit })[name])
        : REGION_FEATURES.map((name) => features[i][name]);
      expect(error(values, wanted.features)).toBeLessThanOrEqual(1e-3);
    });

    const proposals = propose(found, features, rule);
    expect(proposals).toHaveLength(golden.proposals.length);
    const redrawn = await redraw(window, scanned, proposals, proceed);
    golden.proposals.forEach(({ where, redrawn: after, confidence }, i) => {
      expect(proposals[i].confidence).toBeCloseTo(confidence, 3);
      expect(overlap(proposals[i].where, where)).toBeGreaterThanOrEqual(0.999);
      expect(overlap(redrawn[i].where, after)).toBeGreaterThanOrEqual(0.999);
    });
    expect(redrawn).not.toEqual(proposals);
    window.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
  });
});
