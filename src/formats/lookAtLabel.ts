import { countIds } from "../core/countIds";
import { rgbKey } from "../core/palette";
import { findColors } from "./colorCoding";
import { firstChannel } from "./labelCodec";
import type { SeenLabels } from "./layout";
import { decodePng, pngColorType } from "./png";

/**
 * What a label file holds, before it is known what its ids and colours mean.
 * @throws FormatError for a file that is no readable PNG or has too many colours.
 */
export function lookAtLabel(bytes: Uint8Array): SeenLabels {
  const png = decodePng(bytes);
  if (png.colorType === pngColorType.rgb || png.colorType === pngColorType.rgba) {
    const found = findColors(png);
    const colors = new Map<number, number>();
    found.colors.forEach((rgb, i) => {
      colors.set(rgbKey(rgb), (colors.get(rgbKey(rgb)) ?? 0) + found.counts[i]);
    });
    return { ids: new Map(), colors, entries: [] };
  }
  const ids = countIds(firstChannel(png));
  const palette = png.colorType === pngColorType.indexed ? (png.palette ?? []) : [];
  const entries = [...ids].flatMap(([index, count]) =>
    index < palette.length ? [{ index, color: palette[index], count }] : [],
  );
  return { ids, colors: new Map(), entries };
}
