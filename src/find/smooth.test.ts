import { expect, it } from "vitest";
import { createRandom } from "../core/random";
import { smoothed } from "./smooth";

const [WIDTH, HEIGHT] = [7, 5];

it("keeps a flat raster and the sum of any, for it is mirrored at the border", () => {
  const flat = new Float32Array(WIDTH * HEIGHT).fill(2.5);
  for (const value of smoothed(flat, WIDTH, HEIGHT, 3, 3)) expect(value).toBeCloseTo(2.5, 5);
  const random = createRandom(1);
  const any = Float64Array.from({ length: WIDTH * HEIGHT }, () => random.next());
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  expect(sum(smoothed(any, WIDTH, HEIGHT, 3, 3))).toBeCloseTo(sum(any), 12);
});

it("spreads a point as a Gaussian, over borders and back", () => {
  const point = new Float32Array(WIDTH * HEIGHT);
  point[2 * WIDTH] = 1;
  const result = smoothed(point, WIDTH, HEIGHT, 0.8, 3);
  // Cut off at 2 px; the point at the left border is its own mirror image.
  const weight = (d: number) => Math.exp(-(d * d) / (2 * 0.64));
  const total = weight(0) + 2 * weight(1) + 2 * weight(2);
  expect(result[2 * WIDTH]).toBeCloseTo(((weight(0) + weight(1)) * weight(0)) / total ** 2, 6);
  expect(result[3 * WIDTH + 1]).toBeCloseTo(((weight(1) + weight(2)) * weight(1)) / total ** 2, 6);
  expect(result[2 * WIDTH + 3]).toBe(0);
});
