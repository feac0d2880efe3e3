import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Rgb } from "./classTable";
import { displayPalette, parseHex, rgbKey, rgbToHex, vocColor, vocIdOf, vocPalette } from "./palette";

describe("VOC palette", () => {
  it("gives the published colours", () => {
    expect(vocColor(0)).toEqual([0, 0, 0]);
    expect(vocColor(1)).toEqual([128, 0, 0]);
    expect(vocColor(2)).toEqual([0, 128, 0]);
    expect(vocColor(8)).toEqual([64, 0, 0]);
    expect(vocColor(15)).toEqual([192, 128, 128]);
    expect(vocColor(20)).toEqual([0, 64, 128]);
    expect(vocColor(255)).toEqual([224, 224, 192]);
  });

  it("has 256 different colours that lead back to their ids", () => {
    expect(new Set(vocPalette.map(rgbKey)).size).toBe(256);
    vocPalette.forEach((rgb, id) => {
      expect(vocIdOf(rgb)).toBe(id);
    });
    expect(vocIdOf([1, 2, 3])).toBe(-1);
  });
});

describe("colour helpers", () => {
  it("writes and reads hex", () => {
    expect(rgbToHex([0, 10, 255])).toBe("#000aff");
    expect(parseHex("#000AFF")).toEqual([0, 10, 255]);
    expect(parseHex("red")).toBeNull();
  });
});

describe("display palette", () => {
  it("gives as many different colours as asked, for 70,000 classes too, each in at most one step more than its place", () => {
    const steps = vi.spyOn(Set.prototype, "has");
    fc.assert(
      fc.property(fc.oneof(fc.nat(200), fc.nat(70_000)), (n) => {
        steps.mockClear();
        const colors = displayPalette(n);
        expect(steps.mock.calls.length).toBeLessThanOrEqual(n + 30);
        expect(new Set(colors.map(rgbKey)).size).toBe(n);
        expect(colors).toHaveLength(n);
      }),
      { numRuns: 30, examples: [[0], [30], [31], [9000], [70_000]] },
    );
    steps.mockRestore();
  });

  it("keeps the first 30 apart, and from the grey of what has no class", () => {
    const colors = [...displayPalette(30), [128, 128, 128] as const].map(oklab);
    const distances = colors.flatMap((a, i) => colors.slice(0, i).map((b) => Math.hypot(...a.map((v, k) => v - b[k]))));
    expect(Math.min(...distances)).toBeGreaterThan(0.1);
  });

  it("starts the same however many are asked for", () => {
    expect(displayPalette(40).slice(0, 12)).toEqual(displayPalette(12));
    expect(() => displayPalette(2 ** 24 + 1)).toThrow(RangeError);
  });
});

/** Björn Ottosson's OKLab, in which equal distances look about equal. */
function oklab(rgb: Rgb): readonly number[] {
  const [r, g, b] = rgb.map((value) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
