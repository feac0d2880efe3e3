import type { Rgb } from "./classTable";

/**
 * Pascal VOC's colour of a class id: from the high bit of each channel down, three bits of the id at a time
 * (VOCdevkit's `VOClabelcolormap`). No two ids below 2^24 have the same.
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

/** The 256 colours of VOC's palette. */
export const vocPalette: readonly Rgb[] = Array.from({ length: 256 }, (_, id) => vocColor(id));

/** One number a colour, for maps: 0xRRGGBB. */
export function rgbKey(rgb: Rgb): number {
  return (rgb[0] << 16) | (rgb[1] << 8) | rgb[2];
}

export function isGrey([r, g, b]: Rgb): boolean {
  return r === g && g === b;
}

const vocIds: ReadonlyMap<number, number> = new Map(vocPalette.map((rgb, id) => [rgbKey(rgb), id]));

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
  return rgbOfKey(Number.parseInt(match[1], 16));
}

/** The colour of a key as {@link rgbKey} makes them. */
export function rgbOfKey(key: number): Rgb {
  return [key >> 16, (key >> 8) & 255, key & 255];
}

/**
 * Okabe and Ito's colours without black, told apart with any of the common colour-vision deficiencies; then, one by one,
 * the colour of a 16-level grid that lies farthest in OKLab from all before it and from black, grey and white: as it is,
 * and (weighted 1.5) as protanopes and deuteranopes see it (Vienot 1999). At least 0.1 apart, those two 0.06.
 */
const distinct: readonly Rgb[] = (
  "e69f00 56b4e9 009e73 f0e442 0072b2 d55e00 cc79a7 551111 000088 7700ff 990066 00ddaa 445500 000033 8877ff 4433aa " +
  "220000 aaddff 440055 99ffbb cc0044 dd00bb 0000dd 885588 99bb77 003333 ff3366 ffbbcc 4466ee ff88ff"
)
  .split(" ")
  .map((hex) => rgbOfKey(Number.parseInt(hex, 16)));

/**
 * n different colours for display: the first 30 as far apart as they go, the rest merely different, coarse steps first.
 * @throws RangeError for more colours than there are (2^24).
 */
export function displayPalette(n: number): readonly Rgb[] {
  if (n > 2 ** 24) throw new RangeError(`There are no ${n} different colours`);
  const colors = distinct.slice(0, n);
  const seen = new Set(colors.map(rgbKey));
  // Ids of 24 bits run once through all colours, black first.
  for (let id = 1; colors.length < n; id += 1) {
    const color = vocColor(id);
    if (!seen.has(rgbKey(color))) colors.push(color);
  }
  return colors;
}
