import { zlibSync } from "fflate";
import type { Rgb } from "../../core/classTable";
import { concatBytes, pngSignature, readChunks, writeChunk } from "./chunks";
import { filterRow } from "./filter";
import { channelsOf, headerData, type PngHeader, pngColorType, readPngHeader } from "./header";
import { filteredSize, pngPasses } from "./passes";
import { packRow } from "./samples";

/** Changes to a file's head that go with new samples: a longer palette, or another depth. */
export interface HeadChange {
  readonly palette?: readonly Rgb[];
  readonly bitDepth?: number;
  /** Of compression, 6 by default. */
  readonly level?: 1 | 6;
}

/**
 * The file with other samples: every chunk that is not IDAT (and any bytes after IEND) stays byte for byte, IDAT is
 * replaced by one chunk where the first was. `change` alone may alter IHDR's depth and PLTE.
 */
export function replacePixels(original: Uint8Array, samples: Uint16Array, change: HeadChange = {}): Uint8Array {
  const header = { ...readPngHeader(original), ...(change.bitDepth ? { bitDepth: change.bitDepth } : {}) };
  const parts: Uint8Array[] = [pngSignature];
  const chunks = readChunks(original);
  let isWritten = false;
  for (const chunk of chunks) {
    if (chunk.type === "IHDR" && change.bitDepth) parts.push(writeChunk("IHDR", headerData(header)));
    else if (chunk.type === "PLTE" && change.palette)
      parts.push(writeChunk("PLTE", Uint8Array.from(change.palette.flat())));
    else if (chunk.type !== "IDAT") parts.push(original.subarray(chunk.start, chunk.end));
    else if (!isWritten) {
      parts.push(writeChunk("IDAT", compressSamples(samples, header, change.level)));
      isWritten = true;
    }
  }
  parts.push(original.subarray(chunks[chunks.length - 1].end));
  return concatBytes(parts);
}

/** Interlaces where the header says so, packs, filters and compresses. */
function compressSamples(samples: Uint16Array, header: PngHeader, level: 1 | 6 = 6): Uint8Array {
  const channels = channelsOf(header.colorType);
  const filtered = new Uint8Array(filteredSize(header));
  // Palette indices and samples under 8 bits compress best unfiltered (PNG specification, 12.8).
  const filter = header.colorType === pngColorType.indexed || header.bitDepth < 8 ? 0 : 2;
  let offset = 0;
  for (const pass of pngPasses(header)) {
    const line = new Uint16Array(pass.width * channels);
    let above = new Uint8Array(pass.rowBytes);
    let row = new Uint8Array(pass.rowBytes);
    for (let j = 0; j < pass.height; j += 1) {
      let from = ((pass.y0 + j * pass.dy) * header.width + pass.x0) * channels;
      for (let i = 0; i < pass.width; i += 1, from += pass.dx * channels) {
        for (let c = 0; c < channels; c += 1) line[i * channels + c] = samples[from + c];
      }
      packRow(line, header.bitDepth, row, line.length);
      filtered[offset] = filter;
      filterRow(filter, row, above, filtered.subarray(offset + 1, offset + 1 + pass.rowBytes));
      [above, row] = [row, above];
      offset += 1 + pass.rowBytes;
    }
  }
  return zlibSync(filtered, { level });
}
