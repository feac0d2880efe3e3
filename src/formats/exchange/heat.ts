/**
 * The heat of a suggestions file: how likely each pixel of a label is wrong, 0..255, as a grey PNG of 8 bits in base64. It is as
 * large as the image was searched, which is what a search knows: larger images are scaled down for it.
 */
import { fromBase64, toBase64 } from "../annotations/base64";
import { FormatError } from "../errors";
import { decodePng, pngColorType, readPngHeader } from "../png";
import { writePng } from "../png/write";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Heat larger than this, and than its label, is a mistake: it would only fill the memory. */
const mostPixels = 2 ** 20;

/** @param heat of every pixel of an image of `from`. @param to size that it is written at: each of its pixels takes the one under its centre. */
export function encodeHeat(heat: Uint8Array, from: Size, to: Size): string {
  const samples = Uint16Array.from(resampled(heat, from, to));
  return toBase64(writePng({ ...to, bitDepth: 8, colorType: pngColorType.grey, samples }));
}

/**
 * The heat of every pixel of a label of size `to`.
 * @throws FormatError
 */
export function decodeHeat(text: string, to: Size): Uint8Array {
  const bytes = fromBase64(text);
  const { bitDepth, colorType, width, height } = readPngHeader(bytes);
  if (bitDepth !== 8 || colorType !== pngColorType.grey)
    throw new FormatError("Its heat is no grey PNG of 8 bits.", remedy);
  if (width * height > Math.max(mostPixels, to.width * to.height))
    throw new FormatError(`Its heat has ${width}x${height} px.`, remedy);
  return resampled(decodePng(bytes).samples, { width, height }, to);
}

const remedy = "Write the file again.";

function resampled(values: ArrayLike<number>, from: Size, to: Size): Uint8Array {
  const columns = Array.from({ length: to.width }, (_, x) => Math.floor(((x + 0.5) * from.width) / to.width));
  const result = new Uint8Array(to.width * to.height);
  for (let y = 0, i = 0; y < to.height; y++) {
    const row = Math.floor(((y + 0.5) * from.height) / to.height) * from.width;
    for (let x = 0; x < to.width; x++, i++) result[i] = values[row + columns[x]];
  }
  return result;
}
