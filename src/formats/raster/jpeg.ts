import { FormatError } from "../errors";
import { channelsOf, checkSize, damaged, type Raster, type RasterHeader, saveAsPng } from "./raster";

/**
 * Reads a JPEG's frame header.
 * @throws FormatError; RangeError when the bytes end before.
 */
export function readJpegHead(bytes: Uint8Array): RasterHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) throw damaged("JPEG");
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      const color = view.getUint8(at + 9) === 1 ? "grey" : "rgb";
      // The decoder gives four bytes a pixel, whatever there was.
      checkSize("JPEG", { width, height, channels: 4, bits: 8 });
      return { type: "jpeg", width, height, bitDepth: 8, color, lossless: false, notes: [] };
    }
    if (marker === 0xd9 || marker === 0xda) throw damaged("JPEG");
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
}

/**
 * Decodes a JPEG, whose values are near those that were drawn but not the same. Not by the browser: what a canvas gives
 * back may be colour-managed or, for privacy, randomised.
 * @throws FormatError
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<Raster> {
  const head = readJpegHead(bytes);
  const { decode } = await import("jpeg-js");
  const rgba = decodeWith(decode, bytes);
  const channels = channelsOf(head.color);
  const samples = new Uint16Array(head.width * head.height * channels);
  for (let from = 0, to = 0; to < samples.length; from += 4, to += channels) {
    for (let c = 0; c < channels; c += 1) samples[to + c] = rgba[from + c];
  }
  return { ...head, palette: null, samples };
}

function decodeWith(decode: typeof import("jpeg-js").decode, bytes: Uint8Array): Uint8Array {
  try {
    return decode(bytes, { useTArray: true, maxMemoryUsageInMB: 900, tolerantDecoding: false }).data;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(`The JPEG is damaged or of a rare kind (${reason}).`, saveAsPng);
  }
}
