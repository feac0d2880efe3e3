import type { Rgb } from "../../core/classTable";
import { FormatError } from "../errors";
import { InflateError, inflateParts } from "../inflate";
import { createAdler32 } from "./adler32";
import { concatBytes, type PngChunk, readChunks } from "./chunks";
import { unfilterRow } from "./filter";
import { channelsOf, type PngHeader, pngColorType, readPngHeader } from "./header";
import { filteredSize, pngPasses } from "./passes";
import { unpackRow } from "./samples";

/** A decoded PNG: raw samples, no colour management, no palette applied. */
export interface PngImage extends PngHeader {
  /** PLTE's colours; null when there is none. */
  readonly palette: readonly Rgb[] | null;
  /** tRNS as stored; null when there is none. */
  readonly trns: Uint8Array | null;
  /** width * height * channels samples, interleaved, as stored (0 .. 2^bitDepth - 1). */
  readonly samples: Uint16Array;
}

/**
 * Decodes a PNG exactly: every bit depth, colour type and interlacing; gAMA, iCCP and the like are not applied.
 * Rows are unpacked as they are inflated: besides the file there are the samples and a few rows.
 * @throws FormatError for a damaged, truncated or oversized file; memory never exceeds what IHDR promises. Pixels that fail
 * zlib's checksum (Adler-32) are refused, as Pillow and pypng do, though the chunk's own be right.
 */
export function decodePng(bytes: Uint8Array): PngImage {
  const header = readPngHeader(bytes);
  const chunks = readChunks(bytes);
  const palette = readPalette(chunks, header);
  const trns = chunks.find((chunk) => chunk.type === "tRNS")?.data ?? null;
  return { ...header, palette, trns, samples: readSamples(chunks, header) };
}

function readPalette(chunks: readonly PngChunk[], header: PngHeader): readonly Rgb[] | null {
  const data = chunks.find((chunk) => chunk.type === "PLTE")?.data;
  if (!data || data.length === 0 || data.length % 3 !== 0 || data.length > 768) {
    if (!data && header.colorType !== pngColorType.indexed) return null;
    throw new FormatError("The PNG has no usable palette.", "Save the label as an indexed PNG again.");
  }
  return Array.from({ length: data.length / 3 }, (_, i) => [data[3 * i], data[3 * i + 1], data[3 * i + 2]] as const);
}

function inflateIdat(chunks: readonly PngChunk[], header: PngHeader, take: (part: Uint8Array) => void): void {
  const zlib = concatBytes(chunks.filter((chunk) => chunk.type === "IDAT").map((chunk) => chunk.data));
  const isZlib = zlib.length > 6 && (zlib[0] & 15) === 8 && ((zlib[0] << 8) | zlib[1]) % 31 === 0 && !(zlib[1] & 32);
  const size = `${header.width} x ${header.height} px`;
  try {
    if (!isZlib) throw new InflateError("damaged");
    const sum = createAdler32();
    inflateParts(zlib.subarray(2, -4), filteredSize(header), (part) => {
      sum.add(part);
      take(part);
    });
    if (!isInTail(zlib, sum.bytes())) throw new InflateError("damaged");
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
    if (error.problem === "long") {
      throw new FormatError(
        `The PNG unpacks to more than its ${size} (a decompression bomb?).`,
        "Do not trust this file; save the label again with another program.",
      );
    }
    throw new FormatError(
      error.problem === "short"
        ? `The PNG promises ${size} but holds fewer.`
        : "The PNG's pixel data is damaged or incomplete.",
      "Copy or download the file again.",
    );
  }
}

/** Whether a stream ends in these four bytes; a few of padding may follow. */
function isInTail(zlib: Uint8Array, sum: Uint8Array): boolean {
  const first = Math.max(2, zlib.length - 4 - 64);
  for (let at = zlib.length - 4; at >= first; at -= 1) {
    if (sum.every((byte, i) => zlib[at + i] === byte)) return true;
  }
  return false;
}

/** Unfilters, unpacks and de-interlaces rows as they come. */
function readSamples(chunks: readonly PngChunk[], header: PngHeader): Uint16Array {
  const channels = channelsOf(header.colorType);
  const step = Math.max(1, (channels * header.bitDepth) >> 3);
  const samples = new Uint16Array(header.width * header.height * channels);
  const passes = pngPasses(header);
  let [pass, y] = [0, 0];
  let row = new Uint8Array(1 + passes[0].rowBytes);
  let above = new Uint8Array(row.length);
  let held = 0;
  const finish = () => {
    const { x0, y0, dx, dy, width, height } = passes[pass];
    unfilterRow(row[0], row.subarray(1), above.subarray(1), step);
    const first = ((y0 + y * dy) * header.width + x0) * channels;
    if (dx === 1) unpackRow(row.subarray(1), header.bitDepth, samples.subarray(first), width * channels);
    else {
      const scattered = new Uint16Array(width * channels);
      unpackRow(row.subarray(1), header.bitDepth, scattered, scattered.length);
      for (let i = 0, to = first; i < width; i += 1, to += dx * channels) {
        for (let c = 0; c < channels; c += 1) samples[to + c] = scattered[i * channels + c];
      }
    }
    [row, above, held, y] = [above, row, 0, y + 1];
    if (y < height || pass + 1 === passes.length) return;
    [pass, y] = [pass + 1, 0];
    row = new Uint8Array(1 + passes[pass].rowBytes);
    above = new Uint8Array(row.length);
  };
  inflateIdat(chunks, header, (part) => {
    for (let at = 0; at < part.length; ) {
      const taken = part.subarray(at, at + row.length - held);
      row.set(taken, held);
      held += taken.length;
      at += taken.length;
      if (held === row.length) finish();
    }
  });
  return samples;
}
