import { FormatError } from "../errors";
import { decodeBmp } from "./bmp/decode";
import { replaceBmpPixels } from "./bmp/encode";
import { readBmpHead } from "./bmp/header";
import { readGifHead } from "./gif/blocks";
import { decodeGif, replaceGifPixels } from "./gif/gif";
import { decodeJpeg, readJpegHead } from "./jpeg";
import { decodePngRaster, encodePng, readPngHead, replacePngPixels } from "./png";
import { damaged, type Raster, type RasterHeader, type RasterType, saveAsPng } from "./raster";
import { isRasterType, sniffType, typeNames } from "./sniff";
import { decodeTiff } from "./tiff/decode";
import { replaceTiffPixels } from "./tiff/encode";
import { readTiffHead } from "./tiff/header";
import { decodeWebp, encodeWebp, readWebpHead } from "./webp";

export { channelsOf, holdsColors, type Raster, type RasterHeader } from "./raster";
export { type FileType, isRasterType, sniffType, typeNames } from "./sniff";

/** One kind of file. Errors are FormatErrors; a RangeError says that the file ends too early. */
interface RasterFormat {
  head(bytes: Uint8Array): RasterHeader & { readonly palette?: Raster["palette"] };
  decode(bytes: Uint8Array): Raster | Promise<Raster>;
  /** The original with the samples, palette and depth of `raster`; null where it cannot hold them exactly. */
  replace(original: Uint8Array, raster: Raster): Uint8Array | null | Promise<Uint8Array | null>;
}

const formats: Readonly<Record<RasterType, RasterFormat>> = {
  png: { head: readPngHead, decode: decodePngRaster, replace: replacePngPixels },
  bmp: { head: readBmpHead, decode: decodeBmp, replace: replaceBmpPixels },
  tiff: { head: readTiffHead, decode: decodeTiff, replace: replaceTiffPixels },
  gif: { head: readGifHead, decode: decodeGif, replace: replaceGifPixels },
  webp: {
    head: readWebpHead,
    decode: decodeWebp,
    replace: (_, raster) => (raster.lossless ? encodeWebp(raster) : null),
  },
  jpeg: { head: readJpegHead, decode: decodeJpeg, replace: () => null },
};

/** @throws FormatError for what holds no picture of a kind that labels are kept in. */
function formatOf(bytes: Uint8Array): { type: RasterType; format: RasterFormat } {
  const type = sniffType(bytes);
  if (isRasterType(type)) return { type, format: formats[type] };
  throw new FormatError(type ? `The file holds a ${typeNames[type]}.` : "The file is no picture.", saveAsPng);
}

/**
 * What a label file's head says, decoding nothing. Null when the bytes do not reach far enough: read more, of a TIFF or
 * GIF all.
 * @throws FormatError for what no label is kept in and for damage that shows.
 */
export function readRasterHeader(bytes: Uint8Array): RasterHeader | null {
  const { format } = formatOf(bytes);
  try {
    const { type, width, height, bitDepth, color, lossless, notes, palette } = format.head(bytes);
    const key = palette ? { paletteKey: paletteKeyOf(palette) } : {};
    return { type, width, height, bitDepth, color, lossless, notes, ...key };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Made for thousands of files when a data set opens: `flat` takes 20 times as long. */
function paletteKeyOf(palette: NonNullable<Raster["palette"]>): string {
  const values: number[] = [];
  for (const [r, g, b] of palette) values.push(r, g, b);
  return String.fromCharCode(...values);
}

/**
 * Decodes a label file of any kind by its content: samples as stored, never through a canvas. Libraries for TIFF, WebP
 * and JPEG are loaded when one is met.
 * @throws FormatError
 */
export async function decodeRaster(bytes: Uint8Array): Promise<Raster> {
  const { type, format } = formatOf(bytes);
  try {
    return await format.decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw damaged(typeNames[type]);
    throw error;
  }
}

/**
 * The file that `raster` was decoded from, with its samples, palette and depth as they are now and everything else as it
 * was; where its kind cannot hold them without loss, a new PNG.
 * @throws FormatError when the original cannot be read.
 */
export async function encodeRaster(original: Uint8Array, raster: Raster): Promise<Uint8Array> {
  return (await formatOf(original).format.replace(original, raster)) ?? encodePng(raster);
}
