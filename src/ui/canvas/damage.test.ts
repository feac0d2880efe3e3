import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Damage, deviceRect } from "./damage";

const canvas = (width: number, height: number) => ({ width, height }) as HTMLCanvasElement;

describe("Damage", () => {
  it("asks for everything first, then only for what was added", () => {
    const damage = new Damage();
    const target = canvas(100, 80);
    expect(damage.take(target)).toBeNull();
    damage.add({ x: 1, y: 2, width: 3, height: 4 });
    damage.add({ x: 10, y: 2, width: 1, height: 1 });
    expect(damage.take(target)).toEqual({ x: 1, y: 2, width: 10, height: 4 });
  });

  it("asks for everything again on a canvas that lost its content or is drawn for an unknown reason", () => {
    const damage = new Damage();
    const first = canvas(100, 80);
    damage.take(first);
    const part = { x: 1, y: 2, width: 3, height: 4 };
    damage.add(part);
    expect(damage.take(canvas(100, 80))).toBeNull();
    damage.add(part);
    expect(damage.take(canvas(100, 81))).toBeNull();
    damage.addAll();
    damage.add(part);
    expect(damage.take(first)).toBeNull();
    expect(damage.take(first)).toBeNull();
  });
});

describe("deviceRect", () => {
  it("covers every device pixel that an image rectangle touches", () => {
    const small = fc.integer({ min: 0, max: 500 });
    const ratio = fc.constantFrom(1, 1.25, 1.5, 2, 3);
    fc.assert(
      fc.property(
        small,
        small,
        small,
        fc.double({ min: 0.05, max: 64, noNaN: true }),
        ratio,
        (x, y, side, scale, dpr) => {
          const view = { scale, x: 13.37, y: -7.1 };
          const rect = deviceRect({ x, y, width: side, height: side }, view, dpr, 0);
          expect(rect.x).toBeLessThanOrEqual((view.x + x * scale) * dpr);
          expect(rect.x + rect.width).toBeGreaterThanOrEqual((view.x + (x + side) * scale) * dpr - 1e-6);
          expect([rect.x, rect.y, rect.width, rect.height].every(Number.isInteger)).toBe(true);
        },
      ),
    );
  });
});
