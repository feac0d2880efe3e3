import { rgbKey } from "../core/palette";
import { findColors } from "../formats/colorCoding";
import { countIds, firstChannel } from "../formats/labelCodec";
import type { PaletteEntry, SeenLabels } from "../formats/layout";
import { decodePng, type PngImage, pngColorType } from "../formats/png";
import { type FileError, fileError } from "./errors";
import type { DatasetItem } from "./types";

/** Enough labels to meet all but the rarest classes, in a second or two. */
const maxFiles = 40;
const maxScannedPixels = 40_000_000;

/** What was met, and the labels that turned out unreadable. */
export interface Scan {
  readonly seen: SeenLabels;
  readonly failed: ReadonlyMap<string, FileError>;
}

/** Decodes labels spread evenly over the data set and collects their ids, colours and palettes. */
export async function scanLabels(items: readonly DatasetItem[], onFile: () => void): Promise<Scan> {
  const ids = new Map<number, number>();
  const colors = new Map<number, number>();
  const entries = new Map<number, PaletteEntry>();
  const failed = new Map<string, FileError>();
  for (const item of spread(items)) {
    try {
      const png = decodePng(await item.label.bytes());
      if (png.colorType === pngColorType.rgb || png.colorType === pngColorType.rgba) addColors(png, colors);
      else addIds(png, ids, entries);
    } catch (error) {
      failed.set(item.key, fileError(item.labelPath, error));
    }
    onFile();
  }
  return { seen: { ids, colors, entries: [...entries.values()] }, failed };
}

/** At most {@link maxFiles} items at even steps, within the pixel budget. */
export function spread(items: readonly DatasetItem[]): DatasetItem[] {
  const count = Math.min(maxFiles, items.length);
  let pixels = 0;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]).filter((item, i) => {
    pixels += item.width * item.height;
    return i === 0 || pixels <= maxScannedPixels;
  });
}

function addColors(png: PngImage, colors: Map<number, number>): void {
  const found = findColors(png);
  found.colors.forEach((rgb, i) => {
    colors.set(rgbKey(rgb), (colors.get(rgbKey(rgb)) ?? 0) + found.counts[i]);
  });
}

function addIds(png: PngImage, ids: Map<number, number>, entries: Map<number, PaletteEntry>): void {
  for (const [id, count] of countIds(firstChannel(png))) {
    ids.set(id, (ids.get(id) ?? 0) + count);
    const color = png.colorType === pngColorType.indexed ? png.palette?.[id] : undefined;
    if (!color) continue;
    const key = id * 0x1000000 + rgbKey(color);
    entries.set(key, { index: id, color, count: (entries.get(key)?.count ?? 0) + count });
  }
}
