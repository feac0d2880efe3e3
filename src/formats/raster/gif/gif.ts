import type { Rgb } from "../../../core/classTable";
import { concatBytes } from "../../png/chunks";
import { decodeLzw, encodeLzw } from "../lzw";
import { damaged, isSamePalette, type Raster } from "../raster";
import { type GifHead, joinSubBlocks, readGifHead, toSubBlocks } from "./blocks";

/**
 * Decodes a GIF's first frame as the indices it holds; transparency plays no part. GIF has no grey pictures: programs
 * that save one give each grey that occurs a place in a table of its own, so a table of greys alone makes a grey file.
 * @throws FormatError
 */
export function decodeGif(bytes: Uint8Array): Raster {
  const head = readGifHead(bytes);
  const { type, width, height, bitDepth, color, lossless, notes, table } = head;
  const indices = readIndices(bytes, head);
  if (color === "indexed" || table === null) {
    return { type, width, height, bitDepth, color, lossless, notes, palette: table?.colors ?? null, samples: indices };
  }
  const greys = Uint16Array.from(table.colors, ([grey]) => grey);
  if (indices.some((index) => index >= greys.length)) throw damaged("GIF");
  const samples = indices.map((index) => greys[index]);
  return { type, width, height, bitDepth, color, lossless, notes, palette: null, samples };
}

/** The first frame's indices, on the whole picture. */
function readIndices(bytes: Uint8Array, head: GifHead): Uint16Array {
  const { width, height, frame, pixelsAt, endsAt } = head;
  const least = bytes[pixelsAt];
  const indices = new Uint16Array(frame.width * frame.height);
  const isPossible = least >= 1 && least <= 8 && frame.x + frame.width <= width && frame.y + frame.height <= height;
  if (!isPossible || decodeLzw(joinSubBlocks(bytes, pixelsAt + 1, endsAt), least, indices, "gif") < indices.length) {
    throw damaged("GIF");
  }
  const samples = new Uint16Array(width * height).fill(head.background);
  rowOrder(head).forEach((y, place) => {
    const row = indices.subarray(place * frame.width, (place + 1) * frame.width);
    samples.set(row, (frame.y + y) * width + frame.x);
  });
  return samples;
}

/**
 * The file with other indices in its first frame, and a changed or longer palette; all other bytes stay. Null when the
 * frame does not cover the picture.
 */
export function replaceGifPixels(original: Uint8Array, raster: Raster): Uint8Array | null {
  const head = readGifHead(original);
  const { frame, table, width, height } = head;
  if (table === null || frame.width * frame.height !== width * height || raster.bitDepth > 8) return null;
  const found = raster.palette
    ? { samples: raster.samples, colors: raster.palette }
    : indicesOfGreys(raster.samples, readIndices(original, head), table.colors);
  if (found === null) return null;
  const { samples, colors } = found;
  const order = rowOrder(head);
  const indices = new Uint16Array(width * height);
  order.forEach((y, place) => {
    indices.set(samples.subarray(y * width, (y + 1) * width), place * width);
  });
  const tableBits = Math.max(1, Math.ceil(Math.log2(colors.length)));
  const before = original.slice(0, table.at);
  if (!isSamePalette(colors, table.colors)) {
    before[table.sizeAt] = (before[table.sizeAt] & 0xf8) | (tableBits - 1);
  }
  const entries = Array.from({ length: 2 ** tableBits }, (_, i): Rgb => colors[i] ?? [0, 0, 0]);
  // Indices beyond the table are allowed: the codes must still hold them.
  const highest = indices.reduce((most, index) => Math.max(most, index), 0);
  const least = Math.max(2, tableBits, Math.ceil(Math.log2(highest + 1)));
  return concatBytes([
    before,
    Uint8Array.from(entries.flat()),
    original.subarray(table.at + 3 * table.colors.length, head.pixelsAt),
    Uint8Array.of(least),
    toSubBlocks(encodeLzw(indices, least, "gif")),
    original.subarray(head.endsAt),
  ]);
}

/** Greys as places in the table, which may grow; a pixel whose grey is the same keeps its place. Null: no room. */
function indicesOfGreys(greys: Uint16Array, before: Uint16Array, table: readonly Rgb[]) {
  const colors = [...table];
  const placeOf = new Map<number, number>();
  table.forEach(([grey], place) => {
    if (!placeOf.has(grey)) placeOf.set(grey, place);
  });
  const samples = greys.map((grey, pixel) => {
    if (table[before[pixel]]?.[0] === grey) return before[pixel];
    const place = placeOf.get(grey) ?? colors.push([grey, grey, grey]) - 1;
    placeOf.set(grey, place);
    return place;
  });
  return colors.length > 256 ? null : { samples, colors };
}

/** The frame's rows in the file's order. */
function rowOrder({ frame, interlaced }: GifHead): number[] {
  const passes = interlaced ? [[0, 8], [4, 8], [2, 4], [1, 2]] : [[0, 1]]; // biome-ignore format: a table
  return passes.flatMap(([first, step]) =>
    Array.from({ length: Math.max(0, Math.ceil((frame.height - first) / step)) }, (_, i) => first + i * step),
  );
}
