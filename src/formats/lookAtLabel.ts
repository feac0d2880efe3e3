import { countIds } from "../core/countIds";
import { rgbKey } from "../core/palette";
import { findColors } from "./colorCoding";
import { firstChannel } from "./labelCodec";
import type { SeenLabels } from "./layout";
import { decodeRaster, holdsColors, type Raster } from "./raster";
import { solidPixels } from "./solidPixels";

/** As many colours are told of one file, the most common: no label has more, and a photograph has a million. */
export const mostColors = 4096;

/**
 * What a label file holds, before it is known what its ids and colours mean.
 * @throws FormatError as decodeRaster does.
 */
export async function lookAtLabel(bytes: Uint8Array): Promise<SeenLabels> {
  const raster = await decodeRaster(bytes);
  const transparent = transparentPixels(raster);
  const alpha = transparent > 0 ? { transparent } : {};
  if (holdsColors(raster)) {
    const found = findColors(raster);
    const colors = new Map<number, number>();
    found.colors.forEach((rgb, i) => {
      colors.set(rgbKey(rgb), (colors.get(rgbKey(rgb)) ?? 0) + found.counts[i]);
    });
    const solid = new Map<number, number>();
    solidPixels(found.index, raster.width, raster.height, found.keys.length).forEach((count, i) => {
      const key = rgbKey(found.colors[i]);
      if (count > 0) solid.set(key, (solid.get(key) ?? 0) + count);
    });
    const common = [...colors].sort((a, b) => b[1] - a[1]).slice(0, mostColors);
    return { ids: new Map(), colors: new Map(common), entries: [], ...alpha, solid: { ids: new Map(), colors: solid } };
  }
  const values = firstChannel(raster);
  const ids = countIds(values);
  const solid = solidPixels(values, raster.width, raster.height, Math.max(0, ...ids.keys()) + 1);
  const palette = raster.palette ?? [];
  const entries = [...ids].flatMap(([index, count]) =>
    index < palette.length ? [{ index, color: palette[index], count }] : [],
  );
  const solidIds = new Map([...ids.keys()].map((id) => [id, solid[id]]));
  return { ids, colors: new Map(), entries, ...alpha, solid: { ids: solidIds, colors: new Map() } };
}

function transparentPixels({ color, bitDepth, samples }: Raster): number {
  const channels = { rgba: 4, greyAlpha: 2, grey: 0, indexed: 0, rgb: 0 }[color];
  const opaque = 2 ** bitDepth - 1;
  let count = 0;
  for (let at = channels - 1; channels > 0 && at < samples.length; at += channels) if (samples[at] < opaque) count++;
  return count;
}
