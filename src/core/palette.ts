import type { ClassTable, Rgb } from "./classTable";

/**
 * Pascal VOC's colour of a class id: from the high bit of each channel down, three bits of the id at a time
 * (VOCdevkit's `VOClabelcolormap`). All 256 colours differ.
 */
export function vocColor(id: number): Rgb {
  let [r, g, b] = [0, 0, 0];
  for (let bit = 7, rest = id; bit >= 0; bit -= 1, rest >>= 3) {
    r |= (rest & 1) << bit;
    g |= ((rest >> 1) & 1) << bit;
    b |= ((rest >> 2) & 1) << bit;
  }
  return [r, g, b];
}

const voc: readonly Rgb[] = Array.from({ length: 256 }, (_, id) => vocColor(id));

/** The 256 colours of VOC's palette. */
export function vocPalette(): readonly Rgb[] {
  return voc;
}

/** One number a colour, for maps: 0xRRGGBB. */
export function rgbKey(rgb: Rgb): number {
  return (rgb[0] << 16) | (rgb[1] << 8) | rgb[2];
}

const vocIds: ReadonlyMap<number, number> = new Map(voc.map((rgb, id) => [rgbKey(rgb), id]));

/** The id whose VOC colour this is, or -1. */
export function vocIdOf(rgb: Rgb): number {
  return vocIds.get(rgbKey(rgb)) ?? -1;
}

export function rgbToHex(rgb: Rgb): string {
  return `#${rgbKey(rgb).toString(16).padStart(6, "0")}`;
}

/** Reads "#rrggbb" or "rrggbb"; null for anything else. */
export function parseHex(text: string): Rgb | null {
  const match = /^#?([0-9a-f]{6})$/i.exec(text.trim());
  if (!match) return null;
  const key = Number.parseInt(match[1], 16);
  return [key >> 16, (key >> 8) & 255, key & 255];
}

/** Black or white, whichever reads better on a colour (WCAG relative luminance). */
export function readableTextColor(rgb: Rgb): "#000000" | "#ffffff" {
  const [r, g, b] = rgb.map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}

/** Okabe and Ito's colours, told apart with any of the common colour-vision deficiencies; black is left out. */
const okabeIto: readonly Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
];

/**
 * n different colours for display. The first seven are Okabe and Ito's; later ones repeat them lighter and darker,
 * since lightness is what every colour vision keeps.
 */
export function displayPalette(n: number): readonly Rgb[] {
  const shades = [0, 0.45, -0.4, 0.7, -0.65];
  const seen = new Set<number>();
  const colors: Rgb[] = [];
  for (let index = 0; colors.length < n; index += 1) {
    const round = Math.floor(index / okabeIto.length);
    const shade = shades[round % shades.length];
    const nudge = Math.floor(round / shades.length);
    const color = okabeIto[index % okabeIto.length].map((value, channel) => {
      const mixed = shade >= 0 ? value + (255 - value) * shade : value * (1 + shade);
      return (Math.round(mixed) + nudge * [37, 71, 113][channel]) % 256;
    }) as [number, number, number];
    if (seen.has(rgbKey(color))) continue;
    seen.add(rgbKey(color));
    colors.push(color);
  }
  return colors;
}

/** A display colour for every id of a table: colour-blind-safe for classes, grey for ignored ids. */
export function displayColors(classes: ClassTable): ReadonlyMap<number, Rgb> {
  const palette = displayPalette(classes.filter((info) => !info.ignored).length);
  let next = 0;
  return new Map(classes.map((info) => [info.id, info.ignored ? ([128, 128, 128] as const) : palette[next++]]));
}
