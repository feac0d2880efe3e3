import type { Rgb } from "../../../core/classTable";
import { packRow } from "../../png/samples";
import { channelsOf, isSamePalette, type Raster } from "../raster";
import { rowAt } from "./decode";
import { type BmpHead, readBmpHead } from "./header";

/**
 * The file with other samples. Only pixels' bytes differ; where the palette or its depth changed, or pixels were
 * run-length coded, a plain file is made instead. Null when a BMP cannot hold the raster.
 */
export function replaceBmpPixels(original: Uint8Array, raster: Raster): Uint8Array | null {
  const head = readBmpHead(original);
  const isSameHead = raster.bitDepth === head.bitDepth && isSamePalette(raster.palette, head.palette);
  if (isSameHead && !head.runLength) {
    const file = new Uint8Array(Math.max(original.length, head.pixelsAt + head.rowBytes * head.height));
    file.set(original);
    return withRows(file, head, raster);
  }
  const bits = [1, 4, 8].find((bits) => bits >= raster.bitDepth);
  if (bits === undefined || channelsOf(raster.color) > 1) return null;
  return withRows(...newFile(original, head, raster, bits as 1 | 4 | 8));
}

function withRows(file: Uint8Array, head: BmpHead, raster: Raster): Uint8Array {
  const channels = channelsOf(raster.color);
  for (let place = 0; place < head.height; place += 1) {
    const row = file.subarray(head.pixelsAt + place * head.rowBytes, head.pixelsAt + (place + 1) * head.rowBytes);
    const first = rowAt(head, place) * head.width * channels;
    if (head.bitsPerPixel <= 8) {
      packRow(raster.samples.subarray(first, first + head.width), head.bitsPerPixel, row, head.width);
    } else {
      for (let x = 0; x < head.width; x += 1) {
        for (let c = 0; c < channels; c += 1) {
          row[x * channels + head.byteOf[c]] = raster.samples[first + x * channels + c];
        }
      }
    }
  }
  return file;
}

/** BITMAPFILEHEADER, BITMAPINFOHEADER and palette, with room for the pixels; the resolution stays. */
function newFile(original: Uint8Array, old: BmpHead, raster: Raster, bits: 1 | 4 | 8): [Uint8Array, BmpHead, Raster] {
  const palette = raster.palette ?? Array.from({ length: 256 }, (_, i): Rgb => [i, i, i]);
  const pixelsAt = 54 + 4 * palette.length;
  const rowBytes = 4 * Math.ceil((raster.width * bits) / 32);
  const file = new Uint8Array(pixelsAt + rowBytes * raster.height);
  const view = new DataView(file.buffer);
  const uint32 = (at: number, value: number) => view.setUint32(at, value, true);
  file.set([0x42, 0x4d]);
  uint32(2, file.length);
  uint32(10, pixelsAt);
  uint32(14, 40);
  uint32(18, raster.width);
  view.setInt32(22, old.topDown ? -raster.height : raster.height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  uint32(34, rowBytes * raster.height);
  if (new DataView(original.buffer, original.byteOffset).getUint32(14, true) >= 40) {
    file.set(original.subarray(38, 46), 38);
  }
  uint32(46, palette.length);
  palette.forEach(([r, g, b], i) => {
    file.set([b, g, r], 54 + 4 * i);
  });
  return [file, { ...old, bitsPerPixel: bits, runLength: false, pixelsAt, rowBytes }, raster];
}
