import { FormatError } from "../errors";
import { crc32 } from "./crc32";

/** One chunk of a PNG file; `data` is a view into the file. */
export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Offsets of the whole chunk (length, type, data, CRC) in the file. */
  readonly start: number;
  readonly end: number;
}

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function isPng(bytes: Uint8Array): boolean {
  return pngSignature.every((byte, index) => bytes[index] === byte);
}

const truncated = () =>
  new FormatError("The PNG is truncated: it ends in the middle.", "Copy or download the file again.");

const damaged = (type: string) =>
  new FormatError(`The PNG is damaged: its ${type} chunk fails the checksum.`, "Copy or download the file again.");

/** No program writes so many, and each takes memory. */
const mostChunks = 200_000;

/**
 * The chunks of a PNG file up to IEND; bytes after IEND are allowed and not listed.
 * @throws FormatError for a file that is no PNG, ends early, or whose critical chunks fail their CRC. A wrong CRC
 * of an ancillary chunk is let pass, as libpng does: it does not touch the pixels and is kept byte for byte. Refused is
 * also what leaves open which pixels are meant, which readers take differently: a second header or palette, pixels in
 * several runs, and critical chunks that PNG does not have (the specification, 5.6 and 14.3).
 */
export function readChunks(bytes: Uint8Array): PngChunk[] {
  if (!isPng(bytes)) throw new FormatError("The file is not a PNG.", "Save the label as PNG.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: PngChunk[] = [];
  let start = pngSignature.length;
  for (;;) {
    if (start + 12 > bytes.length) throw truncated();
    const length = view.getUint32(start);
    const end = start + 12 + length;
    if (end > bytes.length) throw truncated();
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw damaged("next");
    const isCritical = type.charCodeAt(0) < 97;
    if (isCritical && crc32(bytes.subarray(start + 4, end - 4)) !== view.getUint32(end - 4)) throw damaged(type);
    if (isCritical) checkOrder(type, chunks);
    if (chunks.length === mostChunks) {
      throw new FormatError(
        `The PNG has more than ${mostChunks.toLocaleString("en")} chunks.`,
        "Save it as PNG again.",
      );
    }
    chunks.push({ type, data: bytes.subarray(start + 8, end - 4), start, end });
    if (type === "IEND") return chunks;
    start = end;
  }
}

/** @throws FormatError for a critical chunk that may not follow `before`. */
function checkOrder(type: string, before: readonly PngChunk[]): void {
  const isThere = (other: string) => before.some((chunk) => chunk.type === other);
  if (!["IHDR", "PLTE", "IDAT", "IEND"].includes(type)) {
    const name = /^[A-Za-z]{4}$/.test(type) ? `a ${type} chunk` : "a chunk without a name";
    throw new FormatError(`The PNG holds ${name}, which is not of the standard.`, saveAgain);
  }
  if ((type === "IHDR" || type === "PLTE") && isThere(type)) {
    throw new FormatError(`The PNG has two ${type === "IHDR" ? "headers" : "palettes"}.`, saveAgain);
  }
  if (type === "PLTE" && isThere("IDAT")) throw new FormatError("The PNG's palette comes after its pixels.", saveAgain);
  if (type === "IDAT" && before.at(-1)?.type !== "IDAT" && isThere("IDAT")) {
    throw new FormatError("The PNG's pixels come in several parts with other data between.", saveAgain);
  }
}

const saveAgain = "Nothing says which pixels are meant: save it as PNG again with the program that wrote it.";

/** A whole chunk: length, type, data, CRC. */
export function writeChunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i += 1) out[4 + i] = type.charCodeAt(i);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

/** Byte arrays one after another. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
