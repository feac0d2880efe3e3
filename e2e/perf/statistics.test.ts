import { expect, it } from "vitest";
import { inMs, median, orderOf, ratioOf } from "./statistics";

it("takes the middle, and leaves what it is given in its order", () => {
  const values = [9, 1, 5];
  expect(median(values)).toBe(5);
  expect(values).toEqual([9, 1, 5]);
  expect(median([10, 2, 4, 100])).toBe(7);
  expect(median([])).toBeNaN();
});

it("turns the order round by round", () => {
  expect(orderOf(["a", "b", "c"], 0)).toEqual(["a", "b", "c"]);
  expect(orderOf(["a", "b", "c"], 1)).toEqual(["c", "b", "a"]);
  expect(orderOf(["a", "b", "c"], 2)).toEqual(["a", "b", "c"]);
});

it("says median and least with three digits or so", () => {
  expect(inMs([2.345, 1.2, 8])).toBe("2.35 (1.20) ms");
  expect(inMs([12.34])).toBe("12.3 (12.3) ms");
  expect(inMs([1234.5, 99])).toBe("667 (99.0) ms");
  expect(inMs([])).toBe("-");
});

it("compares what ran in the same round, also when one ran less often", () => {
  const rounds = (...values: [number, number][]) => new Map(values);
  expect(ratioOf(rounds([0, 1], [1, 20], [2, 3]), rounds([0, 2], [1, 20], [2, 2]))).toBe(1);
  expect(ratioOf(rounds([0, 1], [1, 20], [5, 3]), rounds([0, 2], [5, 4]))).toBe(0.625);
  expect(ratioOf(rounds([1, 4]), rounds([0, 2]))).toBeNaN();
});
