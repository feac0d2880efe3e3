import { expect, it } from "vitest";
import { rectRegion } from "../core/region";
import { expectedRight, isDoubtful } from "./doubt";
import type { Suggestion } from "./types";

const region = rectRegion({ x: 0, y: 0, width: 4, height: 4 });
const one = (facts: Partial<Suggestion>): Suggestion => ({
  ...{ id: 0, region, from: 0, to: 1, area: 16, confidence: 0.9, needsHint: false, decision: "pending", ...facts },
});

it("the model abstains where it is right less often than not, and where no visible class fits", () => {
  expect([0.49, 0.5].map((confidence) => isDoubtful(one({ confidence })))).toEqual([true, false]);
  expect(isDoubtful(one({ needsHint: true }))).toBe(true);
});

it("says how many of several are right, where that was measured", () => {
  const table = [
    [0, 0.4],
    [0.8, 0.9],
  ] as const;
  expect(expectedRight(table, [one({}), one({ confidence: 0.5 })])).toBeCloseTo(0.65);
  expect(expectedRight(undefined, [one({})])).toBeNull();
  expect(expectedRight(table, [])).toBeNull();
});
