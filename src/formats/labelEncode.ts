import { type ClassTable, classOf, type Rgb } from "../core/classTable";
import { countIds } from "../core/countIds";
import type { LabelMap } from "../core/labelMap";
import { rgbKey, vocColor } from "../core/palette";
import { assignIds, findColors } from "./colorCoding";
import { FormatError } from "./errors";
import { codingOf, type LabelCodec, labelIds, paletteIds } from "./labelCodec";
import { channelsOf, decodeRaster, encodeRaster, type Raster, typeNames } from "./raster";

/** A new id does not fit the file as it is; encoding again with `raise` would change its palette or depth. */
export class NeedsRaiseError extends FormatError {
  override readonly name = "NeedsRaiseError";
}

export interface EncodeOptions {
  /** Colours of classes that the codec does not list (added by hand). */
  readonly classes?: ClassTable;
  /** Allow a longer palette or a higher bit depth where a new id needs it. */
  readonly raise?: boolean;
}

/**
 * A label file with other ids. Pixels whose id did not change keep their stored samples, and all else in the file its
 * bytes; with no change at all the very same bytes come back. Of a kind that cannot be written without loss (JPEG, lossy
 * WebP) or cannot hold what is new, it becomes a PNG.
 * @throws FormatError when sizes differ or an id has no colour; NeedsRaiseError when an id does not fit.
 */
export async function encodeLabel(
  original: Uint8Array,
  labels: LabelMap,
  codec: LabelCodec,
  options: EncodeOptions = {},
): Promise<Uint8Array> {
  const raster = await decodeRaster(original);
  if (raster.width !== labels.width || raster.height !== labels.height) {
    throw new FormatError(
      `The file is ${raster.width} x ${raster.height} px but the edited label ${labels.width} x ${labels.height}.`,
      "Open the data set again.",
    );
  }
  const before = labelIds(raster, codec).ids;
  const changed = changedPixels(before, labels.data);
  if (changed.length === 0) return original;
  const newIds = [...countIds(labels.data.filter((id, i) => id !== before[i])).keys()];
  if (codec.offPalette && newIds.includes(codec.offPalette.id)) {
    throw new FormatError(
      "Pixels were given to what is off the palette, which no value stands for.",
      "Give them to a class, or undo.",
    );
  }
  const plan = planSamples(raster, codec, newIds, options);
  const channels = channelsOf(raster.color);
  const samples = raster.samples.slice();
  for (const pixel of changed) samples.set(plan.samplesOf(labels.data[pixel]), pixel * channels);
  return encodeRaster(original, { ...raster, samples, ...plan.head });
}

function changedPixels(before: Uint16Array, after: Uint16Array): number[] {
  const changed: number[] = [];
  for (let i = 0; i < before.length; i += 1) if (before[i] !== after[i]) changed.push(i);
  return changed;
}

/** What to store for an id, and what that changes in the file's head. */
interface SamplePlan {
  readonly head: Partial<Pick<Raster, "palette" | "bitDepth">>;
  samplesOf(id: number): ArrayLike<number>;
}

function planSamples(raster: Raster, codec: LabelCodec, newIds: readonly number[], options: EncodeOptions): SamplePlan {
  switch (codingOf(raster, codec)) {
    case "colors":
      return planColors(raster, codec, newIds, options);
    case "palette colors":
      return planPaletteColors(raster, codec, newIds, options);
    case "ids":
      return raster.color === "indexed"
        ? planIndices(raster, codec, newIds, options)
        : planGrey(raster, newIds, options);
  }
}

function planGrey(raster: Raster, newIds: readonly number[], options: EncodeOptions): SamplePlan {
  const highest = Math.max(...newIds);
  const opaque = 2 ** raster.bitDepth - 1;
  const hasAlpha = raster.color === "greyAlpha";
  const samplesOf = (id: number) => (hasAlpha ? [id, opaque] : [id]);
  if (highest <= opaque) return { head: {}, samplesOf };
  if (hasAlpha) {
    throw new FormatError(
      `Id ${highest} does not fit this grey + alpha ${typeNames[raster.type]}.`,
      "Use ids up to 255 in this data set.",
    );
  }
  const bitDepth = [2, 4, 8, 16].find((depth) => highest < 2 ** depth) ?? 16;
  if (!options.raise) throw needsDepth(highest, raster, bitDepth);
  return { head: { bitDepth }, samplesOf };
}

function planIndices(raster: Raster, codec: LabelCodec, newIds: readonly number[], options: EncodeOptions): SamplePlan {
  const palette = [...(raster.palette ?? [])];
  const highest = Math.max(...newIds);
  if (highest > 255) {
    throw new FormatError(
      `Id ${highest} does not fit an indexed ${typeNames[raster.type]}, which holds ids up to 255.`,
      "Use ids up to 255 in this data set.",
    );
  }
  const samplesOf = (id: number) => [id];
  if (highest < usableEntries(raster)) return { head: {}, samplesOf };
  while (palette.length <= highest) palette.push(colorOf(palette.length, codec, options) ?? vocColor(palette.length));
  return { head: paletteHead(raster, palette, highest, options), samplesOf };
}

