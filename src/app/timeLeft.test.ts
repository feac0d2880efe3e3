import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createCountdown, durationText, leftText } from "./timeLeft";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("says what is left", () => {
  expect(leftText(5100)).toBe(", about 6 s left");
  expect(leftText(390_000)).toBe(", about 7 min left");
  expect(leftText(5100, "up to")).toBe(", up to 6 s left");
});

it("says nothing without a rate, nor at the end", () => {
  expect([leftText(null), leftText(0)]).toEqual(["", ""]);
});

it("counts down by the pace of late, without the first step", () => {
  const countdown = createCountdown();
  const told = (ms: number, done: number, total: number) => {
    vi.advanceTimersByTime(ms);
    return countdown(done, total);
  };
  expect(told(0, 0, 170)).toBe("");
  expect(told(5000, 1, 170)).toBe("");
  expect([2, 3].map((done) => told(300, done, 170))).toEqual(["", ""]);
  expect(told(300, 4, 170)).toBe(", about 50 s left");
  // Told again without a step: that it takes longer shows with the next.
  expect(told(300, 4, 170)).toBe(", about 50 s left");
  expect(told(300, 6, 170)).toBe(", about 50 s left");
  expect(told(300, 170, 170)).toBe("");
  // It began anew.
  expect(told(300, 0, 170)).toBe("");
  expect(told(300, 1, 170)).toBe("");
});

it("tells how long something takes", () => {
  const texts = [0, 44_100, 89_000, 91_000, 38 * 60_000, 2 * 3_600_000, 130 * 60_000].map(durationText);
  expect(texts).toEqual(["1 s", "45 s", "89 s", "2 min", "38 min", "2 h", "2 h 10 min"]);
});
