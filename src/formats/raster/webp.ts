import { channelsOf, checkSize, damaged, type Raster, type RasterHeader } from "./raster";

/**
 * Reads the chunks of a WebP up to its pixels: VP8L is lossless, VP8 is not.
 * @throws FormatError; RangeError when the bytes end before.
 */
export function readWebpHead(bytes: Uint8Array): RasterHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [hasAlpha, isAnimated] = [false, false];
  for (let at = 12; ; ) {
    const type = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
    const length = view.getUint32(at + 4, true);
    const data = at + 8;
    if (type === "VP8 ") {
      return head(view.getUint16(data + 6, true), view.getUint16(data + 8, true), hasAlpha, false, isAnimated);
    }
    if (type === "VP8L") {
      const bits = view.getUint32(data + 1, true);
      return head(bits, bits >>> 14, hasAlpha || ((bits >>> 28) & 1) === 1, true, isAnimated, 1);
    }
    if (type === "VP8X") {
      hasAlpha = (view.getUint8(data) & 0x10) > 0;
      isAnimated = (view.getUint8(data) & 0x02) > 0;
    }
    // A frame's chunks lie inside it, after 16 bytes.
    at = type === "ANMF" ? data + 16 : data + length + (length & 1);
  }
}

function head(
  width: number,
  height: number,
  hasAlpha: boolean,
  lossless: boolean,
  isAnimated: boolean,
  more = 0,
): RasterHeader {
  const [w, h] = [(width & 0x3fff) + more, (height & 0x3fff) + more];
  checkSize("WebP", { width: w, height: h, channels: 4, bits: 8 });
  const notes = isAnimated ? ["It is animated; the first frame is read."] : [];
  return { type: "webp", width: w, height: h, bitDepth: 8, color: hasAlpha ? "rgba" : "rgb", lossless, notes };
}

/**
 * Decodes a WebP with libwebp: exactly where it is lossless. Not by the browser: what a canvas gives back may be
 * colour-managed or, for privacy, randomised.
 * @throws FormatError
 */
export async function decodeWebp(bytes: Uint8Array): Promise<Raster> {
  const head = readWebpHead(bytes);
  const { default: decode } = await import("@jsquash/webp/decode.js");
  const found = await decode(new Uint8Array(bytes).buffer).catch(() => {
    throw damaged("WebP");
  });
  if (found.width !== head.width || found.height !== head.height) throw damaged("WebP");
  const channels = channelsOf(head.color);
  const samples = new Uint16Array(head.width * head.height * channels);
  for (let from = 0, to = 0; to < samples.length; from += 4, to += channels) {
    for (let c = 0; c < channels; c += 1) samples[to + c] = found.data[from + c];
  }
  return { ...head, palette: null, samples };
}

/** A new lossless WebP: colours under full transparency stay too. */
export async function encodeWebp({ width, height, color, samples }: Raster): Promise<Uint8Array> {
  const { default: encode } = await import("@jsquash/webp/encode.js");
  const channels = channelsOf(color);
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < samples.length; from += channels, to += 4) {
    for (let c = 0; c < channels; c += 1) data[to + c] = samples[from + c];
  }
  // Of ImageData nothing but these is used.
  const image = { width, height, data } as unknown as ImageData;
  return new Uint8Array(await encode(image, { lossless: 1, exact: 1, near_lossless: 100 }));
}
