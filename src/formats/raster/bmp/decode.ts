import { unpackRow } from "../../png/samples";
import { channelsOf, damaged, type Raster } from "../raster";
import { type BmpHead, readBmpHead } from "./header";

/**
 * Decodes a BMP of 1, 2, 4, 8, 24 or 32 bits a pixel, run-length coded or not, exactly.
 * @throws FormatError
 */
export function decodeBmp(bytes: Uint8Array): Raster {
  const head = readBmpHead(bytes);
  const { type, width, height, bitDepth, color, lossless, notes, palette } = head;
  const samples = head.runLength ? readRuns(bytes, head) : readRows(bytes, head);
  return { type, width, height, bitDepth, color, lossless, notes, palette, samples };
}

/** The image's row that lies at a place in the file. */
export function rowAt(head: BmpHead, place: number): number {
  return head.topDown ? place : head.height - 1 - place;
}

function readRows(bytes: Uint8Array, head: BmpHead): Uint16Array {
  const { width, height, bitsPerPixel, pixelsAt, rowBytes, byteOf } = head;
  if (pixelsAt + rowBytes * (height - 1) + Math.ceil((width * bitsPerPixel) / 8) > bytes.length) throw damaged("BMP");
  const channels = channelsOf(head.color);
  const samples = new Uint16Array(width * height * channels);
  for (let place = 0; place < height; place += 1) {
    const row = bytes.subarray(pixelsAt + place * rowBytes, pixelsAt + (place + 1) * rowBytes);
    const first = rowAt(head, place) * width * channels;
    if (bitsPerPixel <= 8) unpackRow(row, bitsPerPixel, samples.subarray(first), width);
    else {
      for (let x = 0; x < width; x += 1) {
        for (let c = 0; c < channels; c += 1) samples[first + x * channels + c] = row[x * channels + byteOf[c]];
      }
    }
  }
  return samples;
}

/** RLE8 and RLE4 (always bottom up); pixels that no run covers are 0. */
function readRuns(bytes: Uint8Array, head: BmpHead): Uint16Array {
  const { width, height } = head;
  const samples = new Uint16Array(width * height);
  const isNibbles = head.bitsPerPixel === 4;
  let [x, place, at] = [0, 0, head.pixelsAt];
  const put = (index: number) => {
    if (x >= width || place >= height) throw damaged("BMP");
    samples[(height - 1 - place) * width + x] = index;
    x += 1;
  };
  const indexOf = (byte: number, i: number) => (isNibbles ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte);
  for (;;) {
    if (at + 2 > bytes.length) throw damaged("BMP");
    const [count, value] = [bytes[at], bytes[at + 1]];
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i += 1) put(indexOf(value, i));
    } else if (value === 0) {
      [x, place] = [0, place + 1];
    } else if (value === 1) {
      return samples;
    } else if (value === 2) {
      [x, place] = [x + (bytes[at] ?? 0), place + (bytes[at + 1] ?? 0)];
      at += 2;
    } else {
      const length = isNibbles ? Math.ceil(value / 2) : value;
      if (at + length > bytes.length) throw damaged("BMP");
      for (let i = 0; i < value; i += 1) put(indexOf(bytes[isNibbles ? at + (i >> 1) : at + i], i));
      at += length + (length & 1);
    }
  }
}
