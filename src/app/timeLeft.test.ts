import { expect, it } from "vitest";
import { timeLeft } from "./timeLeft";

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
