import { describe, expect, it } from "vitest";
import { rectRegion } from "../core/region";
import { type Candidate, FIT_FEATURES, type FitFeatures } from "./candidates/candidate";
import { REGION_FEATURES, type RegionFeatures } from "./candidates/features";
import { simpleRule } from "./fixtures/colourModel";
import { IDS } from "./fixtures/picture";
import { LEAST_CONFIDENCE, MOST_PROPOSALS, propose, SAME } from "./proposals";
import { overlap } from "./regions";
import { parseRule, sigmoid } from "./rule";

const rule = { ...parseRule(simpleRule), region: { bias: 0, weights: weightsOf({ suspicion: 1 }) } };

function weightsOf(values: Partial<Record<string, number>>): RegionFeatures {
  return Object.fromEntries(REGION_FEATURES.map((name) => [name, values[name] ?? 0])) as RegionFeatures;
}

const square = (x: number, y: number, side = 20): Candidate => ({
  where: rectRegion({ x, y, width: side, height: side }),
  to: IDS[1],
  shape: false,
  fit: null,
});

describe("proposals", () => {
  it("that propose the same are made once, by the surest", () => {
    const found = [square(5, 5), square(5, 6), square(50, 50)];
    const features = [1, 2, -1].map((suspicion) => weightsOf({ suspicion }));
    const kept = propose(found, features, rule);
    expect(kept.map(({ where }) => where.rect.y)).toEqual([6, 50]);
    expect(kept[0].confidence).toBeCloseTo(1 / (1 + Math.exp(-2)));
    expect(overlap(found[0].where, found[1].where)).toBeGreaterThan(SAME);
  });

  it("are few and not hopeless; shapes have a rule of their own", () => {
    const many = Array.from({ length: 64 }, (_, i) => square((i % 8) * 12, Math.floor(i / 8) * 12, 10));
    expect(
      propose(
        many,
        many.map(() => weightsOf({})),
        rule,
      ),
    ).toHaveLength(MOST_PROPOSALS);
    const hopeless = Math.log(LEAST_CONFIDENCE / (1 - LEAST_CONFIDENCE)) - 0.01;
    expect(propose([square(0, 0)], [weightsOf({ suspicion: hopeless })], rule)).toEqual([]);
    const shape = { ...square(0, 0), shape: true };
    const features = [weightsOf({ suspicion: 9, "support margin": 9 })];
    expect(propose([shape], features, rule)[0].confidence).toBe(0.5);
    const fit = Object.fromEntries(FIT_FEATURES.map((name) => [name, name === "edge gain" ? 0.5 : 0])) as FitFeatures;
    expect(propose([{ ...shape, fit }], features, rule)[0].confidence).toBeCloseTo(sigmoid(1), 9);
  });
});
