import { FileError } from "../errors";
import type { BlobReader } from "./blobReader";

/** One entry of a zip's central directory. */
export interface ZipEntry {
  /** With "/", as stored otherwise: not yet checked. */
  readonly path: string;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly headerStart: number;
  readonly isDirectory: boolean;
  readonly isEncrypted: boolean;
  readonly isLink: boolean;
  /** Its data reaches into another entry's, as in overlapping-file bombs. */
  readonly overlaps: boolean;
}

/** More entries than this are no data set of ours, and their names alone would fill memory. */
const maxEntries = 200_000;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function read(blob: Blob, start: number, end: number): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(start, end).arrayBuffer());
}

/** What the end record says of the central directory. */
interface EndRecord {
  readonly files: number;
  /** `files` is counted modulo this. */
  readonly modulus: number;
  readonly start: number;
  readonly size: number;
  /** Where the end record itself begins. */
  readonly position: number;
}

const damaged = (name: string, reason: string) => new FileError(name, reason, "Download or pack the zip again.");

/**
 * Reads the central directory (APPNOTE 6.3, zip64 included) of a zip.
 * @throws FileError when there is none, it is damaged, or the end record gives another count or end.
 */
export async function readZipDirectory(blob: Blob, name: string): Promise<ZipEntry[]> {
  const { files, modulus, start, size, position } = await readEndRecord(blob, name);
  const tooMany = (count: number) => damaged(name, `It holds ${count} files; at most ${maxEntries} can be opened.`);
  if (files > maxEntries) throw tooMany(files);
  // Records that the end record does not speak of would be files left out without a word.
  if (start + size !== position) {
    throw damaged(name, "It is damaged: its directory does not end where its end record says.");
  }
  const directory = await read(blob, start, position);
  const entries: ZipEntry[] = [];
  for (let offset = 0; offset < size; ) {
    if (entries.length === maxEntries) throw tooMany(entries.length + 1);
    if (offset + 46 > size || view(directory).getUint32(offset, true) !== 0x02014b50) {
      throw damaged(name, "Its directory is damaged.");
    }
    const lengths = [28, 30, 32].map((field) => view(directory).getUint16(offset + field, true));
    const next = offset + 46 + lengths[0] + lengths[1] + lengths[2];
    if (next > size) throw damaged(name, "Its directory is damaged.");
    entries.push(readEntry(directory.subarray(offset, next), lengths[0], lengths[1]));
    offset = next;
  }
  if (entries.length % modulus !== files) {
    throw damaged(name, `Its end record says that it holds ${files} files, its directory lists ${entries.length}.`);
  }
  return markOverlaps(entries);
}

async function readEndRecord(blob: Blob, name: string): Promise<EndRecord> {
  const tailStart = Math.max(0, blob.size - 65557);
  const tail = view(await read(blob, tailStart, blob.size));
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== 0x06054b50) at -= 1;
  if (at < 0) throw damaged(name, "It is not a zip file, or it is truncated.");
  // The number of this part and of the one with the directory: 0 in a whole zip, 0xffff where zip64 has it.
  if ([4, 6].some((field) => ![0, 0xffff].includes(tail.getUint16(at + field, true)))) {
    throw new FileError(name, "It is one part of a split zip.", "Join the parts, or pack the data set as one zip.");
  }
  if (at >= 20 && tail.getUint32(at - 20, true) === 0x07064b50) {
    const position = Number(tail.getBigUint64(at - 12, true));
    const record = view(await read(blob, position, position + 56));
    if (record.byteLength < 56 || record.getUint32(0, true) !== 0x06064b50) {
      throw damaged(name, "Its zip64 record is damaged.");
    }
    const [files, size, start] = [32, 40, 48].map((field) => Number(record.getBigUint64(field, true)));
    return { files, modulus: Number.MAX_SAFE_INTEGER, start, size, position };
  }
  return {
    files: tail.getUint16(at + 10, true),
    // Packers without zip64 (older macOS and Java) write more than 65,535 files all the same, and cut the count.
    modulus: 0x10000,
    start: tail.getUint32(at + 16, true),
    size: tail.getUint32(at + 12, true),
    position: tailStart + at,
  };
}

function readEntry(record: Uint8Array, nameLength: number, extraLength: number): ZipEntry {
  const fields = view(record);
  const flags = fields.getUint16(8, true);
  const path = decodeName(record.subarray(46, 46 + nameLength))
    .replaceAll("\\", "/")
    .replace(/^(\.\/)+/, "");
  const zip64 = zip64Values(record.subarray(46 + nameLength, 46 + nameLength + extraLength));
  // A field of all ones says: the value is the next one of the zip64 extra field.
  const wide = (offset: number) => {
    const value = fields.getUint32(offset, true);
    return value === 0xffffffff ? (zip64.shift() ?? value) : value;
  };
  const size = wide(24);
  const packedSize = wide(20);
  const isUnix = record[5] === 3;
  return {
    path,
    method: fields.getUint16(10, true),
    crc: fields.getUint32(16, true),
    packedSize,
    size,
    headerStart: wide(42),
    isDirectory: path.endsWith("/"),
    isEncrypted: (flags & 1) !== 0,
    isLink: isUnix && (fields.getUint16(40, true) & 0xf000) === 0xa000,
    overlaps: false,
  };
}

function zip64Values(extra: Uint8Array): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view(extra).getUint16(at + 2, true);
    if (view(extra).getUint16(at, true) === 1) {
      const body = extra.slice(at + 4, at + 4 + length);
      return Array.from({ length: body.length >> 3 }, (_, i) => Number(view(body).getBigUint64(8 * i, true)));
    }
    at += 4 + length;
  }
  return [];
}

/** Code page 437 from 128 up. */
const dosCharacters =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** UTF-8, as nearly every packer writes whether it says so or not; else the code page of APPNOTE's appendix D. */
function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : dosCharacters[byte - 128])).join("");
  }
}

function markOverlaps(entries: readonly ZipEntry[]): ZipEntry[] {
  const ordered = [...entries].sort((a, b) => a.headerStart - b.headerStart);
  const overlapping = new Set<ZipEntry>();
  let reach = -1;
  for (const entry of ordered) {
    if (entry.headerStart < reach) overlapping.add(entry);
    reach = Math.max(reach, entry.headerStart + 30 + entry.packedSize);
  }
  return entries.map((entry) => (overlapping.has(entry) ? { ...entry, overlaps: true } : entry));
}

/** Where an entry's data begins; null when its local header is damaged. */
export async function zipDataStart(read: BlobReader, entry: ZipEntry): Promise<number | null> {
  const header = await read(entry.headerStart, entry.headerStart + 30);
  if (header.length < 30 || view(header).getUint32(0, true) !== 0x04034b50) return null;
  return entry.headerStart + 30 + view(header).getUint16(26, true) + view(header).getUint16(28, true);
}
