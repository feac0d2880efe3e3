import { expect, it } from "vitest";
import {
  cutImage,
  cutLabel,
  HINT,
  IGNORED,
  KNOWN,
  type LabelRaster,
  MASKED,
  rasterSource,
  scaledImage,
} from "./resample";
import type { WorkImage } from "./workImage";
import type { WorkWindow } from "./workWindows";

type Scene = WorkImage & LabelRaster;

function scene(width: number, height: number): Scene {
  const pixels = width * height;
  return {
    imageKey: "scene",
    width,
    height,
    rect: { x: 0, y: 0, width, height },
    rgba: Uint8ClampedArray.from({ length: pixels * 4 }, (_, i) => (i * 7) % 256),
    labels: Uint16Array.from({ length: pixels }, (_, i) => i % 5),
    kinds: new Uint8Array(pixels).fill(KNOWN),
  };
}

const cutWindow = (from: Scene, window: WorkWindow) => ({
  image: cutImage(from, window),
  ...cutLabel(rasterSource(from), window),
});

it("copies pixel for pixel at scale 1", () => {
  const from = scene(300, 260);
  from.kinds[50 * 300 + 40] = MASKED;
  const { image, ids, kinds } = cutWindow(from, { x: 20, y: 10, side: 224, size: 224 });
  for (const [x, y] of [
    [0, 0],
    [20, 40],
    [223, 223],
    [100, 7],
  ]) {
    const at = (y + 10) * 300 + x + 20;
    expect(ids[y * 224 + x]).toBe(kinds[y * 224 + x] === KNOWN ? from.labels[at] : 0);
    expect(image[(y * 224 + x) * 3]).toBeCloseTo(from.rgba[at * 4] / 255, 6);
  }
  expect(kinds[40 * 224 + 20]).toBe(MASKED);
  expect(kinds.filter((kind) => kind !== KNOWN)).toHaveLength(1);
});

it("knows a scaled pixel only when its whole footprint is known", () => {
  const from = scene(640, 640);
  from.kinds[2 * 640 + 2] = MASKED;
  from.kinds[6 * 640 + 7] = IGNORED;
  const { kinds } = cutWindow(from, { x: 0, y: 0, side: 640, size: 320 });
  expect(kinds[1 * 320 + 1]).toBe(MASKED);
  expect(kinds[3 * 320 + 3]).toBe(IGNORED);
  expect(kinds.filter((kind) => kind !== KNOWN)).toHaveLength(2);
});

it("lets a hint win over the mask in its footprint", () => {
  const from = scene(960, 960);
  for (const at of [0, 1, 2, 960, 961, 962, 1920, 1921, 1922]) from.kinds[at] = MASKED;
  from.kinds[960 + 2] = HINT;
  from.labels[960 + 2] = 9;
  const { kinds, ids } = cutWindow(from, { x: 0, y: 0, side: 960, size: 320 });
  expect([kinds[0], ids[0]]).toEqual([HINT, 9]);
});

it("is ignored outside the image, where the edge's colour goes on", () => {
  const from = scene(300, 100);
  const { kinds, image } = cutWindow(from, { x: 0, y: -62, side: 224, size: 224 });
  expect(kinds[61 * 224]).toBe(IGNORED);
  expect(kinds[62 * 224]).toBe(KNOWN);
  expect(image[0]).toBeCloseTo(from.rgba[0] / 255, 6);
});

it("averages colours when scaled down and keeps flat ones when scaled up", () => {
  const from = scene(640, 640);
  from.rgba.fill(0);
  from.rgba.set([100, 0, 0, 255], 0);
  expect(cutWindow(from, { x: 0, y: 0, side: 640, size: 320 }).image[0]).toBeCloseTo(25 / 255, 6);
  from.rgba.fill(51);
  const { image } = cutWindow(from, { x: 0, y: 0, side: 100, size: 224 });
  expect(image.every((value) => Math.abs(value - 0.2) < 1e-5)).toBe(true);
});

it("scales an image as a whole, and names what it is a copy of", () => {
  const from = { imageKey: "flat", width: 9, height: 7, rgba: new Uint8ClampedArray(9 * 7 * 4).fill(70) };
  const copy = scaledImage(from, 5, 4);
  expect([copy.imageKey, copy.width, copy.height, copy.scaledFrom]).toEqual(["flat", 5, 4, from]);
  expect([...copy.rgba.subarray(0, 8)]).toEqual([70, 70, 70, 255, 70, 70, 70, 255]);
  expect(scaledImage(from, 9, 7)).toBe(from);
});

it("scales labels up by repeating them", () => {
  const { ids, kinds } = cutWindow(scene(112, 112), { x: 0, y: 0, side: 112, size: 224 });
  expect(Array.from(ids.subarray(0, 8))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  expect(kinds.every((kind) => kind === KNOWN)).toBe(true);
});
