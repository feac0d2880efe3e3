import type { Rgb } from "../../../core/classTable";
import { checkSize, damaged, type RasterHeader } from "../raster";

/** A colour table: where its entries lie and in which byte its size (low three bits). */
interface ColorTable {
  readonly at: number;
  readonly sizeAt: number;
  readonly colors: readonly Rgb[];
}

/** What a GIF says before its first frame's pixels; offsets in bytes from the file's start. */
export interface GifHead extends RasterHeader {
  /** Of the first frame; null where the file has none, which the format allows. */
  readonly table: ColorTable | null;
  /** The table's colours, of which a grey file has none. */
  readonly palette: readonly Rgb[] | null;
  readonly frame: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly interlaced: boolean;
  /** Index of what the first frame leaves free. */
  readonly background: number;
  /** Byte of the least code size; the sub-blocks follow. */
  readonly pixelsAt: number;
  /** First byte after the first frame. */
  readonly endsAt: number;
}

/**
 * Reads a whole GIF's blocks up to the end of its first frame, and counts the others.
 * @throws FormatError; RangeError when the bytes end before.
 */
export function readGifHead(bytes: Uint8Array): GifHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint16(6, true);
  const height = view.getUint16(8, true);
  checkSize("GIF", { width, height, channels: 1, bits: 8 });
  const globalTable = readTable(view, 10, 13);
  let at = 13 + tableBytes(globalTable);
  while (view.getUint8(at) === 0x21) at = skipSubBlocks(view, at + 2);
  if (view.getUint8(at) !== 0x2c) throw damaged("GIF");
  const [x, y, frameWidth, frameHeight] = [1, 3, 5, 7].map((offset) => view.getUint16(at + offset, true));
  const ownTable = readTable(view, at + 9, at + 10);
  const table = ownTable ?? globalTable;
  const pixelsAt = at + 10 + tableBytes(ownTable);
  const endsAt = skipSubBlocks(view, pixelsAt + 1);
  const frames = 1 + countFrames(view, endsAt);
  const fills = x === 0 && y === 0 && frameWidth === width && frameHeight === height;
  const notes = [
    ...(frames > 1 ? [`It has ${frames} frames; the first one is read.`] : []),
    ...(fills ? [] : ["Its first frame does not cover the whole picture; the rest is read as its background."]),
  ];
  const isIndexed = table?.colors.some(([r, g, b]) => r !== g || g !== b);
  return {
    type: "gif",
    width,
    height,
    bitDepth: 8,
    color: isIndexed ? "indexed" : "grey",
    palette: isIndexed ? (table?.colors ?? null) : null,
    lossless: true,
    notes,
    table,
    frame: { x, y, width: frameWidth, height: frameHeight },
    interlaced: (view.getUint8(at + 9) & 0x40) > 0,
    background: globalTable ? view.getUint8(11) : 0,
    pixelsAt,
    endsAt,
  };
}

function readTable(view: DataView, sizeAt: number, at: number): ColorTable | null {
  const flags = view.getUint8(sizeAt);
  if ((flags & 0x80) === 0) return null;
  const colors = Array.from({ length: 2 << (flags & 7) }, (_, i): Rgb => {
    return [view.getUint8(at + 3 * i), view.getUint8(at + 3 * i + 1), view.getUint8(at + 3 * i + 2)];
  });
  return { at, sizeAt, colors };
}

const tableBytes = (table: ColorTable | null) => 3 * (table?.colors.length ?? 0);

function skipSubBlocks(view: DataView, start: number): number {
  let at = start;
  for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += 1 + length;
  return at + 1;
}

/** Frames from there on; what is damaged ends the count. */
function countFrames(view: DataView, start: number): number {
  let [at, frames] = [start, 0];
  try {
    for (;;) {
      const kind = view.getUint8(at);
      if (kind === 0x21) at = skipSubBlocks(view, at + 2);
      else if (kind === 0x2c) {
        at = skipSubBlocks(view, at + 11 + tableBytes(readTable(view, at + 9, at + 10)));
        frames += 1;
      } else return frames;
    }
  } catch {
    return frames;
  }
}

/** The sub-blocks' data in one piece. */
export function joinSubBlocks(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array(end - start);
  let size = 0;
  for (let at = start; at < end && bytes[at] > 0; at += 1 + bytes[at]) {
    out.set(bytes.subarray(at + 1, at + 1 + bytes[at]), size);
    size += bytes[at];
  }
  return out.subarray(0, size);
}

/** Data as sub-blocks of at most 255 bytes, with the empty one that ends them. */
export function toSubBlocks(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + Math.ceil(data.length / 255) + 1);
  for (let from = 0, to = 0; from < data.length; from += 255, to += 256) {
    const block = data.subarray(from, from + 255);
    out[to] = block.length;
    out.set(block, to + 1);
  }
  return out;
}
