import type { Rgb } from "../../core/classTable";
import { FormatError } from "../errors";
import { InflateError, inflateExactly } from "../inflate";
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
 * @throws FormatError for a damaged, truncated or oversized file; memory never exceeds what IHDR promises.
 */
export function decodePng(bytes: Uint8Array): PngImage {
  const header = readPngHeader(bytes);
  const chunks = readChunks(bytes);
  const palette = readPalette(chunks, header);
  const trns = chunks.find((chunk) => chunk.type === "tRNS")?.data ?? null;
  return { ...header, palette, trns, samples: readSamples(inflateIdat(chunks, header), header) };
}

function readPalette(chunks: readonly PngChunk[], header: PngHeader): readonly Rgb[] | null {
  const data = chunks.find((chunk) => chunk.type === "PLTE")?.data;
  if (!data || data.length === 0 || data.length % 3 !== 0 || data.length > 768) {
    if (!data && header.colorType !== pngColorType.indexed) return null;
    throw new FormatError("The PNG has no usable palette.", "Save the label as an indexed PNG again.");
  }
  return Array.from({ length: data.length / 3 }, (_, i) => [data[3 * i], data[3 * i + 1], data[3 * i + 2]] as const);
}

function inflateIdat(chunks: readonly PngChunk[], header: PngHeader): Uint8Array {
  const zlib = concatBytes(chunks.filter((chunk) => chunk.type === "IDAT").map((chunk) => chunk.data));
  const isZlib = zlib.length > 6 && (zlib[0] & 15) === 8 && ((zlib[0] << 8) | zlib[1]) % 31 === 0 && !(zlib[1] & 32);
  const size = `${header.width} x ${header.height} px`;
  try {
    if (!isZlib) throw new InflateError("damaged");
    return inflateExactly(zlib.subarray(2, -4), filteredSize(header));
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

/** Unfilters (in place), unpacks and de-interlaces. */
function readSamples(filtered: Uint8Array, header: PngHeader): Uint16Array {
  const channels = channelsOf(header.colorType);
  const step = Math.max(1, (channels * header.bitDepth) >> 3);
  const samples = new Uint16Array(header.width * header.height * channels);
  let offset = 0;
  for (const pass of pngPasses(header)) {
    const scattered = pass.dx > 1 || pass.dy > 1 ? new Uint16Array(pass.width * channels) : null;
    let above: Uint8Array = new Uint8Array(pass.rowBytes);
    for (let j = 0; j < pass.height; j += 1) {
      const row = filtered.subarray(offset + 1, offset + 1 + pass.rowBytes);
      unfilterRow(filtered[offset], row, above, step);
      const first = ((pass.y0 + j * pass.dy) * header.width + pass.x0) * channels;
      const out = scattered ?? samples.subarray(first, first + pass.width * channels);
      unpackRow(row, header.bitDepth, out, pass.width * channels);
      if (scattered) {
        for (let i = 0, to = first; i < pass.width; i += 1, to += pass.dx * channels) {
          for (let c = 0; c < channels; c += 1) samples[to + c] = scattered[i * channels + c];
        }
      }
      above = row;
      offset += 1 + pass.rowBytes;
    }
  }
  return samples;
}
