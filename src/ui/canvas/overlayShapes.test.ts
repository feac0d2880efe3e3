import fc from "fast-check";
import { expect, it } from "vitest";
import { surroundsView } from "./overlayShapes";

const view = { width: 80, height: 60 };

it("knows when a circle is nowhere in sight because it lies around all of the view", () => {
  const within = (max: number) => fc.double({ min: 0, max, noNaN: true });
  const angles = Array.from({ length: 720 }, (_, i) => (i / 360) * Math.PI);
  fc.assert(
    fc.property(within(80), within(60), fc.double({ min: 1, max: 200, noNaN: true }), (x, y, radius) => {
      const isSeen = angles.some((angle) => {
        const at = { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
        return at.x > 0 && at.y > 0 && at.x < view.width && at.y < view.height;
      });
      if (surroundsView({ x, y }, radius, view)) expect(isSeen).toBe(false);
    }),
  );
  expect(surroundsView({ x: 40, y: 30 }, 49, view)).toBe(false);
  expect(surroundsView({ x: 40, y: 30 }, 51, view)).toBe(true);
  expect(surroundsView({ x: 0, y: 0 }, 99, view)).toBe(false);
});
