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

it("scales an image as a whole as Pillow does, bilinear", () => {
  const [width, height] = [9, 7];
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      rgba.fill((37 * x * x + 91 * y + 13 * x * y) % 256, 4 * (y * width + x), 4 * (y * width + x) + 3);
  }
  const from = { imageKey: "ramp", width, height, rgba };
  // Image.fromarray(...).resize((across, down), Image.BILINEAR); of the last the first three rows.
  const made: readonly (readonly [across: number, down: number, values: readonly number[]])[] = [
    [5, 4, [69, 103, 134, 120, 76, 146, 146, 161, 135, 133, 121, 155, 130, 131, 125, 110, 136, 116, 102, 121]],
    [
      9,
      4,
      [
        48, 91, 87, 133, 143, 117, 128, 104, 44, 118, 182, 135, 143, 173, 154, 127, 123, 142, 101, 137, 166, 146, 149,
        72, 151, 171, 81, 108, 107, 143, 143, 107, 109, 88, 128, 120,
      ],
    ],
    [
      13,
      10,
      [
        0, 20, 63, 139, 104, 78, 80, 133, 117, 50, 28, 41, 64, 50, 74, 89, 73, 119, 152, 159, 119, 119, 143, 126, 79,
        30, 114, 143, 138, 48, 123, 182, 195, 126, 136, 199, 188, 124, 52,
      ],
    ],
  ];
  for (const [across, down, values] of made) {
    const copy = scaledImage(from, across, down);
    expect([copy.width, copy.height, copy.scaledFrom]).toEqual([across, down, from]);
    // Pillow rounds between the two axes.
    values.forEach((value, i) => {
      if (Math.abs(copy.rgba[4 * i] - value) > 1) throw new Error(`${across} x ${down}, pixel ${i}`);
    });
  }
  expect(scaledImage(from, width, height)).toBe(from);
});

it("scales labels up by repeating them", () => {
  const { ids, kinds } = cutWindow(scene(112, 112), { x: 0, y: 0, side: 112, size: 224 });
  expect(Array.from(ids.subarray(0, 8))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  expect(kinds.every((kind) => kind === KNOWN)).toBe(true);
});
