import { FormatError } from "../../errors";
import { InflateError, inflateHead } from "../../inflate";
import { decodeLzw } from "../lzw";
import { damaged, saveAsPng } from "../raster";

/**
 * One strip or tile, decompressed to its size.
 * @param bytes how many it must give
 * @throws FormatError for a damaged one and for compressions that labels seldom have.
 */
export function decompress(data: Uint8Array, compression: number, bytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes);
  if (unpack(data, compression, out) < bytes) throw damaged("TIFF");
  return out;
}

/** Returns how many bytes there were, or some number above out.length. */
function unpack(data: Uint8Array, compression: number, out: Uint8Array): number {
  switch (compression) {
    case 1:
      out.set(data.subarray(0, out.length));
      return data.length;
    case 5:
      return decodeLzw(data, 8, out, "tiff");
    case 8:
    case 32946:
      return inflate(data, out);
    case 32773:
      return unpackBits(data, out);
    default: {
      const name = { 2: "CCITT", 3: "CCITT", 4: "CCITT", 6: "JPEG", 7: "JPEG", 50000: "Zstandard" }[compression];
      throw new FormatError(`The TIFF is compressed by ${name ?? compression}, which is not supported.`, saveAsPng);
    }
  }
}

/** A zlib stream: deflate after two bytes. */
function inflate(data: Uint8Array, out: Uint8Array): number {
  try {
    return inflateHead(data.subarray(2), out);
  } catch (error) {
    if (error instanceof InflateError) throw damaged("TIFF");
    throw error;
  }
}

/** PackBits (TIFF 6.0, section 9): a count n, then n + 1 bytes as they are, or one byte 1 - n times. */
function unpackBits(data: Uint8Array, out: Uint8Array): number {
  let to = 0;
  for (let at = 0; at < data.length && to < out.length; ) {
    const count = (data[at] << 24) >> 24;
    if (count >= 0) {
      const run = data.subarray(at + 1, at + 2 + Math.min(count, out.length - to - 1));
      out.set(run, to);
      to += run.length;
      at += 2 + count;
    } else if (count === -128) at += 1;
    else {
      out.fill(data[at + 1], to, to + 1 - count);
      to += 1 - count;
      at += 2;
    }
  }
  return to;
}
