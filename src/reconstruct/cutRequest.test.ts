import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipRect, unionRects } from "../core/rect";
import { cutLabel, MASKED } from "../window/resample";
import { planWindows } from "../window/workWindows";
import { cutRequest } from "./cutRequest";
import { anyLabel, sameBytes, wholeLabel } from "./fixtures/anyLabel";
import { bandLabel } from "./fixtures/request";
import { maskedPixels } from "./result";

describe("a request cut out of a label", () => {
  it("shows the model the same windows as the whole label, and rebuilds the same pixels", () => {
    fc.assert(
      fc.property(
        fc.constantFrom([90, 70], [300, 260], [640, 120], [700, 400]),
        fc.integer({ min: 0, max: 6 }),
        fc.integer(),
        ([width, height], parts, seed) => {
          const given = anyLabel(width, height, parts, seed);
          const whole = wholeLabel(given);
          const { windows, label } = cutRequest(given);
          const rebuild = whole.kinds.map((kind) => (kind === MASKED ? 1 : 0));
          expect(windows).toEqual(planWindows(rebuild, width, height));
          for (const window of windows) {
            const [cut, wanted] = [cutLabel(label, window), cutLabel(whole, window)];
            expect([sameBytes(cut.kinds, wanted.kinds), sameBytes(cut.ids, wanted.ids)]).toEqual([true, true]);
          }
          const [pixels, wanted] = [maskedPixels(label, width), maskedPixels(whole, width)];
          expect(pixels.rect).toEqual(wanted.rect);
          expect(sameBytes(pixels.indices, wanted.indices)).toBe(true);
          expect(
            sameBytes(
              pixels.indices,
              Int32Array.from(rebuild.keys()).filter((i) => rebuild[i] === 1),
            ),
          ).toBe(true);
          const squares = windows.map(({ x, y, side }) => ({ x, y, width: side, height: side }));
          const around = squares.reduce(unionRects, { x: 0, y: 0, width: 0, height: 0 });
          expect(label.rect).toEqual(clipRect(around, width, height));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is a copy of a small part: 3 MB of a stroke on 12 megapixels", () => {
    const [width, height] = [4096, 3072];
    const given = bandLabel(width, height, [[2000, 1500, 80, 60]]);
    const { windows, label } = cutRequest(given);
    expect(windows).toHaveLength(1);
    expect(label.labels.byteLength + label.kinds.byteLength).toBeLessThan(3.5 * 2 ** 20);
    given.labels.fill(1);
    expect(label.labels).not.toContain(1);
  });

  it("is nothing when nothing is to be rebuilt: no mask, hints all over it, a locked class", () => {
    const masked = bandLabel(60, 50, [[10, 10, 5, 5]]);
    const hinted = { ...masked, hints: masked.mask };
    for (const given of [bandLabel(60, 50, []), hinted, { ...masked, lockedIds: [5] }]) {
      const { windows, label } = cutRequest(given);
      expect([windows.length, label.rect.width, label.labels.length, label.kinds.length]).toEqual([0, 0, 0, 0]);
    }
  });
});
