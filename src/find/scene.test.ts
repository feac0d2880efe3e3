import fc from "fast-check";
import { expect, it } from "vitest";
import { componentAt } from "../core/components";
import { createRandom } from "../core/random";
import { hasPixel } from "../core/region";
import { componentsOf, VOID } from "./scene";

const SIZE = 12;

it("numbers components by value, then in scan order, the void last", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = createRandom(seed);
      const values = Int32Array.from({ length: SIZE * SIZE }, () => [9, 400, 65535, VOID][random.int(4)]);
      const { labels, list } = componentsOf(values, SIZE, SIZE);
      const map = { width: SIZE, height: SIZE, data: Uint16Array.from(values, (v) => (v === VOID ? 1 : v)) };
      list.forEach(({ id, area }, number) => {
        const first = labels.indexOf(number);
        const component = componentAt(map, first % SIZE, Math.floor(first / SIZE));
        expect(values[first]).toBe(id);
        const own = labels.map((part) => (part === number ? 1 : 0));
        expect(own).toEqual(own.map((_, i) => (hasPixel(component, i % SIZE, Math.floor(i / SIZE)) ? 1 : 0)));
        expect(labels.filter((part) => part === number)).toHaveLength(area);
        if (number === 0) return;
        const before = list[number - 1].id;
        expect(before < id || (before === id && labels.indexOf(number - 1) < first)).toBe(true);
      });
    }),
    { numRuns: 20 },
  );
});
