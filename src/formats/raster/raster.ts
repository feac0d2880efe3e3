import type { Rgb } from "../../core/classTable";
import { FormatError } from "../errors";

/** Kinds of files that labels are kept in. */
export type RasterType = "png" | "bmp" | "tiff" | "gif" | "webp" | "jpeg";

/** What the samples of a pixel are. */
export type ColorModel = "grey" | "greyAlpha" | "indexed" | "rgb" | "rgba";

/** How a raster is stored, as its file's head says. */
export interface RasterHeader {
  readonly type: RasterType;
  readonly width: number;
  readonly height: number;
  /** Bits a sample: 1, 2, 4, 8 or 16. Whole numbers of 32 or 64 bits and floats that fit 16 count as 16. */
  readonly bitDepth: number;
  readonly color: ColorModel;
  /** False for JPEG and lossy WebP: their values are only near those that were drawn. */
  readonly lossless: boolean;
  /** What the file holds besides, or how it was read, in sentences for the user. */
  readonly notes: readonly string[];
  /** An indexed file's colours where its head was read alone: three characters each, red, green and blue. To compare. */
  readonly paletteKey?: string;
}

/** A decoded file: samples as stored, no colour management, no palette applied. */
export interface Raster extends RasterHeader {
  /** An indexed file's colours, as many as it has (which may be more or fewer than its depth counts to). */
  readonly palette: readonly Rgb[] | null;
  /** width * height * channels samples, interleaved, 0 .. 2^bitDepth - 1. */
  readonly samples: Uint16Array;
}

const channels: Readonly<Record<ColorModel, number>> = { grey: 1, greyAlpha: 2, indexed: 1, rgb: 3, rgba: 4 };

/** Samples a pixel. */
export function channelsOf(color: ColorModel): number {
  return channels[color];
}

/** A grey file's samples, and an indexed one's, may be ids; those of the others are colours. */
export function holdsColors({ color }: Pick<RasterHeader, "color">): boolean {
  return color === "rgb" || color === "rgba";
}

/** Largest raster we open: a tab cannot hold several copies of more. */
const maxPixels = 100_000_000;
/** Samples (two bytes each, or as many as they have) and the bytes they are unpacked from may take so much together. */
const maxBytes = 2 ** 30;

/** How a picture's head says that its pixels are stored. */
interface PixelLayout {
  readonly width: number;
  readonly height: number;
  /** Samples a pixel. */
  readonly channels: number;
  /** Bits a sample as stored. */
  readonly bits: number;
}

/**
 * Asked of a picture's head before any memory is taken for its pixels.
 * @param format as the user knows it, e.g. "PNG"
 * @throws FormatError for a size that no picture has or that is too large to open.
 */
export function checkSize(format: string, { width, height, channels, bits }: PixelLayout): void {
  if (!(width > 0 && height > 0)) throw damaged(format);
  const remedy = "Cut it into tiles and open those.";
  if (width * height > maxPixels) {
    const most = `at most ${maxPixels / 1e6} megapixels can be opened.`;
    throw new FormatError(`The ${format} is ${width} x ${height} px; ${most}`, remedy);
  }
  const bytes = width * height * channels * ((bits > 16 ? 4 : 2) + bits / 8);
  if (bytes <= maxBytes) return;
  const stored = `${width} x ${height} px of ${channels} x ${bits} bits`;
  const needed = `${Math.ceil(bytes / 2 ** 20).toLocaleString("en")} MB of memory to read`;
  throw new FormatError(
    `The ${format} is ${stored}, which takes ${needed}; at most ${maxBytes / 2 ** 20} can be used.`,
    channels > 1 ? `${remedy} Of a label, one channel of ids takes far less.` : remedy,
  );
}

export const damaged = (format: string) =>
  new FormatError(`The ${format} is damaged or incomplete.`, "Copy or download the file again.");

/** What a program with more formats can make of the file. */
export const saveAsPng = "Save the label as PNG, without changing its colours, and open that.";

export function isSamePalette(a: Raster["palette"], b: Raster["palette"]): boolean {
  return a === b || String(a) === String(b);
}
