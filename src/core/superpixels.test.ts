import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelComponents } from "./components";
import { createLabelMap } from "./labelMap";
import { createRandom } from "./random";
import { forEachPixel, hasPixel, regionArea } from "./region";
import { slic, superpixelAt } from "./superpixels";

function picture(width: number, height: number, grey: (x: number, y: number) => number): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => {
    const pixel = Math.floor(i / 4);
    return i % 4 === 3 ? 255 : grey(pixel % width, Math.floor(pixel / width));
  });
}

describe("slic", () => {
  it("divides any picture into connected superpixels", () => {
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.integer(), side, side, fc.integer({ min: 2, max: 20 }), (seed, width, height, size) => {
        const random = createRandom(seed);
        const { numbers } = slic(
          picture(width, height, () => random.int(256)),
          width,
          height,
          size,
        );
        const parts = labelComponents(createLabelMap(width, height, Uint16Array.from(numbers))).list;
        expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
      }),
      { numRuns: 50 },
    );
  });

  it("follows an edge in the picture to the pixel", () => {
    const edge = (y: number) => 20 + Math.round(4 * Math.sin(y / 5));
    const superpixels = slic(
      picture(48, 40, (x, y) => (x < edge(y) ? 30 : 220)),
      48,
      40,
      10,
    );
    for (const [x, y] of [
      [3, 3],
      [15, 20],
      [25, 20],
      [44, 38],
    ]) {
      const region = superpixelAt(superpixels, x, y, 48, 40);
      forEachPixel(region, (px, py) => expect(px < edge(py)).toBe(x < edge(y)));
    }
  });

  it("gives each pixel of a larger image to one superpixel, the clicked one's to it", () => {
    const random = createRandom(7);
    const superpixels = slic(
      picture(20, 15, () => random.int(256)),
      20,
      15,
      5,
    );
    const [width, height] = [47, 36];
    const covered = new Uint8Array(width * height);
    for (let i = covered.indexOf(0); i >= 0; i = covered.indexOf(0)) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const region = superpixelAt(superpixels, x, y, width, height);
      expect(hasPixel(region, x, y)).toBe(true);
      expect(regionArea(region)).toBeGreaterThan(0);
      forEachPixel(region, (px, py) => {
        covered[py * width + px]++;
      });
    }
    expect(Math.max(...covered)).toBe(1);
  });
});
