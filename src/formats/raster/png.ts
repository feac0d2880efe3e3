import type { Rgb } from "../../core/classTable";
import { decodePng, type PngHeader, pngColorType, readPngHeader, replacePixels } from "../png";
import { writePng } from "../png/write";
import { type ColorModel, isSamePalette, type Raster, type RasterHeader } from "./raster";

const colors: Readonly<Record<number, ColorModel>> = {
  [pngColorType.grey]: "grey",
  [pngColorType.greyAlpha]: "greyAlpha",
  [pngColorType.indexed]: "indexed",
  [pngColorType.rgb]: "rgb",
  [pngColorType.rgba]: "rgba",
};

function headerOf({ width, height, bitDepth, colorType }: PngHeader): RasterHeader {
  return { type: "png", width, height, bitDepth, color: colors[colorType], lossless: true, notes: [] };
}

/** @throws FormatError; RangeError when an indexed file's bytes end before its palette. */
export function readPngHead(bytes: Uint8Array): RasterHeader & { readonly palette: Raster["palette"] } {
  const header = headerOf(readPngHeader(bytes));
  return { ...header, palette: header.color === "indexed" ? readPalette(bytes) : null };
}

/** PLTE's colours; null where pixels come before it, which shows when they are decoded. */
function readPalette(bytes: Uint8Array): Rgb[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = firstChunk; ; at += 12 + view.getUint32(at)) {
    const type = view.getUint32(at + 4);
    if (type === chunk.IDAT || type === chunk.IEND) return null;
    if (type !== chunk.PLTE) continue;
    const byte = (index: number) => view.getUint8(at + 8 + index);
    return Array.from(
      { length: view.getUint32(at) / 3 },
      (_, i): Rgb => [byte(3 * i), byte(3 * i + 1), byte(3 * i + 2)],
    );
  }
}

const firstChunk = 8;
const chunk = { PLTE: 0x504c5445, IDAT: 0x49444154, IEND: 0x49454e44 } as const;

/** @throws FormatError */
export function decodePngRaster(bytes: Uint8Array): Raster {
  const png = decodePng(bytes);
  const header = headerOf(png);
  // A palette that only suggests colours for a small screen (PNG specification, 11.2.2) is none.
  return { ...header, palette: header.color === "indexed" ? png.palette : null, samples: png.samples };
}

/** The file with other samples, palette or depth; every other chunk stays. */
export function replacePngPixels(original: Uint8Array, { bitDepth, palette, samples }: Raster): Uint8Array {
  const old = decodePng(original);
  return replacePixels(original, samples, {
    ...(palette && !isSamePalette(palette, old.palette) ? { palette } : {}),
    ...(bitDepth === old.bitDepth ? {} : { bitDepth }),
  });
}

/** A new PNG of any raster. */
export function encodePng({ width, height, bitDepth, color, palette, samples }: Raster): Uint8Array {
  const colorType = pngColorType[color];
  return writePng({
    width,
    height,
    bitDepth,
    colorType,
    samples,
    ...(palette ? { palette: palette.slice(0, 256) } : {}),
  });
}
