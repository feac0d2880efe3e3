import type { Rgb } from "../../../core/classTable";
import { FormatError } from "../../errors";
import { checkSize, damaged, type RasterHeader, saveAsPng } from "../raster";

/** What the head of a BMP says; offsets in bytes from the file's start. */
export interface BmpHead extends RasterHeader {
  readonly bitsPerPixel: 1 | 2 | 4 | 8 | 24 | 32;
  readonly topDown: boolean;
  readonly runLength: boolean;
  readonly palette: readonly Rgb[] | null;
  readonly pixelsAt: number;
  /** Bytes of a row, a multiple of 4. */
  readonly rowBytes: number;
  /** Where in a pixel's bytes red, green, blue and, of 32 bits, the fourth value lie. */
  readonly byteOf: readonly number[];
}

const headerOf = { core: 12, info: 40 } as const;
const compressions = { none: 0, rle8: 1, rle4: 2, bitFields: 3, alphaBitFields: 6 } as const;

/**
 * Reads the head of a BMP (Windows 3 and later, OS/2 1.x). A palette of 256 greys in their order makes a grey file.
 * @throws FormatError for one that cannot be read; RangeError when the bytes end before the pixels' start.
 */
export function readBmpHead(bytes: Uint8Array): BmpHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixelsAt = view.getUint32(10, true);
  const headerBytes = view.getUint32(14, true);
  const isCore = headerBytes === headerOf.core;
  if (!isCore && headerBytes < headerOf.info) throw damaged("BMP");
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const rows = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? compressions.none : view.getUint32(30, true);
  if (!isBits(bits)) throw unsupported(`${bits} bits a pixel`);
  const channels = bits > 8 ? bits / 8 : 1;
  checkSize("BMP", { width, height: Math.abs(rows), channels, bits: Math.min(8, bits) });
  const runLength =
    (compression === compressions.rle8 && bits === 8) || (compression === compressions.rle4 && bits === 4);
  const hasMasks = compression === compressions.bitFields || compression === compressions.alphaBitFields;
  if (!runLength && !(hasMasks && bits === 32) && compression !== compressions.none) {
    throw unsupported(`compression ${compression} with ${bits} bits a pixel`);
  }
  const paletteAt = 14 + headerBytes;
  const entries = isCore ? 0 : view.getUint32(46, true);
  const palette = bits > 8 ? null : readPalette(view, paletteAt, isCore ? 3 : 4, entries || 2 ** bits, pixelsAt);
  const isGrey = palette?.length === 256 && palette.every((color, i) => color.every((value) => value === i));
  return {
    type: "bmp",
    width,
    height: Math.abs(rows),
    bitDepth: Math.min(bits, 8),
    color: bits === 24 ? "rgb" : bits === 32 ? "rgba" : isGrey ? "grey" : "indexed",
    lossless: true,
    notes: [],
    bitsPerPixel: bits,
    topDown: rows < 0,
    runLength,
    palette: isGrey ? null : palette,
    pixelsAt,
    rowBytes: 4 * Math.ceil((width * bits) / 32),
    byteOf: hasMasks ? readMasks(view) : [2, 1, 0, 3],
  };
}

const isBits = (bits: number): bits is BmpHead["bitsPerPixel"] => [1, 2, 4, 8, 24, 32].includes(bits);

const unsupported = (what: string) => new FormatError(`The BMP has ${what}, which is not supported.`, saveAsPng);

function readPalette(view: DataView, start: number, step: number, wanted: number, end: number): Rgb[] {
  const count = Math.min(wanted, 256, Math.floor((end - start) / step));
  if (count <= 0) throw damaged("BMP");
  return Array.from({ length: count }, (_, i): Rgb => {
    const at = start + i * step;
    return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at)];
  });
}

/** Masks of whole bytes; the byte that none of the colours takes comes last. */
function readMasks(view: DataView): number[] {
  const colors = [54, 58, 62].map((at) => [0xff, 0xff00, 0xff0000, 0xff000000].indexOf(view.getUint32(at, true)));
  const rest = [0, 1, 2, 3].filter((byte) => !colors.includes(byte));
  if (colors.includes(-1) || rest.length !== 1) throw unsupported("colours that are no whole bytes");
  return [...colors, ...rest];
}
