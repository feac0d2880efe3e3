import type { Rgb } from "../core/classTable";
import { countIds } from "../core/countIds";
import { hashLabels } from "../core/hashLabels";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import { assignIds, type ColorRules, findColors, type UnknownColor } from "./colorCoding";
import { channelsOf, decodeRaster, holdsColors, type Raster, type RasterHeader } from "./raster";

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
  /** `hashLabels` of them. */
  readonly hash: number;
  readonly unknownColors: readonly UnknownColor[];
  readonly raster: RasterHeader;
}

/** How one file holds its ids. */
export type LabelCoding = "ids" | "palette colors" | "colors";

export function codingOf(raster: RasterHeader, codec: LabelCodec): LabelCoding {
  if (holdsColors(raster)) return "colors";
  return raster.color === "indexed" && codec.indexed === "colors" ? "palette colors" : "ids";
}

/**
 * Reads a label from the bytes of its file; colour management and palettes' looks play no part.
 * @throws FormatError as decodeRaster does.
 */
export async function decodeLabel(bytes: Uint8Array, codec: LabelCodec): Promise<DecodedLabel> {
  const { samples, palette, ...raster } = await decodeRaster(bytes);
  const { ids, unknownColors } = labelIds({ samples, palette, ...raster }, codec);
  const labels = createLabelMap(raster.width, raster.height, ids);
  return { labels, counts: countIds(ids), hash: hashLabels(labels), unknownColors, raster };
}

/** The ids of a decoded file, one a pixel. */
export function labelIds(
  raster: Raster,
  codec: LabelCodec,
): { ids: Uint16Array; unknownColors: readonly UnknownColor[] } {
  switch (codingOf(raster, codec)) {
    case "ids":
      return { ids: withOffPalette(firstChannel(raster), codec), unknownColors: [] };
    case "colors": {
      const found = findColors(raster);
      const { ids, unknown } = assignIds(found, raster.bitDepth, codec);
      return { ids: Uint16Array.from(found.index, (i) => ids[i]), unknownColors: unknown };
    }
    case "palette colors": {
      const { ids, unknown } = paletteIds(raster, codec);
      return { ids: raster.samples.map((i) => ids[i]), unknownColors: unknown };
    }
  }
}

function withOffPalette(values: Uint16Array, { offPalette }: LabelCodec): Uint16Array {
  if (!offPalette) return values;
  const idOf = new Uint16Array(65536).fill(offPalette.id);
  for (const id of offPalette.ids) idOf[id] = id;
  return values.map((value) => idOf[value]);
}

/** The first sample of each pixel. */
export function firstChannel({ color, width, height, samples }: Raster): Uint16Array {
  const channels = channelsOf(color);
  if (channels === 1) return samples;
  return Uint16Array.from({ length: width * height }, (_, i) => samples[i * channels]);
}

/** The id of each palette entry that is used, by its colour; -1 for the others. */
export function paletteIds(raster: Raster, codec: LabelCodec): { ids: number[]; unknown: readonly UnknownColor[] } {
  const counts = countIds(raster.samples);
  const used = [...counts.keys()].sort((a, b) => a - b);
  const colors = used.map((i): Rgb => raster.palette?.[i] ?? [0, 0, 0]);
  const assigned = assignIds(
    {
      keys: colors.map(([r, g, b]) => r * 0x100000000 + g * 0x10000 + b),
      colors,
      counts: used.map((i) => counts.get(i) ?? 0),
      firstPixel: [],
      index: new Uint32Array(),
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
