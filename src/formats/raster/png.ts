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

/** @throws FormatError */
export function readPngHead(bytes: Uint8Array): RasterHeader {
  return headerOf(readPngHeader(bytes));
}

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
