import { FormatError } from "../../errors";
import { damaged, saveAsPng } from "../raster";

/** Tags of TIFF 6.0 that are read or written. */
export const tiffTag = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planar: 284,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

/** One field of a directory. */
interface TiffField {
  readonly tag: number;
  /** 1 BYTE, 3 SHORT, 4 LONG, ... */
  readonly type: number;
  readonly count: number;
  /** Where its values lie in the file. */
  readonly at: number;
  /** The 12 bytes as they stand in the directory. */
  readonly entry: Uint8Array;
}

/** The first page of a TIFF. */
export interface TiffDirectory {
  readonly littleEndian: boolean;
  readonly fields: ReadonlyMap<number, TiffField>;
  /** Offset of the next page's directory; 0: there is none. */
  readonly next: number;
  /** Whole numbers of a field, none where it is missing. */
  numbers(tag: number): number[];
  /** The first number of a field, or what the standard says of a missing one. */
  number(tag: number, missing: number): number;
}

const bytesOfType = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/**
 * Reads the first directory of a TIFF, which may lie anywhere in the file.
 * @throws FormatError for BigTIFF; RangeError when it lies beyond the bytes.
 */
export function readTiffDirectory(bytes: Uint8Array): TiffDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  if (view.getUint16(2, littleEndian) === 43) {
    throw new FormatError("It is a BigTIFF, which is not supported.", saveAsPng);
  }
  const start = view.getUint32(4, littleEndian);
  const count = view.getUint16(start, littleEndian);
  const fields = new Map<number, TiffField>();
  for (let i = 0, at = start + 2; i < count; i += 1, at += 12) {
    const tag = view.getUint16(at, littleEndian);
    const type = view.getUint16(at + 2, littleEndian);
    const values = view.getUint32(at + 4, littleEndian);
    const size = (bytesOfType[type] ?? 0) * values;
    const valueAt = size > 4 ? view.getUint32(at + 8, littleEndian) : at + 8;
    fields.set(tag, { tag, type, count: values, at: valueAt, entry: bytes.subarray(at, at + 12) });
  }
  const numbers = (tag: number) => {
    const field = fields.get(tag);
    if (!field) return [];
    if (field.at + field.count * (bytesOfType[field.type] ?? 0) > bytes.length) throw new RangeError();
    return Array.from({ length: field.count }, (_, i) => {
      if (field.type === 1) return view.getUint8(field.at + i);
      if (field.type === 3) return view.getUint16(field.at + 2 * i, littleEndian);
      if (field.type === 4) return view.getUint32(field.at + 4 * i, littleEndian);
      throw damaged("TIFF");
    });
  };
  return {
    littleEndian,
    fields,
    next: view.getUint32(start + 2 + 12 * count, littleEndian),
    numbers,
    number: (tag, missing) => numbers(tag)[0] ?? missing,
  };
}
