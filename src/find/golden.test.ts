import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import { createWindowModel } from "../window/windowModel";
import * as appearance from "./candidates/appearance";
import { appearanceOf } from "./candidates/appearance";
import * as move from "./candidates/boundaryShifts";
import { newIdAt } from "./candidates/candidate";
import * as candidate from "./candidates/candidates";
import { candidates } from "./candidates/candidates";
import * as feature from "./candidates/features";
import {
  describeCandidate,
  MOVE_FEATURES,
  PIXEL_FEATURES,
  pixelFeatures,
  REGION_FEATURES,
  suspect,
} from "./candidates/features";
import * as outline from "./candidates/outline";
import { type GoldenFind, readGoldenFind } from "./fixtures/goldenFind";
import * as blends from "./probe/blend";
import * as discriminant from "./probe/discriminant";
import * as perceptron from "./probe/mlp";
import * as opinions from "./probe/posteriors";
import * as probes from "./probe/probe";
import { createProbe } from "./probe/probe";
import * as quarters from "./probe/quadrants";
import * as setting from "./probe/setting";
import type { CellFeatures } from "./probe/sums";
import * as proposal from "./proposals";
import { propose, redraw } from "./proposals";
import * as draw from "./readings/draws";
import { bandDraw, componentDraws } from "./readings/draws";
import { featuresOf } from "./readings/predict";
import * as reading from "./readings/readings";
import { scanWindow } from "./readings/scan";
import * as slots from "./readings/slots";
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
  const find = {
    ...opinions,
    ...discriminant,
    ...probes,
    ...draw,
    ...slots,
    ...candidate,
    ...feature,
    ...proposal,
    ...quarters,
  };
  const ours = { ...find, ...blends, ...perceptron, ...appearance, ...outline, ...move, ...setting, ...reading };
  expect(ours).toMatchObject(golden.constants as object);
});

describe.each(["cpu", "wasm"] as const)("golden error finding on %s", (backend) => {
  it("reads, describes, proposes and redraws as PyTorch does", async () => {
    const model = await tinyModel(backend);
    const { size, windows } = golden;
    const judged = windows[windows.length - 1];

    const probe = createProbe();
    const views: CellFeatures[] = [];
    for (const [i, { image }] of windows.entries()) {
      const window = createWindowModel(model, image, size);
      views.push(await featuresOf(window, golden.places[i], proceed));
      window.dispose();
    }
    const tensors = tf.memory().numTensors;
    const lessons = windows.map(({ label }, i) => ({ features: views[i], label, size, place: golden.places[i] }));
    for (const [i, lesson] of lessons.entries()) probe.learn(String(i), [lesson]);
    await probe.fit(proceed);
    expect(probe.temperature()).toBe(golden.temperature);
    expect(probe.blend()).toEqual(golden.blend);
    const own = lessons[lessons.length - 1];
    const said = probe.opinion(String(lessons.length - 1), [own])(own);
    expect(said.classes).toEqual(golden.classes);
    // Hundreds of steps of training lie between the two; what follows goes on from the same opinion.
    golden.logs.forEach((log, k) => void expect(error(said.logs[k], log)).toBeLessThanOrEqual(5e-3));
    const opinion = { classes: golden.classes, logs: golden.logs };

    const window = createWindowModel(model, judged.image, size);
    const component = componentDraws(judged);
    expect(component).toEqual(golden.masks("component draws"));
    const draws = {
      half: golden.masks("hidden50 draws"),
      quarter: golden.masks("hidden75 draws"),
      component,
      band: bandDraw(judged),
    };
    const scan = await scanWindow(window, judged, opinion, draws, proceed);
    for (const name of PIXEL_FEATURES) {
      expect(error(pixelFeatures[name](scan), golden.floats(name)), name).toBeLessThanOrEqual(1e-3);
    }
    expect(scan.half.share).toEqual(golden.floats("hidden50 coverage"));
    expect(scan.band.label).toEqual(golden.ids("band label"));

    const rule = parseRule(golden.finding);
    const odds = suspect(rule.pixel, scan);
    expect(error(odds, golden.floats("log odds"))).toBeLessThanOrEqual(1e-3);
    const seen = appearanceOf(judged.image, size);
    expect(error(seen.ranks, golden.floats("edge ranks"))).toBeLessThanOrEqual(1e-3);
    const found = await candidates(judged, scan, odds, seen, proceed);
    expect(found.map(({ shape }) => shape)).toEqual(golden.candidates.map(({ shape }) => shape));
    expect(REGION_FEATURES).toEqual(golden.featureNames);
    expect(MOVE_FEATURES).toEqual(golden.moveFeatureNames);
    expect(found.filter(({ fit }) => fit).length).toBeGreaterThan(5);
    const features = found.map((one) => describeCandidate(one, judged, scan, odds, seen.ranks));
    golden.candidates.forEach((wanted, i) => {
      expect(overlap(found[i].where, wanted.where)).toBeGreaterThanOrEqual(0.999);
      const ids = Int32Array.from(pixelsOf(wanted.where, size), (pixel) => newIdAt(found[i].to, pixel));
      expect(ids).toEqual(wanted.ids);
      const { fit } = found[i];
      const values = fit
        ? MOVE_FEATURES.map((name) => ({ ...features[i], ...fit })[name])
        : REGION_FEATURES.map((name) => features[i][name]);
      expect(error(values, wanted.features)).toBeLessThanOrEqual(1e-3);
    });

    const proposals = propose(found, features, rule);
    expect(proposals).toHaveLength(golden.proposals.length);
    const redrawn = await redraw(window, judged, proposals, proceed);
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
