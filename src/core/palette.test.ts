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

  it.each(["protan", "deutan"] as const)("keeps the first 30 apart for %s eyes", (kind) => {
    const colors = displayPalette(30).map((color) => oklabOf(seenBy(kind, color.map(linear))));
    const distances = colors.flatMap((a, i) => colors.slice(0, i).map((b) => Math.hypot(...a.map((v, k) => v - b[k]))));
    expect(Math.min(...distances)).toBeGreaterThan(0.055);
  });

  it("starts the same however many are asked for", () => {
    expect(displayPalette(40).slice(0, 12)).toEqual(displayPalette(12));
    expect(() => displayPalette(2 ** 24 + 1)).toThrow(RangeError);
  });
});

/** Red, green and blue as a dichromat sees them, linear (Viénot, Brettel and Mollon 1999). */
function seenBy(kind: "protan" | "deutan", [r, g, b]: readonly number[]): readonly number[] {
  const [l, m, s] = [
    17.8824 * r + 43.5161 * g + 4.11935 * b,
    3.45565 * r + 27.1554 * g + 3.86714 * b,
    0.0299566 * r + 0.184309 * g + 1.46709 * b,
  ];
  const [seenL, seenM] = kind === "protan" ? [2.02344 * m - 2.52581 * s, m] : [l, 0.494207 * l + 1.24827 * s];
  return [
    0.0809444479 * seenL - 0.130504409 * seenM + 0.116721066 * s,
    -0.0102485335 * seenL + 0.0540193266 * seenM - 0.113614708 * s,
    -0.000365296938 * seenL - 0.00412161469 * seenM + 0.693511405 * s,
  ].map((part) => Math.min(1, Math.max(0, part)));
}

function linear(value: number): number {
  return value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
}

/** Björn Ottosson's OKLab, in which equal distances look about equal. */
function oklab(rgb: Rgb): readonly number[] {
  return oklabOf(rgb.map(linear));
}

function oklabOf([r, g, b]: readonly number[]): readonly number[] {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
