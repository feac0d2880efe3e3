import { expect, it } from "vitest";
import { temperatureFor } from "./calibration";

const measured = new Map([
  [1, 1.2],
  [8, 2],
  [4, 1.6],
]);

it("uses what was measured, lines in between, and the ends beyond", () => {
  expect([1, 4, 8].map((passes) => temperatureFor(measured, passes))).toEqual([1.2, 1.6, 2]);
  expect(temperatureFor(measured, 2)).toBeCloseTo(1.2 + 0.4 / 3);
  expect(temperatureFor(measured, 6)).toBeCloseTo(1.8);
  expect(temperatureFor(measured, 12)).toBe(2);
  expect(temperatureFor(new Map([[4, 1.6]]), 1)).toBe(1.6);
  expect(temperatureFor(new Map(), 3)).toBe(1);
});
