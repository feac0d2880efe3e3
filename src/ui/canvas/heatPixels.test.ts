import { describe, expect, it } from "vitest";
import { heatPalette, heatPixels } from "./heatPixels";

const partsOf = (word: number) => [word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24];

/** Relative luminance (WCAG). */
function luminance(word: number): number {
  const [r, g, b] = partsOf(word).map((part) =>
    part / 255 <= 0.04 ? part / 3295 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("the heat map", () => {
  it("shows no low suspicion, and the more the hotter", () => {
    const alphas = [...heatPalette].map((word) => partsOf(word)[3]);
    expect(alphas.slice(0, 26).every((alpha) => alpha === 0)).toBe(true);
    expect(alphas).toEqual([...alphas].sort((a, b) => a - b));
    expect(alphas[255]).toBeGreaterThan(200);
  });

  it("grows lighter all the way, so that it can be read without seeing colours", () => {
    const lights = [...heatPalette].map(luminance);
    const steps = lights.slice(8).map((light, i) => light - lights[i]);
    expect(Math.min(...steps)).toBeGreaterThan(0);
  });

  it("colours the asked rectangle", () => {
    const heat = Uint8Array.of(0, 10, 255, 100, 200, 30);
    const out = new Uint32Array(4);
    heatPixels(heat, 3)({ x: 1, y: 0, width: 2, height: 2 }, out);
    expect([...out]).toEqual([10, 255, 200, 30].map((value) => heatPalette[value]));
  });
});
