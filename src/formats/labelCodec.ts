import type { Rgb } from "../core/classTable";
import { countIds } from "../core/countIds";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import { assignIds, type ColorRules, findColors, type UnknownColor } from "./colorCoding";
import { channelsOf, decodePng, type PngHeader, type PngImage, pngColorType } from "./png";

/** How a data set's label files code ids. Grey files always hold ids; RGB(A) files always hold colours. */
export interface LabelCodec extends ColorRules {
  /** Whether an indexed file's indices are the ids, or its palette's colours lead to them. */
  readonly indexed: "ids" | "colors";
}

/** A label file as ids. */
export interface DecodedLabel {
  readonly labels: LabelMap;
  /** Pixels of each id. */
  readonly counts: ReadonlyMap<number, number>;
  readonly unknownColors: readonly UnknownColor[];
  readonly png: PngHeader;
}

/** How one file holds its ids. */
export type LabelCoding = "ids" | "palette colors" | "colors";

export function codingOf(png: PngHeader, codec: LabelCodec): LabelCoding {
  if (png.colorType === pngColorType.rgb || png.colorType === pngColorType.rgba) return "colors";
  return png.colorType === pngColorType.indexed && codec.indexed === "colors" ? "palette colors" : "ids";
}

/**
 * Reads a label from the bytes of its PNG; colour management and palettes' looks play no part.
 * @throws FormatError for a file that is no readable PNG or has too many colours.
 */
export function decodeLabel(bytes: Uint8Array, codec: LabelCodec): DecodedLabel {
  const png = decodePng(bytes);
  const { ids, unknownColors } = labelIds(png, codec);
  const { width, height, bitDepth, colorType, interlaced } = png;
  return {
    labels: createLabelMap(width, height, ids),
    counts: countIds(ids),
    unknownColors,
    png: { width, height, bitDepth, colorType, interlaced },
  };
}

/** The ids of a decoded PNG, one a pixel. */
export function labelIds(
  png: PngImage,
  codec: LabelCodec,
): { ids: Uint16Array; unknownColors: readonly UnknownColor[] } {
  switch (codingOf(png, codec)) {
    case "ids":
      return { ids: firstChannel(png), unknownColors: [] };
    case "colors": {
      const found = findColors(png);
      const { ids, unknown } = assignIds(found, png.bitDepth, codec);
      return { ids: found.index.map((i) => ids[i]), unknownColors: unknown };
    }
    case "palette colors": {
      const { ids, unknown } = paletteIds(png, codec);
      return { ids: png.samples.map((i) => ids[i]), unknownColors: unknown };
    }
  }
}

/** The first sample of each pixel. */
export function firstChannel(png: PngImage): Uint16Array {
  const channels = channelsOf(png.colorType);
  if (channels === 1) return png.samples;
  return Uint16Array.from({ length: png.width * png.height }, (_, i) => png.samples[i * channels]);
}

/** The id of each palette entry that is used, by its colour; -1 for the others. */
export function paletteIds(png: PngImage, codec: LabelCodec): { ids: number[]; unknown: readonly UnknownColor[] } {
  const counts = countIds(png.samples);
  const used = [...counts.keys()].sort((a, b) => a - b);
  const colors = used.map((i): Rgb => png.palette?.[i] ?? [0, 0, 0]);
  const assigned = assignIds(
    {
      keys: colors.map(([r, g, b]) => r * 0x100000000 + g * 0x10000 + b),
      colors,
      counts: used.map((i) => counts.get(i) ?? 0),
      firstPixel: [],
      index: new Uint16Array(),
    },
    8,
    codec,
  );
  const ids = new Array<number>(256).fill(-1);
  used.forEach((entry, i) => {
    ids[entry] = assigned.ids[i];
  });
  return { ids, unknown: assigned.unknown };
}
