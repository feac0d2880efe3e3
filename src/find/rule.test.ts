import { describe, expect, it } from "vitest";
import { PIXEL_FEATURES, REGION_FEATURES, SHIFT_FEATURES } from "./candidates/features";
import { simpleRule } from "./fixtures/colourModel";
import { logOdds, parseRule, sigmoid } from "./rule";

describe("rules for finding errors", () => {
  it("are read as the manifest holds them", () => {
    const rule = parseRule(JSON.parse(JSON.stringify(simpleRule)));
    expect(rule).toEqual(simpleRule);
    expect(new Set(Object.keys(rule.pixel.weights))).toEqual(new Set(PIXEL_FEATURES));
    expect(new Set(Object.keys(rule.shift.weights))).toEqual(new Set(SHIFT_FEATURES));
    expect(new Set(Object.keys(rule.shape.weights))).toEqual(new Set(REGION_FEATURES));
  });

  it("are refused with the reason", () => {
    expect(() => parseRule(null)).toThrow("cannot find errors");
    expect(() => parseRule({ ...simpleRule, accept: "often" })).toThrow('no usable "accept"');
    const { "error logit": _, ...weights } = simpleRule.pixel.weights;
    const lacking = { ...simpleRule, pixel: { ...simpleRule.pixel, weights } };
    expect(() => parseRule(lacking)).toThrow('no usable "error logit" (finding.pixel.weights in model.json)');
    expect(() => parseRule({ ...simpleRule, shape: undefined })).toThrow("finding.shape");
  });

  it("weigh features by their names", () => {
    const odds = logOdds({ bias: -1, weights: { a: 2, b: 0.5 } }, { b: 4, a: 3 });
    expect(odds).toBe(7);
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(7) + sigmoid(-7)).toBeCloseTo(1);
  });
});
