import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brushStroke } from "./brush";
import type { Point } from "./point";
import type { Rect } from "./rect";
import { forEachPixel, hasPixel, regionArea, regionFromPredicate } from "./region";

const canvas: Rect = { x: 0, y: 0, width: 60, height: 50 };
const anyPoint = fc
  .record({ x: fc.integer({ min: -40, max: 200 }), y: fc.integer({ min: -40, max: 200 }) })
  .map(({ x, y }): Point => ({ x: x / 2, y: y / 2 }));

function snapped(point: Point, size: number): Point {
  return size % 2 === 1
    ? { x: Math.floor(point.x) + 0.5, y: Math.floor(point.y) + 0.5 }
    : { x: Math.round(point.x), y: Math.round(point.y) };
}

/** Squared distance to a segment times the segment's squared length, which keeps it free of division. */
function isWithin(p: Point, a: Point, b: Point, radius: number): boolean {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const [px, py] = [p.x - a.x, p.y - a.y];
  const lengthSquared = dx * dx + dy * dy;
  const along = px * dx + py * dy;
  if (along <= 0 || lengthSquared === 0) return px * px + py * py <= radius * radius;
  if (along >= lengthSquared) return (p.x - b.x) ** 2 + (p.y - b.y) ** 2 <= radius * radius;
  return (px * dy - py * dx) ** 2 <= radius * radius * lengthSquared;
}

describe("brushStroke", () => {
  it("puts down one pixel for a 1-px brush, wherever in the pixel the pointer is", () => {
    for (const x of [7, 7.3, 7.999]) {
      const dab = brushStroke([{ x, y: 4.6 }], 1, canvas);
      expect(dab.rect).toEqual({ x: 7, y: 4, width: 1, height: 1 });
      expect(regionArea(dab)).toBe(1);
    }
  });

  it.each([
    [2, 4],
    [3, 9],
    [4, 12],
    [5, 21],
  ])("draws a disc of %i px with %i pixels", (diameter, area) => {
    const dab = brushStroke([{ x: 20.4, y: 20.4 }], diameter, canvas);
    expect(regionArea(dab)).toBe(area);
    expect(dab.rect.width).toBe(diameter);
    expect(dab.rect.height).toBe(diameter);
  });

  it("covers exactly the pixels whose centre is within the radius of a segment", () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, fc.integer({ min: 2, max: 25 }), (from, to, diameter) => {
        const [a, b] = [snapped(from, diameter), snapped(to, diameter)];
        const expected = regionFromPredicate(canvas, (x, y) =>
          isWithin({ x: x + 0.5, y: y + 0.5 }, a, b, diameter / 2),
        );
        expect(brushStroke([from, to], diameter, canvas)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves no gap in a 1-px line: as many pixels as its longer side, each touching the next", () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, (a, b) => {
        const wide: Rect = { x: -50, y: -50, width: 300, height: 300 };
        const line = brushStroke([a, b], 1, wide);
        const dx = Math.abs(Math.floor(a.x) - Math.floor(b.x));
        const dy = Math.abs(Math.floor(a.y) - Math.floor(b.y));
        expect(regionArea(line)).toBe(Math.max(dx, dy) + 1);
        forEachPixel(line, (x, y) => {
          let neighbours = 0;
          for (const ny of [y - 1, y, y + 1])
            for (const nx of [x - 1, x, x + 1]) if (hasPixel(line, nx, ny)) neighbours++;
          if (Math.max(dx, dy) > 0) expect(neighbours).toBeGreaterThan(1);
        });
      }),
    );
  });

  it("never writes outside its clip and is the same stroke inside it", () => {
    const clip: Rect = { x: 10, y: 12, width: 17, height: 9 };
    fc.assert(
      fc.property(fc.array(anyPoint, { maxLength: 5 }), fc.integer({ min: 1, max: 30 }), (points, diameter) => {
        const whole = brushStroke(points, diameter, canvas);
        const expected = regionFromPredicate(clip, (x, y) => hasPixel(whole, x, y));
        expect(brushStroke(points, diameter, clip)).toEqual(expected);
      }),
    );
  });

  it("is the union of its segments", () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, anyPoint, fc.integer({ min: 1, max: 12 }), (a, b, c, diameter) => {
        const first = brushStroke([a, b], diameter, canvas);
        const second = brushStroke([b, c], diameter, canvas);
        expect(brushStroke([a, b, c], diameter, canvas)).toEqual(
          regionFromPredicate(canvas, (x, y) => hasPixel(first, x, y) || hasPixel(second, x, y)),
        );
      }),
    );
  });
});