function planPaletteColors(
  raster: Raster,
  codec: LabelCodec,
  newIds: readonly number[],
  options: EncodeOptions,
): SamplePlan {
  const palette = [...(raster.palette ?? [])];
  const entryOf = new Map<number, number>();
  const held = paletteIds(raster, codec).ids;
  held.forEach((id, entry) => {
    if (id >= 0 && !entryOf.has(id)) entryOf.set(id, entry);
  });
  const size = 2 ** raster.bitDepth;
  let isRewritten = false;
  for (const id of newIds.filter((id) => !entryOf.has(id))) {
    const color = codableColor(id, codec, options);
    let entry = palette.findIndex((other) => rgbKey(other) === rgbKey(color));
    if (entry < 0 && palette.length >= size) {
      // The palette is as long as the depth allows: a slot that no pixel uses.
      entry = held.findIndex((other, at) => at < size && other < 0 && ![...entryOf.values()].includes(at));
      if (entry >= 0) palette[entry] = color;
      isRewritten ||= entry >= 0;
    }
    if (entry < 0) palette.push(color);
    entryOf.set(id, entry < 0 ? palette.length - 1 : entry);
  }
  const fits = newIds.every((id) => (entryOf.get(id) ?? 0) < usableEntries(raster));
  const rewritten = isRewritten ? { palette } : {};
  const head = fits ? rewritten : paletteHead(raster, palette, newIds[newIds.length - 1], options);
  return { head, samplesOf: (id) => [entryOf.get(id) ?? 0] };
}

/** Some programs write more colours than the depth can count to. */
function usableEntries(raster: Raster): number {
  return Math.min(raster.palette?.length ?? 0, 2 ** raster.bitDepth);
}

function paletteHead(raster: Raster, palette: readonly Rgb[], id: number, options: EncodeOptions): SamplePlan["head"] {
  if (palette.length > 256) {
    throw new FormatError(`The palette is full: there is no room for id ${id}.`, "Merge classes first.");
  }
  const bitDepth = [1, 2, 4, 8].find((depth) => palette.length <= 2 ** depth && depth >= raster.bitDepth) ?? 8;
  if (!options.raise) {
    throw new NeedsRaiseError(
      `Id ${id} is beyond this file's palette of ${usableEntries(raster)} colours.`,
      "Allow the export to extend the palette, or use another class.",
    );
  }
  return { palette, ...(bitDepth === raster.bitDepth ? {} : { bitDepth }) };
}

function planColors(raster: Raster, codec: LabelCodec, newIds: readonly number[], options: EncodeOptions): SamplePlan {
  const channels = channelsOf(raster.color);
  const found = findColors(raster);
  const { ids } = assignIds(found, raster.bitDepth, codec);
  const scale = raster.bitDepth === 16 && !found.isLow ? 257 : 1;
  // Colours that were snapped are not what their class is written in.
  const isWritten = (id: number, color: Rgb) => {
    const listed = codec.snaps && codec.colors.find((code) => code.id === id)?.color;
    return !listed || rgbKey(listed) === rgbKey(color);
  };
  const byId = new Map<number, ArrayLike<number>>();
  for (const id of newIds) {
    // The file's own samples come first: they carry its alpha and its way of storing 8 bits in 16.
    const own = ids.reduce(
      (best, other, i) =>
        other === id && isWritten(id, found.colors[i]) && (best < 0 || found.counts[i] > found.counts[best]) ? i : best,
      -1,
    );
    if (own >= 0) {
      byId.set(id, raster.samples.slice(found.firstPixel[own] * channels, (found.firstPixel[own] + 1) * channels));
    } else {
      const alpha = channels === 4 ? [2 ** raster.bitDepth - 1] : [];
      byId.set(id, [...codableColor(id, codec, options).map((value) => value * scale), ...alpha]);
    }
  }
  return { head: {}, samplesOf: (id) => byId.get(id) ?? [] };
}

function colorOf(id: number, codec: LabelCodec, options: EncodeOptions): Rgb | undefined {
  if (codec.channel !== undefined)
    return id < 256 ? ([0, 1, 2].map((at) => (at === codec.channel ? id : 0)) as unknown as Rgb) : undefined;
  const listed = codec.colors.find((code) => code.id === id)?.color;
  if (listed) return listed;
  if (codec.vocColors && id < 256) return vocColor(id);
  return options.classes && classOf(options.classes, id)?.color;
}

/**
 * The colour that stands for an id and for no other.
 * @throws FormatError when the class has none, or shares it: read back, its pixels would be another class.
 */
function codableColor(id: number, codec: LabelCodec, options: EncodeOptions): Rgb {
  const color = colorOf(id, codec, options);
  if (!color) {
    throw new FormatError(`Class id ${id} has no colour in this data set.`, "Give the class a colour first.");
  }
  const owner = codec.colors.find((code) => rgbKey(code.color) === rgbKey(color));
  if (owner && owner.id !== id) {
    throw new FormatError(
      `Classes ${id} and ${owner.id} have the same colour in this colour-coded data set.`,
      "Give the new class a colour of its own.",
    );
  }
  return color;
}

function needsDepth(id: number, { type, bitDepth }: Raster, to: number): NeedsRaiseError {
  const asPng = type === "png" || type === "tiff" ? "" : ", as a PNG";
  return new NeedsRaiseError(
    `Id ${id} does not fit this ${bitDepth}-bit ${typeNames[type]}.`,
    `Allow the export to raise it to ${to} bits${asPng}, or use another class.`,
  );
}
