import type { Rgb } from "../../../core/classTable";
import { FormatError } from "../../errors";
import { type ColorModel, checkSize, type RasterHeader, saveAsPng } from "../raster";
import { readTiffDirectory, type TiffDirectory, tiffTag } from "./directory";

/** How the samples of a TIFF's first page are stored. */
export interface TiffStored {
  readonly width: number;
  readonly height: number;
  readonly directory: TiffDirectory;
  /** Bits a sample as stored. */
  readonly storedBits: number;
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat: number;
  readonly samplesPerPixel: number;
}

/** What the first page of a TIFF says. */
export interface TiffHead extends RasterHeader, TiffStored {
  /** 0 stands for white: values are counted from the other end. */
  readonly minIsWhite: boolean;
  readonly palette: readonly Rgb[] | null;
}

const photometrics = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3 } as const;

/**
 * Reads the head of a TIFF's first page as a label's.
 * @throws FormatError for what no label is; RangeError when it lies beyond the bytes.
 */
export function readTiffHead(bytes: Uint8Array): TiffHead {
  const directory = readTiffDirectory(bytes);
  const { number, numbers } = directory;
  const width = number(tiffTag.width, 0);
  const height = number(tiffTag.height, 0);
  const bits = numbers(tiffTag.bitsPerSample);
  const storedBits = bits[0] ?? 1;
  const samplesPerPixel = number(tiffTag.samplesPerPixel, 1);
  checkSize("TIFF", { width, height, channels: samplesPerPixel, bits: storedBits });
  const sampleFormat = number(tiffTag.sampleFormat, 1);
  const photometric = number(tiffTag.photometric, photometrics.blackIsZero);
  const color = colorOf(photometric, samplesPerPixel);
  const minIsWhite = photometric === photometrics.whiteIsZero;
  const depths = [samplesPerPixel === 1 ? [1, 2, 4, 8, 16, 32] : [8, 16, 32], [8, 16, 32], [32, 64]][sampleFormat - 1];
  if (!depths?.includes(storedBits) || bits.some((other) => other !== storedBits)) {
    throw unsupported(`${bits.join(" + ")} bits a sample (format ${sampleFormat})`);
  }
  if (number(tiffTag.fillOrder, 1) !== 1) throw unsupported("its bits in reverse order");
  if (minIsWhite && (storedBits > 16 || sampleFormat > 1)) throw unsupported(`white as 0 in ${storedBits} bits`);
  const pages = countPages(bytes, directory);
  const orientation = number(tiffTag.orientation, 1);
  return {
    type: "tiff",
    width,
    height,
    bitDepth: Math.min(16, storedBits),
    color,
    lossless: ![6, 7].includes(number(tiffTag.compression, 1)),
    notes: [
      ...(pages > 1 ? [`It has ${pages} pages; the first one is read.`] : []),
      ...(minIsWhite ? ["It stores white as 0; values are read the other way round, as Pillow and OpenCV do."] : []),
      ...(orientation > 1 ? ["It is marked as turned or mirrored; it is read as stored."] : []),
    ],
    directory,
    storedBits,
    sampleFormat,
    samplesPerPixel,
    minIsWhite,
    palette: color === "indexed" ? readColorMap(numbers(tiffTag.colorMap)) : null,
  };
}

const unsupported = (what: string) => new FormatError(`The TIFF has ${what}, which labels do not have.`, saveAsPng);

function colorOf(photometric: number, samplesPerPixel: number): ColorModel {
  if (photometric === photometrics.palette && samplesPerPixel === 1) return "indexed";
  const isGrey = photometric === photometrics.whiteIsZero || photometric === photometrics.blackIsZero;
  // GDAL writes three bands without a meaning as grey with extra samples.
  const found = ([undefined, isGrey ? "grey" : undefined, isGrey ? "greyAlpha" : undefined, "rgb", "rgba"] as const)[
    isGrey || photometric === photometrics.rgb ? samplesPerPixel : 0
  ];
  if (found) return found;
  throw unsupported(
    samplesPerPixel > 4 ? `${samplesPerPixel} samples a pixel` : `colours of another kind (photometric ${photometric})`,
  );
}

/** A colour map has 16 bits a value; some programs write 8. */
export function readColorMap(values: readonly number[]): Rgb[] {
  const count = values.length / 3;
  if (!Number.isInteger(count) || count === 0) throw unsupported("no usable palette");
  const shift = values.some((value) => value > 255) ? 8 : 0;
  return Array.from({ length: count }, (_, i): Rgb => {
    return [values[i] >> shift, values[i + count] >> shift, values[i + 2 * count] >> shift];
  });
}

/** Follows the chain of directories; one that leads beyond the bytes or in a circle ends it. */
function countPages(bytes: Uint8Array, { littleEndian, next }: TiffDirectory): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seen = new Set<number>();
  for (let at = next; at > 0 && at + 2 <= bytes.length && !seen.has(at); ) {
    seen.add(at);
    const end = at + 2 + 12 * view.getUint16(at, littleEndian);
    at = end + 4 <= bytes.length ? view.getUint32(end, littleEndian) : 0;
  }
  return 1 + seen.size;
}
