import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  centredOn,
  fitViewport,
  maxScale,
  panBy,
  resized,
  showRect,
  toCanvas,
  toImage,
  type Viewport,
  zoomTo,
} from "./viewport";

const size = fc.record({ width: fc.integer({ min: 1, max: 8000 }), height: fc.integer({ min: 1, max: 8000 }) });
const stage = fc.record({ width: fc.integer({ min: 100, max: 3000 }), height: fc.integer({ min: 100, max: 2000 }) });
const view: fc.Arbitrary<Viewport> = fc.record({
  scale: fc.double({ min: 0.05, max: maxScale, noNaN: true }),
  x: fc.double({ min: -5000, max: 5000, noNaN: true }),
  y: fc.double({ min: -5000, max: 5000, noNaN: true }),
});
const point = fc.record({
  x: fc.double({ min: 0, max: 3000, noNaN: true }),
  y: fc.double({ min: 0, max: 2000, noNaN: true }),
});

describe("viewport", () => {
  it("maps a canvas point to the image and back", () => {
    fc.assert(
      fc.property(view, point, (at, p) => {
        const back = toCanvas(at, toImage(at, p));
        expect(back.x).toBeCloseTo(p.x, 6);
        expect(back.y).toBeCloseTo(p.y, 6);
      }),
    );
  });

  it("finds the pixel under the middle of every drawn pixel", () => {
    fc.assert(
      fc.property(view, fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 4000 }), (at, x, y) => {
        const found = toImage(at, toCanvas(at, { x: x + 0.5, y: y + 0.5 }));
        expect([Math.floor(found.x), Math.floor(found.y)]).toEqual([x, y]);
      }),
    );
  });

  it("fits the whole image inside the canvas, centred", () => {
    fc.assert(
      fc.property(size, stage, (image, canvas) => {
        const fitted = fitViewport(image, canvas);
        expect(fitted.x).toBeGreaterThanOrEqual(-1e-6);
        expect(fitted.y).toBeGreaterThanOrEqual(-1e-6);
        expect(fitted.x * 2 + image.width * fitted.scale).toBeCloseTo(canvas.width, 6);
        expect(fitted.y * 2 + image.height * fitted.scale).toBeCloseTo(canvas.height, 6);
      }),
    );
  });

  it("keeps the image point under the pointer while zooming", () => {
    const image = { width: 640, height: 480 };
    const canvas = { width: 1000, height: 700 };
    const before = fitViewport(image, canvas);
    const at = { x: 430, y: 310 };
    const after = zoomTo(before, before.scale * 3, at, image, canvas);
    expect(toImage(after, at).x).toBeCloseTo(toImage(before, at).x, 6);
    expect(toImage(after, at).y).toBeCloseTo(toImage(before, at).y, 6);
  });

  it("never loses the image by panning", () => {
    fc.assert(
      fc.property(size, stage, view, point, (image, canvas, at, by) => {
        const moved = panBy(at, by.x * 100, -by.y * 100, image, canvas);
        expect(moved.x).toBeLessThan(canvas.width);
        expect(moved.x + image.width * moved.scale).toBeGreaterThan(0);
        expect(moved.y + image.height * moved.scale).toBeGreaterThan(0);
      }),
    );
  });

  it("shows a rectangle in the middle with as much around it as asked, but never less than fits", () => {
    const image = { width: 2000, height: 1500 };
    const canvas = { width: 1000, height: 800 };
    const rect = { x: 600, y: 300, width: 200, height: 100 };
    const view = showRect(rect, 2.5, image, canvas);
    expect(canvas.width / view.scale).toBeCloseTo(2.5 * rect.width, 6);
    expect(toImage(view, { x: 500, y: 400 })).toEqual({ x: 700, y: 350 });
    expect(showRect({ x: 0, y: 0, width: 1900, height: 1400 }, 2.5, image, canvas)).toEqual(fitViewport(image, canvas));
    const speck = showRect({ x: 9, y: 9, width: 1, height: 1 }, 2.5, image, canvas);
    expect(canvas.height / speck.scale).toBeCloseTo(120, 6);
  });

  it("keeps the middle of the picture in the middle on a resize", () => {
    const image = { width: 2000, height: 1500 };
    const before = centredOn({ scale: 2, x: 0, y: 0 }, { x: 900, y: 700 }, image, { width: 1000, height: 800 });
    const after = resized(before, { width: 1000, height: 800 }, { width: 700, height: 500 }, image);
    expect(toImage(after, { x: 350, y: 250 })).toEqual({ x: 900, y: 700 });
  });
});
