import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addConfusion, classIous, confusion, euclideanDistance, meanIou, paMiou, pixelAccuracy } from "./metrics";

const ids = (...values: number[]) => Uint16Array.from(values);

describe("metrics", () => {
  it("matches a case worked by hand", () => {
    const table = confusion(ids(1, 1, 2, 2, 9), ids(1, 2, 2, 2, 2));
    expect(table.ids).toEqual([1, 2, 9]);
    expect(classIous(table)).toEqual(
      new Map([
        [1, 1 / 2],
        [2, 2 / 4],
      ]),
    );
    expect(meanIou(table)).toBe(0.5);
    expect(pixelAccuracy(table)).toBe(3 / 5);
  });

  it("leaves out void and unselected pixels", () => {
    const predicted = ids(1, 2, 3, 1);
    const truth = ids(1, 1, 255, 1);
    expect(pixelAccuracy(confusion(predicted, truth, { ignored: new Set([255]) }))).toBe(2 / 3);
    expect(paMiou(predicted, truth, Uint8Array.of(1, 0, 1, 1), new Set([255]))).toBe(1);
    expect(paMiou(predicted, truth, Uint8Array.of(0, 1, 0, 0))).toBe(0);
    expect(meanIou(confusion(predicted, truth, { select: new Uint8Array(4) }))).toBeNaN();
  });

  it("adds counts before taking ratios, also for sixteen-bit ids", () => {
    const raster = fc.array(fc.constantFrom(0, 3, 70, 65535), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(raster, raster, (predicted, truth) => {
        const [p, t] = [ids(...predicted), ids(...truth)];
        const halves = addConfusion(
          confusion(p.subarray(0, 5), t.subarray(0, 5)),
          confusion(p.subarray(5), t.subarray(5)),
        );
        expect(halves).toEqual(confusion(p, t));
      }),
    );
  });

  it("is perfect for equal rasters and measures their distance", () => {
    expect(meanIou(confusion(ids(4, 5), ids(4, 5)))).toBe(1);
    expect(euclideanDistance(ids(4, 5), ids(4, 5))).toBe(0);
    expect(euclideanDistance(ids(4, 5, 6), ids(5, 4, 6))).toBe(2);
  });

  it("refuses rasters of different size", () => {
    expect(() => confusion(ids(1), ids(1, 2))).toThrow(RangeError);
    expect(() => euclideanDistance(ids(1), ids(1, 2))).toThrow(RangeError);
  });
});
