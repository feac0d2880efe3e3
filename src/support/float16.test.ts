import { expect, it } from "vitest";
import { fromFloat16, toFloat16 } from "./float16";

it("gives back every number that half precision has", () => {
  const halves = Uint16Array.from({ length: 0x10000 }, (_, i) => i).filter((half) => (half & 0x7fff) <= 0x7c00);
  expect(toFloat16(fromFloat16(halves))).toEqual(halves);
});

it("rounds to the nearest, ties to even, and to infinity beyond the largest", () => {
  const values = [1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 - 2 ** -12, 65504, 65520, 1e9, -(2 ** -25), 3 * 2 ** -25];
  expect([...fromFloat16(toFloat16(Float32Array.from(values)))]).toEqual([
    ...[1, 1, 1 + 2 ** -9, 2, 65504, Infinity, Infinity, -0, 2 ** -23],
  ]);
});
