import { expect, it } from "vitest";
import { durationText, timeLeft } from "./timeLeft";

it("says what is left by the rate so far", () => {
  expect(timeLeft(3, 8, 3600)).toBe(", about 6 s left");
  expect(timeLeft(1, 40, 10_000)).toBe(", about 7 min left");
  expect(timeLeft(7, 8, 600)).toBe(", about 1 s left");
});

it("says nothing without a rate, nor at the end", () => {
  expect(timeLeft(0, 8, 9000)).toBe("");
  expect(timeLeft(1, 8, 100)).toBe("");
  expect(timeLeft(8, 8, 9000)).toBe("");
});

it("tells how long something takes", () => {
  const texts = [0, 44_100, 89_000, 91_000, 38 * 60_000, 2 * 3_600_000, 130 * 60_000].map(durationText);
  expect(texts).toEqual(["1 s", "45 s", "89 s", "2 min", "38 min", "2 h", "2 h 10 min"]);
});
