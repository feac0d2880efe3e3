import { FormatError } from "../../errors";
import { unpackRow } from "../../png/samples";
import { damaged, type Raster, saveAsPng } from "../raster";
import { decompress } from "./decompress";
import { tiffTag } from "./directory";
import { readTiffHead, type TiffHead, type TiffStored } from "./header";

/**
 * Decodes the first page of a TIFF in strips or tiles, of either byte order, uncompressed or by LZW, Deflate or PackBits.
 * Signed, 32-bit and floating-point samples open where all are whole numbers from 0 to 65,535. (Of the libraries tried,
 * tiff 7.1 mixes up the samples of tiles, geotiff 3.0 refuses files that leave out what has a default.)
 * @throws FormatError
 */
export function decodeTiff(bytes: Uint8Array): Raster {
  const head = readTiffHead(bytes);
  const { type, width, height, bitDepth, color, lossless, notes, palette } = head;
  const samples = wholeSamples(readTiffSamples(bytes, head));
  if (head.minIsWhite) invert(samples, head);
  return { type, width, height, bitDepth, color, lossless, notes, palette, samples };
}

/** How often a file's bytes may be claimed by its strips or tiles. */
const mostClaims = 64;

/**
 * The samples as stored, interleaved: 16 bits where that holds them, else as 32-bit floats.
 * @throws FormatError
 */
export function readTiffSamples(bytes: Uint8Array, stored: TiffStored): Uint16Array | Float32Array {
  const { width, height, directory, storedBits, sampleFormat, samplesPerPixel } = stored;
  const { number, numbers } = directory;
  const isTiled = directory.fields.has(tiffTag.tileWidth);
  const columns = isTiled ? number(tiffTag.tileWidth, 0) : width;
  const rows = isTiled ? number(tiffTag.tileLength, 0) : Math.min(height, number(tiffTag.rowsPerStrip, height));
  const planes = number(tiffTag.planar, 1) === 2 ? samplesPerPixel : 1;
  const step = samplesPerPixel / planes;
  const across = Math.ceil(width / columns);
  const down = Math.ceil(height / rows);
  const offsets = numbers(isTiled ? tiffTag.tileOffsets : tiffTag.stripOffsets);
  const sizes = numbers(isTiled ? tiffTag.tileByteCounts : tiffTag.stripByteCounts);
  const compression = number(tiffTag.compression, 1);
  const predictor = number(tiffTag.predictor, 1);
  if (predictor > 2 || (predictor === 2 && storedBits < 8)) {
    throw new FormatError(`The TIFF is compressed with predictor ${predictor}, which is not supported.`, saveAsPng);
  }
  const rowBytes = Math.ceil((columns * step * storedBits) / 8);
  // Tiles reach beyond the picture, but by less than one.
  const isPossible = columns > 0 && rows > 0 && columns * rows <= 4 * (width + 4096) * (height + 4096);
  if (!isPossible || offsets.length < across * down * planes) throw damaged("TIFF");
  // Equal tiles may share their data; a file whose parts all claim the whole of it would be unpacked again and again.
  const claimed = sizes.reduce((sum, size) => sum + size, 0);
  if (compression !== 1 && claimed > mostClaims * bytes.length) throw damaged("TIFF");

  const isSmall = storedBits <= 16 && sampleFormat === 1;
  const count = width * height * samplesPerPixel;
  const out = isSmall ? new Uint16Array(count) : new Float32Array(count);
  for (let segment = 0; segment < across * down * planes; segment += 1) {
    const plane = Math.floor(segment / (across * down));
    const x0 = (segment % across) * columns;
    const y0 = (Math.floor(segment / across) % down) * rows;
    const heldRows = isTiled ? rows : Math.min(rows, height - y0);
    const data = bytes.subarray(offsets[segment], offsets[segment] + (sizes[segment] ?? rowBytes * heldRows));
    const values = readValues(decompress(data, compression, rowBytes * heldRows), stored, columns * step);
    if (predictor === 2) undoDifferences(values, columns * step, step);
    for (let y = 0; y < Math.min(rows, height - y0); y += 1) {
      let to = ((y0 + y) * width + x0) * samplesPerPixel + plane;
      let from = y * columns * step;
      if (planes === 1) {
        out.set(values.subarray(from, from + Math.min(columns, width - x0) * step), to);
      } else {
        for (let x = x0; x < Math.min(width, x0 + columns); x += 1, from += 1, to += samplesPerPixel) {
          out[to] = values[from];
        }
      }
    }
  }
  return out;
}

type Values =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Bytes as numbers of the stored type, `perRow` in each row, which begin at whole bytes. */
function readValues(
  bytes: Uint8Array<ArrayBuffer>,
  { directory, storedBits, sampleFormat }: TiffStored,
  perRow: number,
): Values {
  if (storedBits < 8) {
    const rowBytes = Math.ceil((perRow * storedBits) / 8);
    const out = new Uint16Array((bytes.length / rowBytes) * perRow);
    for (let y = 0; y * rowBytes < bytes.length; y += 1) {
      unpackRow(bytes.subarray(y * rowBytes, (y + 1) * rowBytes), storedBits, out.subarray(y * perRow), perRow);
    }
    return out;
  }
  const size = storedBits / 8;
  if (!directory.littleEndian) {
    for (let at = 0; at < bytes.length; at += size) {
      for (let a = at, b = at + size - 1; a < b; a += 1, b -= 1) [bytes[a], bytes[b]] = [bytes[b], bytes[a]];
    }
  }
  const types = {
    8: [Uint8Array, Int8Array, Int8Array],
    16: [Uint16Array, Int16Array, Int16Array],
    32: [Uint32Array, Int32Array, Float32Array],
    64: [Float64Array, Float64Array, Float64Array],
  } as const;
  const Type = types[storedBits as keyof typeof types][sampleFormat - 1];
  return new Type(bytes.buffer, 0, bytes.length / size);
}

/** Horizontal differencing (TIFF 6.0, section 14), row by row; numbers wrap as their type does. */
function undoDifferences(values: Values, perRow: number, step: number): void {
  for (let row = 0; row < values.length; row += perRow) {
    for (let i = row + step; i < row + perRow; i += 1) values[i] += values[i - step];
  }
}

function wholeSamples(found: Uint16Array | Float32Array): Uint16Array {
  if (found instanceof Uint16Array) return found;
  const samples = Uint16Array.from(found);
  for (let i = 0; i < samples.length; i += 1) {
    if (samples[i] === found[i]) continue;
    const value = Number.isInteger(found[i]) ? String(found[i]) : "fractions";
    throw new FormatError(
      `The TIFF holds ${value}; ids are whole numbers from 0 to 65,535.`,
      "Save it with ids in that range, as 8- or 16-bit TIFF or PNG.",
    );
  }
  return samples;
}

/** Grey values counted from white; alpha stays. */
function invert(samples: Uint16Array, { storedBits, samplesPerPixel }: TiffHead): void {
  const most = 2 ** storedBits - 1;
  for (let i = 0; i < samples.length; i += samplesPerPixel) samples[i] = most - samples[i];
}
