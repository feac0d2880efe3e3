import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentAt } from "./components";
import { createLabelMap } from "./labelMap";
import { createRandom } from "./random";
import { emptyRegion, forEachPixel, hasPixel, regionArea } from "./region";
import { restOfComponents } from "./restOfComponents";

/** Rows of digits: the ids; a mask in the same shape, "x" where set. */
function scene(ids: readonly string[], marks: readonly string[]) {
  const [width, height] = [ids[0].length, ids.length];
  const labels = createLabelMap(width, height, Uint16Array.from(ids.join(""), Number));
  return { labels, mask: { width, height, data: Uint8Array.from(marks.join(""), (mark) => (mark === "x" ? 1 : 0)) } };
}

describe("restOfComponents", () => {
  it("takes the sliver left of an object, corners included, and not the surroundings the mask grazes", () => {
    const { labels, mask } = scene(
      ["0000000", "0111000", "0111000", "0000100", "0000010", "0000000"],
      [".......", "xxxx...", "xxxx...", ".......", ".......", "......."],
    );
    const { rest, count } = restOfComponents(labels, mask);
    expect(count).toBe(1);
    expect(regionArea(rest)).toBe(2);
    expect(hasPixel(rest, 4, 3) && hasPixel(rest, 5, 4)).toBe(true);
  });

  it("is empty when nothing is masked, and when nothing is left", () => {
    for (const marks of ["...", "x..", "xxx"]) {
      const { labels, mask } = scene(["122"], [marks]);
      expect(restOfComponents(labels, mask)).toEqual({ rest: emptyRegion, count: 0 });
    }
  });

  it("is what a look at every single component gives", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, width, height) => {
          const random = createRandom(seed);
          const labels = createLabelMap(
            width,
            height,
            Uint16Array.from({ length: width * height }, () => random.int(3)),
          );
          const mask = { width, height, data: Uint8Array.from(labels.data, () => random.int(2)) };
          const { rest } = restOfComponents(labels, mask);
          labels.data.forEach((_, i) => {
            const [x, y] = [i % width, Math.floor(i / width)];
            const component = componentAt(labels, x, y, 8);
            let masked = 0;
            forEachPixel(component, (px, py) => {
              masked += mask.data[py * width + px];
            });
            const expected = mask.data[i] === 0 && 2 * masked >= regionArea(component);
            expect(hasPixel(rest, x, y)).toBe(expected);
          });
        },
      ),
    );
  });
});
