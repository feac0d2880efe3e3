import type { Rgb } from "../../core/classTable";
import { packRgba } from "./palette";
import type { PixelSource } from "./tiledRaster";

/**
 * The lower nine tenths of matplotlib's "inferno" (CC0): even steps of lightness, readable with every kind of colour blindness.
 * Its palest end is left out: over a bright sky it would not be seen.
 */
const stops: readonly Rgb[] = [
  [20, 11, 52],
  [58, 9, 99],
  [96, 19, 110],
  [133, 33, 107],
  [169, 46, 94],
  [203, 65, 73],
  [230, 93, 47],
  [247, 131, 17],
  [252, 173, 18],
  [245, 219, 76],
];

/** Suspicion below this is not shown, and from `fullAt` on as opaque as any: 0..255. */
const shownFrom = 26;
const fullAt = 150;
const mostAlpha = 225;

function colorAt(heat: number): Rgb {
  const place = (heat / 255) * (stops.length - 1);
  const lower = Math.min(Math.floor(place), stops.length - 2);
  const mix = (c: 0 | 1 | 2) => Math.round(stops[lower][c] + (place - lower) * (stops[lower + 1][c] - stops[lower][c]));
  return [mix(0), mix(1), mix(2)];
}

function alphaAt(heat: number): number {
  const share = (heat - shownFrom) / (fullAt - shownFrom);
  return Math.round(mostAlpha * Math.min(1, Math.max(0, share)));
}

/** The colour of every suspicion 0..255; low ones are transparent. */
export const heatPalette = Uint32Array.from({ length: 256 }, (_, heat) => packRgba(colorAt(heat), alphaAt(heat)));

/** The same colours from low to high, for a legend. */
export const heatGradient = `linear-gradient(to right, ${stops.map((color) => `rgb(${color.join(" ")})`).join(", ")})`;

/** Every pixel in the colour of its suspicion. `heat` is as large as the image, `width` its columns. */
export function heatPixels(heat: Uint8Array, width: number): PixelSource {
  return (rect, out) => {
    let target = 0;
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) out[target++] = heatPalette[heat[y * width + x]];
    }
  };
}
