import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "./point";
import { polygonRegion } from "./polygon";
import type { Rect } from "./rect";
import { rectangleBetween } from "./rectangle";
import { emptyRegion, hasPixel, regionArea, regionFromPredicate } from "./region";

const canvas: Rect = { x: 0, y: 0, width: 40, height: 30 };
// Odd eighths: no vertex lies on a pixel centre, and products of coordinates are exact.
const anyPoint = fc
  .record({ x: fc.integer({ min: -40, max: 200 }), y: fc.integer({ min: -40, max: 200 }) })
  .map(({ x, y }): Point => ({ x: (2 * x + 1) / 8, y: (2 * y + 1) / 8 }));

/** Its first edge runs through the centre of pixel (4, 11). */
const edgeThroughACentre: Point[] = [
  { x: 1.125, y: 11.875 },
  { x: 12.375, y: 10.625 },
  { x: 0.125, y: 0.125 },
];

function insideEvenOdd(points: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length];
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  });
  return inside;
}

/** Whether an edge runs through the point: rounding decides on which side such a pixel falls. */
function onAnEdge(points: readonly Point[], x: number, y: number): boolean {
  return points.some((a, i) => {
    const b = points[(i + 1) % points.length];
    return (b.x - a.x) * (y - a.y) === (b.y - a.y) * (x - a.x) && (x - a.x) * (x - b.x) + (y - a.y) * (y - b.y) <= 0;
  });
}

describe("polygonRegion", () => {
  it("holds the pixels whose centre is inside, by the even-odd rule", () => {
    const holdsWhatIsInside = (points: Point[]) => {
      const region = polygonRegion(points, canvas);
      const expected = regionFromPredicate(canvas, (x, y) =>
        onAnEdge(points, x + 0.5, y + 0.5) ? hasPixel(region, x, y) : insideEvenOdd(points, x + 0.5, y + 0.5),
      );
      expect(region).toEqual(expected);
    };
    fc.assert(fc.property(fc.array(anyPoint, { minLength: 3, maxLength: 9 }), holdsWhatIsInside), {
      examples: [[edgeThroughACentre]],
    });
  });

  it("splits along a chord without overlap or gap", () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, anyPoint, anyPoint, (a, b, c, d) => {
        const whole = polygonRegion([a, b, c, d], canvas);
        const one = polygonRegion([a, b, c], canvas);
        const two = polygonRegion([a, c, d], canvas);
        expect(whole).toEqual(regionFromPredicate(canvas, (x, y) => hasPixel(one, x, y) !== hasPixel(two, x, y)));
      }),
    );
  });

  it("fills a rectangle on the pixel grid exactly", () => {
    const corners = [
      { x: 3, y: 2 },
      { x: 9, y: 2 },
      { x: 9, y: 7 },
      { x: 3, y: 7 },
    ];
    const region = polygonRegion(corners, canvas);
    expect(region.rect).toEqual({ x: 3, y: 2, width: 6, height: 5 });
    expect(regionArea(region)).toBe(30);
  });

  it("is empty for fewer than three points and outside the clip", () => {
    expect(
      polygonRegion(
        [
          { x: 1, y: 1 },
          { x: 9, y: 9 },
        ],
        canvas,
      ),
    ).toBe(emptyRegion);
    expect(
      polygonRegion(
        [
          { x: -9, y: 1 },
          { x: -5, y: 9 },
          { x: -3, y: 2 },
        ],
        canvas,
      ),
    ).toBe(emptyRegion);
  });
});

describe("rectangleBetween", () => {
  it("includes both end pixels whichever way it is dragged, and is clipped", () => {
    const expected = { x: 3, y: 4, width: 5, height: 3 };
    expect(rectangleBetween({ x: 3.9, y: 4 }, { x: 7.1, y: 6.5 }, canvas).rect).toEqual(expected);
    expect(rectangleBetween({ x: 7.1, y: 4 }, { x: 3.9, y: 6.5 }, canvas).rect).toEqual(expected);
    const clipped = rectangleBetween({ x: -8, y: -8 }, { x: 500, y: 0.2 }, canvas);
    expect(clipped.rect).toEqual({ x: 0, y: 0, width: 40, height: 1 });
    expect(regionArea(clipped)).toBe(40);
  });
});
