import { expect, it } from "vitest";
import { isRight, parityOf } from "./parity";

const wanted = Float32Array.of(1, 2, 3, 0, 5, -1e9);

it("finds no difference of an answer from itself", () => {
  const same = parityOf(wanted.slice(), wanted, 3);
  expect(same).toEqual({ maxError: 0, agreement: 1 });
  expect(isRight(same)).toBe(true);
});

it("measures the largest difference and counts pixels, whatever slots that take no part hold", () => {
  expect(parityOf(Float32Array.of(1, 2, 2.5, 0, 5, -2e9), wanted, 3)).toEqual({ maxError: 0.5, agreement: 1 });
  expect(parityOf(Float32Array.of(1, 2, 1.5, 0, 5, -1e9), wanted, 3)).toEqual({ maxError: 1.5, agreement: 0.5 });
});

it("takes nothing for right that is not a number, lacks values, or names other slots", () => {
  expect(isRight(parityOf(Float32Array.of(Number.NaN, 2, 3, 0, 5, -1e9), wanted, 3))).toBe(false);
  expect(isRight(parityOf(wanted.slice(0, 3), wanted, 3))).toBe(false);
  expect(isRight({ maxError: 2e-3, agreement: 1 })).toBe(false);
  expect(isRight({ maxError: 0, agreement: 0.99 })).toBe(false);
});
