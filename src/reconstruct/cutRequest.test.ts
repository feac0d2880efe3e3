import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { tiledMask } from "../core/tiledMask";
import { createDocument } from "../document/document";
import { plainTraits } from "../document/fixtures/plainTraits";
import { cutLabel, MASKED, rasterSource } from "../window/resample";
import { planWindows } from "../window/workWindows";
import { cutRequest } from "./cutRequest";
import { anyLabel, sameBytes, wholeLabel } from "./fixtures/anyLabel";
import { tiledLabel } from "./fixtures/maskedLabel";
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
          const { windows, windowLabels, masked } = cutRequest(tiledLabel(given));
          const rebuild = whole.kinds.map((kind) => (kind === MASKED ? 1 : 0));
          expect(windows).toEqual(planWindows(tiledMask({ width, height, data: rebuild })));
          for (const [i, window] of windows.entries()) {
            const [cut, wanted] = [windowLabels[i], cutLabel(rasterSource(whole), window)];
            expect([sameBytes(cut.kinds, wanted.kinds), sameBytes(cut.ids, wanted.ids)]).toEqual([true, true]);
          }
          const [pixels, wanted] = [maskedPixels(masked, width), maskedPixels({ ...whole, bits: rebuild }, width)];
          expect(pixels.rect).toEqual(wanted.rect);
          expect(sameBytes(pixels.indices, wanted.indices)).toBe(true);
          expect(
            sameBytes(
              pixels.indices,
              Int32Array.from(rebuild.keys()).filter((i) => rebuild[i] === 1),
            ),
          ).toBe(true);
          expect(masked.rect).toEqual(wanted.rect);
          const inBox = (i: number) =>
            whole.labels[
              (masked.rect.y + Math.floor(i / masked.rect.width)) * width + masked.rect.x + (i % masked.rect.width)
            ];
          expect(
            sameBytes(
              masked.labels,
              masked.labels.map((_, i) => inBox(i)),
            ),
          ).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is a copy of what is masked, and what windows show in model px: 320 kB of a stroke on 12 megapixels", () => {
    const [width, height] = [4096, 3072];
    const given = bandLabel(width, height, [[2000, 1500, 80, 60]]);
    const { windowLabels, masked } = cutRequest(tiledLabel(given));
    expect(windowLabels).toHaveLength(1);
    const [{ kinds, ids }] = windowLabels;
    const bytes = [kinds, ids, masked.bits, masked.labels].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes).toBeLessThan(330_000);
    given.labels.fill(1);
    expect(masked.labels).not.toContain(1);
  });

  it("is nothing when nothing is to be rebuilt: no mask, hints all over it, a locked class", () => {
    const masked = bandLabel(60, 50, [[10, 10, 5, 5]]);
    const hinted = { ...masked, hints: masked.mask };
    for (const given of [bandLabel(60, 50, []), hinted, { ...masked, lockedIds: [5] }]) {
      const { windows, windowLabels, masked: box } = cutRequest(tiledLabel(given));
      const lengths = [windows.length, windowLabels.length, box.rect.width, box.labels.length, box.bits.length];
      expect(lengths).toEqual([0, 0, 0, 0, 0]);
    }
  });

  it("of a document asked again and again while it is drawn on is that of the label seen for the first time", () => {
    const random = createRandom(2);
    const [width, height] = [700, 500];
    const labels = { width, height, data: anyLabel(width, height, 0, 3).labels };
    const doc = createDocument<object>({ key: "a", labels, traits: plainTraits<object>() });
    for (let step = 0; step < 40; step++) {
      const side = () => 1 + random.int(random.next() < 0.2 ? 150 : 20);
      const region = rectRegion({ x: random.int(width), y: random.int(height), width: side(), height: side() });
      const choice = random.next();
      if (choice < 0.1) doc.undo();
      else if (choice < 0.5) doc.edit("mask", (edit) => edit.setMask(region, random.next() < 0.8));
      else doc.edit("paint", (edit) => edit.setLabel(region, [5, 6, 7, 9][random.int(4)]));
      const rules = { ignoredIds: [7, 9], lockedIds: step % 3 === 0 ? [6] : [] };
      const kept = cutRequest({ width, height, labels: doc.labels.data, mask: doc.mask, hints: doc.hints, ...rules });
      const [mask, hints] = [doc.mask.data, doc.hints.data];
      const anew = cutRequest(tiledLabel({ width, height, labels: doc.labels.data.slice(), mask, hints, ...rules }));
      expect(kept.windows, `step ${step}`).toEqual(anew.windows);
      expect(kept.masked.rect).toEqual(anew.masked.rect);
      const rasters = ({ windowLabels, masked }: typeof kept) => [
        ...windowLabels.flatMap(({ kinds, ids }) => [kinds, ids]),
        ...[masked.bits, masked.labels],
      ];
      expect(
        rasters(kept).every((raster, i) => sameBytes(raster, rasters(anew)[i])),
        `step ${step}`,
      ).toBe(true);
    }
  });
});
