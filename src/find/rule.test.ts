import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import {
  CANDIDATE_FEATURES,
  chance,
  logOdds,
  PIXEL_FEATURES,
  parseRule,
  QUICK_FEATURES,
  sigmoid,
  type Tree,
} from "./rule";

const logistic = (names: readonly string[]) => ({
  bias: -1,
  weights: Object.fromEntries(names.map((name, i) => [name, i / 4])),
});
const finding = {
  pixel: logistic(PIXEL_FEATURES),
  quick: { ...logistic(QUICK_FEATURES), trees: [0.5, [10, -2, [0, 1, -0.25, 0.125], 2]] },
  verified: { ...logistic(CANDIDATE_FEATURES), trees: [] },
  accept: 0.5,
};
const quickWith = (changes: object) => ({ ...finding, quick: { ...finding.quick, ...changes } });

describe("rules for finding errors", () => {
  it("are read as the manifest holds them", () => {
    const { pixel, quick, verified, accept } = parseRule(JSON.parse(JSON.stringify(finding)));
    expect(pixel).toEqual({ bias: -1, weights: [0, 0.25, 0.5, 0.75, 1] });
    expect(quick.trees).toEqual(finding.quick.trees);
    expect(quick.start.weights).toHaveLength(QUICK_FEATURES.length);
    expect(verified.trees).toEqual([]);
    expect(verified.start.weights).toHaveLength(CANDIDATE_FEATURES.length);
    expect(accept).toBe(0.5);
  });

  it("are refused where a number is missing, with its place", () => {
    expect(() => parseRule(null)).toThrow("cannot find errors");
    expect(() => parseRule({ ...finding, accept: "often" })).toThrow("finding.accept in model.json");
    expect(() => parseRule({ ...finding, verified: undefined })).toThrow("finding.verified.weights");
    expect(() => parseRule(quickWith({ bias: Number.NaN }))).toThrow("finding.quick.bias");
    const weights = { ...finding.quick.weights, "log area": null };
    expect(() => parseRule(quickWith({ weights }))).toThrow('finding.quick.weights["log area"]');
  });

  it("are refused when they read other features, or in another order", () => {
    const { suspicion, ...others } = finding.quick.weights;
    for (const weights of [others, { ...others, suspicion }, { ...finding.quick.weights, "log length": 1 }]) {
      expect(() => parseRule(quickWith({ weights }))).toThrow("finding.quick.weights in model.json): fit them again");
    }
  });

  it.each([
    [undefined, "finding.quick.trees in"],
    [[0.5, "leaf"], "finding.quick.trees[1] in"],
    [[[0, 1, 2]], "finding.quick.trees[0] in"],
    [[[0, 1, 2, [11, 1, 2, 3]]], "finding.quick.trees[0][3][0] in"],
    [[[-1, 1, 2, 3]], "finding.quick.trees[0][0] in"],
    [[[0.5, 1, 2, 3]], "finding.quick.trees[0] in"],
    [[[0, null, 2, 3]], "finding.quick.trees[0][1] in"],
    [[[0, 1, [0, 1, 2, Number.NaN], 3]], "finding.quick.trees[0][2][3] in"],
  ])("are refused with the trees %j", (trees, path) => {
    expect(() => parseRule(quickWith({ trees }))).toThrow(path);
  });

  it("add the leaves that a row falls into to its log odds", () => {
    expect(logOdds({ bias: -1, weights: [2, 0.5] }, new Float32Array([3, 4]))).toBe(7);
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(7) + sigmoid(-7)).toBeCloseTo(1);
    const trees: Tree[] = [0.5, [1, -2, [0, 1, -0.25, 0.125], 2]];
    const oddsOf = (...features: number[]) => {
      const p = chance({ start: { bias: 0, weights: [0, 0] }, trees }, features);
      return Math.log(p / (1 - p));
    };
    expect(oddsOf(0.5, -3)).toBeCloseTo(0.25);
    expect(oddsOf(1, -3)).toBeCloseTo(0.625);
    expect(oddsOf(1, -2)).toBeCloseTo(2.5);
  });

  it("give every row the one path of a tree that its cuts leave open", () => {
    const random = createRandom(5);
    const grow = (depth: number): Tree =>
      depth === 0 ? random.next() : [random.int(3), random.next(), grow(depth - 1), grow(depth - 1)];
    for (let i = 0; i < 50; i++) {
      const tree = grow(3);
      const row = [random.next(), random.next(), random.next()];
      let at = tree;
      while (typeof at !== "number") at = at[row[at[0]] < at[1] ? 2 : 3];
      const start = { bias: 0.5, weights: [0, 1, 0] };
      expect(chance({ start, trees: [tree, tree] }, row)).toBeCloseTo(sigmoid(0.5 + row[1] + 2 * at), 12);
    }
  });
});
