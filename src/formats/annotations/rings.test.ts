import { expect, it } from "vitest";
import { regionArea } from "../../core/region";
import { ringsRegion } from "./rings";

const ring = (...flat: number[]) =>
  Array.from({ length: flat.length / 2 }, (_, i) => ({ x: flat[2 * i], y: flat[2 * i + 1] }));

it("a ring holds the pixels whose centre it holds, also where it leaves the image", () => {
  expect(regionArea(ringsRegion([ring(1, 1, 5, 1, 5, 4, 1, 4)], 20, 20))).toBe(12);
  expect(regionArea(ringsRegion([ring(-9, -9, 2.4, -9, 2.4, 2.6, -9, 2.6)], 20, 20))).toBe(2 * 3);
  expect(regionArea(ringsRegion([ring(-9, -9, -2, -9, -2, -3)], 20, 20))).toBe(0);
});

it("rings add up, holes are cut out, a ring that crosses itself is even-odd", () => {
  const [a, b] = [ring(0, 0, 6, 0, 6, 6, 0, 6), ring(4, 0, 8, 0, 8, 6, 4, 6)];
  expect(regionArea(ringsRegion([a, b], 20, 20))).toBe(48);
  expect(regionArea(ringsRegion([a], 20, 20, { holes: [ring(1, 1, 3, 1, 3, 3, 1, 3)] }))).toBe(32);
  const twice = ring(0, 0, 6, 0, 6, 6, 0, 6, 0, 0, 2, 2, 4, 2, 4, 4, 2, 4, 2, 2);
  expect(regionArea(ringsRegion([twice], 20, 20))).toBe(36 - 4);
});

it("vertices that are pixels belong to the polygon, and to the hole", () => {
  const pixels = { vertices: "pixels" } as const;
  expect(regionArea(ringsRegion([ring(2, 3, 6, 3, 6, 5, 2, 5)], 20, 20, pixels))).toBe(15);
  expect(regionArea(ringsRegion([ring(2, 3)], 20, 20, pixels))).toBe(1);
  const hole = { holes: [ring(1, 1, 2, 1, 2, 2, 1, 2)], vertices: "pixels" } as const;
  expect(regionArea(ringsRegion([ring(0, 0, 4, 0, 4, 4, 0, 4)], 20, 20, hole))).toBe(25 - 4);
});
