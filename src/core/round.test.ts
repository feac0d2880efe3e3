import { describe, expect, it } from "vitest";
import { wholeParts } from "./round";

describe("shares in whole parts", () => {
  it.each([
    [0, 0],
    [0.001, 1],
    [0.004, 1],
    [0.5, 50],
    [0.994, 99],
    [0.995, 99],
    [0.9999, 99],
    [1, 100],
  ])("shows %f as %i of 100: nothing is certain that is not", (share, parts) => {
    expect(wholeParts(share)).toBe(parts);
  });

  it("counts in other wholes too", () => {
    expect([0.02, 0.44, 0.97].map((share) => wholeParts(share, 10))).toEqual([1, 4, 9]);
  });
});
