import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCounts, decodeRle, encodeCounts, encodeRle } from "./cocoRle";

const mask = fc
  .record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
      .map((bits) => ({ width, height, bits: Uint8Array.from(bits) })),
  );

describe("COCO's run lengths", () => {
  it("give back every mask, compressed and not", () => {
    fc.assert(
      fc.property(mask, ({ width, height, bits }) => {
        const rle = encodeRle(width, height, (pixel) => bits[pixel] === 1);
        expect(decodeRle(rle)).toEqual(bits);
        expect(decodeRle({ size: rle.size, counts: decodeCounts(String(rle.counts)) })).toEqual(bits);
      }),
    );
  });

  it("go column by column, zeros first", () => {
    // 2 x 3: on are (0, 0), (0, 1) and (1, 2).
    const bits = [1, 0, 1, 0, 0, 1];
    const { counts } = encodeRle(2, 3, (pixel) => bits[pixel] === 1);
    expect(decodeCounts(String(counts))).toEqual([0, 2, 3, 1]);
  });

  it("compress as pycocotools does", () => {
    // pycocotools 2.0: mask.frPyObjects({"size": [h, w], "counts": counts}, h, w)["counts"]
    expect(encodeCounts([6, 1, 40, 4, 5, 4, 5, 4, 21])).toBe("61X13mN000`0");
    expect(decodeCounts("61X13mN000`0")).toEqual([6, 1, 40, 4, 5, 4, 5, 4, 21]);
  });

  it("keep runs of any length that an image can have", () => {
    const counts = fc.array(fc.integer({ min: 0, max: 100_000_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(counts, (runs) => {
        expect(decodeCounts(encodeCounts(runs))).toEqual(runs);
      }),
    );
  });

  it("refuse what does not fill the image", () => {
    expect(() => decodeRle({ size: [2, 2], counts: [1, 2] })).toThrow("damaged");
    expect(() => decodeRle({ size: [2, 2], counts: [1, 9] })).toThrow("damaged");
    expect(() => decodeCounts("\u0000")).toThrow("damaged");
    expect(() => decodeCounts("o")).toThrow("damaged");
  });
});
