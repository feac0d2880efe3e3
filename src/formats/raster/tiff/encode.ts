import { concatBytes } from "../../png/chunks";
import { packRow } from "../../png/samples";
import { channelsOf, isSamePalette, type Raster } from "../raster";
import { compress } from "./compress";
import { tiffTag } from "./directory";
import { readTiffHead, type TiffHead } from "./header";

/**
 * The file with other samples in its first page. All its bytes stay: the page's new directory, which repeats the old
 * one's other fields, and its pixels in one strip are added behind them, as TIFF is made to be updated, compressed as they were (but without predictor). Null when the raster does not fit the samples as stored.
 */
export function replaceTiffPixels(original: Uint8Array, raster: Raster): Uint8Array | null {
  const head = readTiffHead(original);
  const isWider = raster.bitDepth !== head.bitDepth;
  const isSigned = head.sampleFormat === 2;
  const fits = !isSigned || raster.samples.every((value) => value < 2 ** (head.storedBits - 1));
  if (!head.lossless || !fits || (isWider && (isSigned || head.minIsWhite))) return null;
  const bits = isWider ? raster.bitDepth : head.storedBits;
  const { directory, samplesPerPixel } = head;
  const { littleEndian, number } = directory;
  const compression = number(tiffTag.compression, 1);
  const packed = packSamples(raster, head, bits);
  const pixels = compress(packed, compression, packed.length / raster.height);
  const start = original.length + (original.length & 1);
  const pixelsEnd = start + pixels.length + (pixels.length & 1);

  const values: Uint8Array[] = [];
  let valuesAt = pixelsEnd;
  const field = (tag: number, type: 3 | 4, numbers: readonly number[]): Uint8Array => {
    const entry = new Uint8Array(12);
    const view = new DataView(entry.buffer);
    view.setUint16(0, tag, littleEndian);
    view.setUint16(2, type, littleEndian);
    view.setUint32(4, numbers.length, littleEndian);
    const size = type === 3 ? 2 : 4;
    const data = new Uint8Array(Math.max(4, 2 * Math.ceil((numbers.length * size) / 2)));
    const dataView = new DataView(data.buffer);
    numbers.forEach((value, i) => {
      if (type === 3) dataView.setUint16(2 * i, value, littleEndian);
      else dataView.setUint32(4 * i, value, littleEndian);
    });
    if (numbers.length * size <= 4) entry.set(data, 8);
    else {
      view.setUint32(8, valuesAt, littleEndian);
      values.push(data);
      valuesAt += data.length;
    }
    return entry;
  };
  const changed = new Map<number, Uint8Array | null>([
    [tiffTag.compression, field(tiffTag.compression, 3, [compression])],
    [tiffTag.stripOffsets, field(tiffTag.stripOffsets, 4, [start])],
    [tiffTag.rowsPerStrip, field(tiffTag.rowsPerStrip, 4, [raster.height])],
    [tiffTag.stripByteCounts, field(tiffTag.stripByteCounts, 4, [pixels.length])],
    [tiffTag.planar, field(tiffTag.planar, 3, [1])],
    [tiffTag.predictor, null],
    [tiffTag.tileWidth, null],
    [tiffTag.tileLength, null],
    [tiffTag.tileOffsets, null],
    [tiffTag.tileByteCounts, null],
  ]);
  if (isWider || !isSamePalette(raster.palette, head.palette)) {
    changed.set(tiffTag.bitsPerSample, field(tiffTag.bitsPerSample, 3, Array(samplesPerPixel).fill(bits)));
    if (raster.palette) changed.set(tiffTag.colorMap, field(tiffTag.colorMap, 3, colorMap(raster.palette, bits)));
  }
  const tags = [...new Set([...directory.fields.keys(), ...changed.keys()])].sort((a, b) => a - b);
  const entries = tags.flatMap((tag) => {
    const entry = changed.has(tag) ? changed.get(tag) : directory.fields.get(tag)?.entry;
    return entry ? [entry] : [];
  });
  const edges = new Uint8Array(6);
  const edgeView = new DataView(edges.buffer);
  edgeView.setUint16(0, entries.length, littleEndian);
  edgeView.setUint32(2, directory.next, littleEndian);
  const file = concatBytes([
    original,
    new Uint8Array(start - original.length),
    pixels,
    new Uint8Array(pixelsEnd - start - pixels.length),
    ...values,
    edges.subarray(0, 2),
    ...entries,
    edges.subarray(2),
  ]);
  new DataView(file.buffer).setUint32(4, valuesAt, littleEndian);
  return file;
}

/** Samples in the file's own type and byte order, rows from whole bytes, interleaved. */
function packSamples(raster: Raster, head: TiffHead, bits: number): Uint8Array {
  const { width, height, samples } = raster;
  const { samplesPerPixel, minIsWhite, sampleFormat } = head;
  const { littleEndian } = head.directory;
  const most = 2 ** bits - 1;
  const count = width * channelsOf(raster.color);
  const rowBytes = Math.ceil((count * bits) / 8);
  const out = new Uint8Array(rowBytes * height);
  const view = new DataView(out.buffer);
  const line = new Uint16Array(count);
  for (let y = 0; y < height; y += 1) {
    line.set(samples.subarray(y * count, (y + 1) * count));
    if (minIsWhite) for (let i = 0; i < count; i += samplesPerPixel) line[i] = most - line[i];
    const at = y * rowBytes;
    if (bits <= 8) packRow(line, bits, out.subarray(at, at + rowBytes), count);
    else if (bits === 16) for (let i = 0; i < count; i += 1) view.setUint16(at + 2 * i, line[i], littleEndian);
    else if (sampleFormat === 3) {
      for (let i = 0; i < count; i += 1) {
        if (bits === 32) view.setFloat32(at + 4 * i, line[i], littleEndian);
        else view.setFloat64(at + 8 * i, line[i], littleEndian);
      }
    } else for (let i = 0; i < count; i += 1) view.setUint32(at + 4 * i, line[i], littleEndian);
  }
  return out;
}

/** All reds, then all greens, then all blues, 16 bits each, as many as the depth counts to. */
function colorMap(palette: NonNullable<Raster["palette"]>, bits: number): number[] {
  const entries = Array.from({ length: 2 ** bits }, (_, i) => palette[i] ?? [0, 0, 0]);
  return [0, 1, 2].flatMap((c) => entries.map((color) => color[c] * 257));
}
