import { expect, it } from "vitest";
import { cutImage } from "../window/resample";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";
import { createSampler } from "./sampler";

/** A picture whose left part (x < split) is black and whose right part is white. */
function halves(width: number, height: number, split: number): WorkImage {
  const pixels = width * height;
  const rgba = new Uint8ClampedArray(pixels * 4).fill(255);
  for (let i = 0; i < pixels; i++) if (i % width < split) rgba.fill(0, i * 4, i * 4 + 3);
  return { imageKey: "halves", width, height, rgba };
}

const sampleAll = (scene: WorkImage, window: WorkWindow, pixels: number[]) =>
  createSampler(scene, Int32Array.from(pixels), window, cutImage(scene, window));

it("reads the pixel itself at scale 1", () => {
  const scene = halves(400, 300, 200);
  const { indices, weights, total } = sampleAll(scene, { x: 50, y: 20, side: 224, size: 224 }, [
    100 * 400 + 150,
    20 * 400 + 50,
    10,
  ]);
  expect(indices).toHaveLength(1);
  expect(indices[0][0]).toBe(80 * 224 + 100);
  expect(weights[0][0]).toBe(1);
  expect(total[1]).toBeGreaterThan(0);
  expect(total[1]).toBeLessThan(0.01);
  expect(total[2]).toBe(0);
});

it("splits a pixel's weight over four neighbours that sum to its blend weight", () => {
  const scene = halves(640, 640, 320);
  const { weights, total } = sampleAll(scene, { x: 0, y: 0, side: 640, size: 320 }, [
    320 * 640 + 320,
    0,
    17 * 640 + 630,
  ]);
  expect(weights).toHaveLength(4);
  total.forEach((sum, p) => {
    expect(weights.reduce((a, list) => a + list[p], 0)).toBeCloseTo(sum, 5);
  });
  expect(total[0]).toBe(1);
});

it("follows the image's edges: a pixel listens to neighbours of its own colour", () => {
  const scene = halves(640, 640, 320);
  const pixels = [320 * 640 + 319, 320 * 640 + 320];
  const { indices, weights } = sampleAll(scene, { x: 0, y: 0, side: 640, size: 320 }, pixels);
  pixels.forEach((_, p) => {
    const left = indices.reduce((sum, list, tap) => sum + (list[p] % 320 < 160 ? weights[tap][p] : 0), 0);
    expect(p === 0 ? left : 1 - left).toBeGreaterThan(0.97);
  });
});
