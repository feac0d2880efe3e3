import { describe, expect, it } from "vitest";
import { createLabelMap } from "../../core/labelMap";
import { createRandom } from "../../core/random";
import { fittedSize, majorityIds } from "./thumbnail";

describe("a thumbnail", () => {
  it("fits into its box, and never grows", () => {
    expect(fittedSize({ width: 2048, height: 1024 })).toEqual({ width: 400, height: 200 });
    expect(fittedSize({ width: 600, height: 900 })).toEqual({ width: 200, height: 300 });
    expect(fittedSize({ width: 100, height: 80 })).toEqual({ width: 100, height: 80 });
    expect(fittedSize({ width: 9000, height: 2 })).toEqual({ width: 400, height: 1 });
  });

  it("shows the class that most of a block has", () => {
    const data = Uint16Array.from([1, 1, 2, 2, 1, 300, 2, 9, 5, 6, 7, 7, 5, 5, 8, 7]);
    expect([...majorityIds(createLabelMap(4, 4, data), { width: 2, height: 2 })]).toEqual([1, 2, 5, 7]);
    expect([...majorityIds(createLabelMap(4, 4, data), { width: 4, height: 4 })]).toEqual([...data]);
  });

  it("has no class that its block has not, at any size", () => {
    const random = createRandom(7);
    for (let trial = 0; trial < 40; trial++) {
      const [width, height] = [1 + random.int(40), 1 + random.int(40)];
      const data = Uint16Array.from({ length: width * height }, () => 60 + 100 * random.int(4));
      const size = fittedSize({ width, height }, { width: 1 + random.int(40), height: 13 });
      const small = majorityIds(createLabelMap(width, height, data), size);
      expect(small).toHaveLength(size.width * size.height);
      const known = new Set(data);
      expect([...small].filter((id) => !known.has(id))).toEqual([]);
    }
  });
});
