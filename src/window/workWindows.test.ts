import fc from "fast-check";
import { expect, it } from "vitest";
import { type TiledMask, tiledMask } from "../core/tiledMask";
import { maskBoxes } from "./maskClusters";
import { planWindows, WINDOW_SIZES, type WorkWindow } from "./workWindows";

function maskWith(width: number, height: number, ...boxes: [x: number, y: number, w: number, h: number][]): TiledMask {
  const mask = new Uint8Array(width * height);
  for (const [x, y, w, h] of boxes) {
    for (let row = y; row < y + h; row++) mask.fill(1, row * width + x, row * width + x + w);
  }
  return tiledMask({ width, height, data: mask });
}

const holds = (window: WorkWindow, x: number, y: number) =>
  x >= window.x && y >= window.y && x < window.x + window.side && y < window.y + window.side;

it("plans nothing for an empty mask", () => {
  expect(planWindows(maskWith(300, 200))).toEqual([]);
});

it("looks at a small hole at full resolution, in the middle where it can", () => {
  const [window, ...rest] = planWindows(maskWith(480, 360, [200, 150, 40, 30]));
  expect(rest).toEqual([]);
  expect(window).toEqual({ x: 108, y: 53, side: 224, size: 224 });
});

it("stays inside the image at its rim", () => {
  const [window] = planWindows(maskWith(480, 360, [470, 355, 10, 5]));
  expect(window).toEqual({ x: 256, y: 136, side: 224, size: 224 });
});

it("takes 320 px for a hole of up to 106 px, unscaled", () => {
  const [window] = planWindows(maskWith(640, 480, [300, 200, 100, 90]));
  expect([window.side, window.size]).toEqual([320, 320]);
});

it("scales down for large holes: three times the hole", () => {
  const [window] = planWindows(maskWith(2048, 1024, [700, 300, 200, 300]));
  expect([window.side, window.size]).toEqual([900, 320]);
});

it("scales down for large images: 35 % of the short side", () => {
  const [window] = planWindows(maskWith(4096, 3072, [700, 300, 20, 20]));
  expect([window.side, window.size]).toEqual([1076, 320]);
});

it("scales small images up to 224 px", () => {
  const [window] = planWindows(maskWith(100, 80, [10, 10, 8, 8]));
  expect(window).toEqual({ x: 0, y: 0, side: 80, size: 224 });
});

it("reaches over the edge only when the image is too narrow for the hole", () => {
  const [window] = planWindows(maskWith(1000, 200, [300, 0, 300, 200]));
  expect(window).toEqual({ x: 0, y: -350, side: 900, size: 320 });
});

it("gives parts that are far apart a window each, and close ones one together", () => {
  expect(planWindows(maskWith(1200, 900, [50, 50, 30, 30], [1100, 800, 30, 30]))).toHaveLength(2);
  expect(planWindows(maskWith(1200, 900, [50, 50, 30, 30], [110, 90, 30, 30]))).toHaveLength(1);
});

it("never plans more than six windows", () => {
  const boxes = Array.from({ length: 60 }, (_, i): [number, number, number, number] => [
    (i % 10) * 200 + 20,
    Math.floor(i / 10) * 200 + 20,
    9,
    9,
  ]);
  const windows = planWindows(maskWith(2000, 1200, ...boxes));
  expect(windows.length).toBeLessThanOrEqual(6);
});

const anyMask = fc
  .record({ width: fc.integer({ min: 20, max: 700 }), height: fc.integer({ min: 20, max: 700 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      points: fc.array(
        fc.record({ x: fc.integer({ min: 0, max: width - 1 }), y: fc.integer({ min: 0, max: height - 1 }) }),
        { minLength: 1, maxLength: 80 },
      ),
    }),
  );

it("has every masked pixel in a box and in a window of an allowed size", () => {
  fc.assert(
    fc.property(anyMask, ({ width, height, points }) => {
      const mask = new Uint8Array(width * height);
      for (const { x, y } of points) mask[y * width + x] = 1;
      const tiled = tiledMask({ width, height, data: mask });
      const { boxes } = maskBoxes(tiled);
      const windows = planWindows(tiled);
      expect(boxes.length).toBeLessThanOrEqual(32);
      for (const { size } of windows) expect(WINDOW_SIZES).toContain(size);
      for (const { x, y } of points) {
        expect(boxes.some((b) => x >= b.x && y >= b.y && x < b.x + b.width && y < b.y + b.height)).toBe(true);
        expect(windows.some((window) => holds(window, x, y))).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
