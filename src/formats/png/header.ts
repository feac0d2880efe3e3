import { FormatError } from "../errors";
import { checkSize } from "../raster/raster";
import { isPng } from "./chunks";

/** PNG colour types. */
export const pngColorType = { grey: 0, rgb: 2, indexed: 3, greyAlpha: 4, rgba: 6 } as const;

/** What IHDR says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits a sample: 1, 2, 4, 8 or 16. */
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 indexed, 4 grey + alpha, 6 RGBA. */
  readonly colorType: number;
  readonly interlaced: boolean;
}

/** Samples a pixel for a colour type. */
export function channelsOf(colorType: number): number {
  return { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colorType] ?? 0;
}

const depthsOf: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Bytes of header that {@link readPngHeader} needs. */
const pngHeaderBytes = 33;

/**
 * Reads IHDR from the first bytes of a file without decoding it.
 * @throws FormatError for no PNG, an impossible header, or more pixels than memory is taken for.
 */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  if (!isPng(bytes)) throw new FormatError("The file is not a PNG.", "Save the label as PNG.");
  if (bytes.length < pngHeaderBytes) {
    throw new FormatError("The PNG is truncated: its header is incomplete.", "Copy or download the file again.");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const [bitDepth, colorType, compression, filter, interlace] = bytes.subarray(24, 29);
  const isPossible =
    String.fromCharCode(...bytes.subarray(12, 16)) === "IHDR" &&
    view.getUint32(8) === 13 &&
    width > 0 &&
    height > 0 &&
    depthsOf[colorType]?.includes(bitDepth) &&
    compression === 0 &&
    filter === 0 &&
    interlace <= 1;
  if (!isPossible) throw new FormatError("The PNG's header is damaged.", "Save the label as PNG again.");
  checkSize("PNG", { width, height, channels: channelsOf(colorType), bits: bitDepth });
  return { width, height, bitDepth, colorType, interlaced: interlace === 1 };
}

/** IHDR's 13 bytes of data. */
export function headerData(header: PngHeader): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, header.width);
  view.setUint32(4, header.height);
  data.set([header.bitDepth, header.colorType, 0, 0, header.interlaced ? 1 : 0], 8);
  return data;
}
