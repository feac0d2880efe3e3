import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentAt, componentRegion, labelComponents } from "./components";
import { type Connectivity, floodRegion } from "./flood";
import { createLabelMap, type LabelMap } from "./labelMap";
import { emptyRegion, type Region, regionArea, regionFromPredicate } from "./region";

const anyMap: fc.Arbitrary<LabelMap> = fc
  .record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.integer({ min: 0, max: 2 }), { minLength: width * height, maxLength: width * height })
      .map((ids) => createLabelMap(width, height, Uint16Array.from(ids))),
  );
const anyConnectivity = fc.constantFrom<Connectivity>(4, 8);

/** Breadth-first, one pixel at a time. */
function slowFlood(map: LabelMap, seedX: number, seedY: number, connectivity: Connectivity): Region {
  const seen = new Set<number>([seedY * map.width + seedX]);
  const queue = [...seen];
  for (const at of queue) {
    const [x, y] = [at % map.width, Math.floor(at / map.width)];
    for (const [dx, dy] of [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b] as const))) {
      if (connectivity === 4 && dx !== 0 && dy !== 0) continue;
      const [nx, ny] = [x + dx, y + dy];
      if (nx < 0 || ny < 0 || nx >= map.width || ny >= map.height) continue;
      const next = ny * map.width + nx;
      if (seen.has(next) || map.data[next] !== map.data[at]) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return regionFromPredicate({ x: 0, y: 0, width: map.width, height: map.height }, (x, y) =>
    seen.has(y * map.width + x),
  );
}

describe("floodRegion", () => {
  it("equals a breadth-first fill", () => {
    fc.assert(
      fc.property(anyMap, anyConnectivity, fc.nat(), fc.nat(), (map, connectivity, a, b) => {
        const [x, y] = [a % map.width, b % map.height];
        expect(floodRegion(map, x, y, undefined, connectivity)).toEqual(slowFlood(map, x, y, connectivity));
      }),
      { numRuns: 300 },
    );
  });

  it("stays inside its rectangle and ignores clicks outside", () => {
    const map = createLabelMap(20, 20);
    const within = { x: 5, y: 6, width: 4, height: 3 };
    expect(floodRegion(map, 6, 7, within).rect).toEqual(within);
    expect(floodRegion(map, 1, 1, within)).toBe(emptyRegion);
    expect(floodRegion(map, -1, 4)).toBe(emptyRegion);
  });

  it("does not leak through a diagonal one-pixel outline", () => {
    const map = createLabelMap(9, 9);
    for (let i = 0; i < 9; i++) map.data[i * 9 + i] = 1;
    expect(regionArea(floodRegion(map, 8, 0))).toBe(36);
    expect(regionArea(floodRegion(map, 8, 0, undefined, 8))).toBe(72);
  });

  it("fills 12 megapixels in one go", () => {
    const map = createLabelMap(4096, 3072);
    for (let y = 0; y < 3072; y++) map.data[y * 4096 + (y % 2 === 0 ? 0 : 4095)] = 1;
    const region = floodRegion(map, 2000, 1500);
    expect(regionArea(region)).toBe(4096 * 3072 - 3072);
  });
});

describe("labelComponents", () => {
  it("gives every pixel the component a flood from it would find", () => {
    fc.assert(
      fc.property(anyMap, anyConnectivity, (map, connectivity) => {
        const components = labelComponents(map, undefined, connectivity);
        for (let y = 0; y < map.height; y++) {
          for (let x = 0; x < map.width; x++) {
            const number = components.labels[y * map.width + x];
            const region = componentRegion(components, number);
            const component = components.list[number];
            expect(region).toEqual(componentAt(map, x, y, connectivity));
            expect(component).toEqual({
              id: map.data[y * map.width + x],
              area: regionArea(region),
              bounds: region.rect,
            });
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("numbers them by their first pixel and keeps to its rectangle", () => {
    const map = createLabelMap(4, 1, Uint16Array.of(7, 7, 5, 7));
    expect(labelComponents(map).list.map((component) => component.id)).toEqual([7, 5, 7]);
    const part = labelComponents(map, { x: 1, y: 0, width: 2, height: 9 });
    expect(part.rect).toEqual({ x: 1, y: 0, width: 2, height: 1 });
    expect(part.list.map((component) => component.bounds.x)).toEqual([1, 2]);
  });
});
