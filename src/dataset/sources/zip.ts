import { InflateError, inflateExactly, inflateHead } from "../../formats/inflate";
import { crc32 } from "../../formats/png/crc32";
import { FileError } from "../errors";
import { maxFileBytes, type Problem, type Source, type SourceFile } from "../types";
import { type BlobReader, createBlobReader } from "./blobReader";
import { isJunk } from "./junk";
import { type Archive, withArchives } from "./merge";
import { readZipDirectory, type ZipEntry, zipDataStart } from "./zipDirectory";

export function isZipName(path: string): boolean {
  return /\.zip$/i.test(path);
}

/**
 * A zip file, read in place: only the directory is read now, an entry when it is asked for. Entries with unsafe paths,
 * encryption, other methods than store and deflate, or sizes that cannot be true are listed as problems. Zips in it are
 * opened as well, but not those within them.
 * @throws FileError when the file is no zip or its directory is damaged.
 */
export async function sourceFromZip(blob: Blob, name: string, isNested = false): Promise<Source> {
  const entries = await readZipDirectory(blob, name);
  const problems: Problem[] = [];
  const files: SourceFile[] = [];
  const archives: Archive[] = [];
  const read = createBlobReader(blob);
  const seen = new Set<string>();
  for (const entry of entries) {
    if (entry.isDirectory || isJunk(entry.path)) continue;
    const problem = refuse(entry) ?? (seen.has(entry.path) ? doubled(entry) : null);
    seen.add(entry.path);
    const file = zipFile(read, entry);
    if (problem) problems.push(problem);
    else if (!isZipName(entry.path)) files.push(file);
    else if (isNested) problems.push(tooDeep(entry));
    else archives.push({ path: entry.path, open: async () => zipInMemory(file) });
  }
  return withArchives({ name: name.replace(/\.zip$/i, ""), files, problems }, archives);
}

async function zipInMemory(file: SourceFile): Promise<Source> {
  return sourceFromZip(new Blob([new Uint8Array(await file.bytes())]), file.path, true);
}

function tooDeep(entry: ZipEntry): Problem {
  return error(entry, "A zip in a zip in a zip is not unpacked.", "Unpack the outer one first.");
}

function doubled(entry: ZipEntry): Problem {
  return error(entry, "The zip holds two files of this name.", "Pack it again; the first one is used.");
}

function refuse(entry: ZipEntry): Problem | null {
  const { path } = entry;
  if (path.split("/").includes("..") || path.startsWith("/") || /^[a-z]:/i.test(path) || path.includes("\0")) {
    return error(entry, "Its path leads out of the zip.", "Do not trust this zip; pack the data set again.");
  }
  if (entry.isLink) return error(entry, "It is a link, not a file.", "Pack the file itself.");
  if (entry.isEncrypted) return error(entry, "It is encrypted.", "Pack the data set without a password.");
  if (entry.method !== 0 && entry.method !== 8) {
    return error(entry, `It is packed by method ${entry.method}.`, "Pack the data set with ordinary zip (deflate).");
  }
  if (entry.size > maxFileBytes) {
    return error(
      entry,
      `It unpacks to ${Math.round(entry.size / 1048576)} MB; at most 300 can be opened.`,
      "Cut it up.",
    );
  }
  if (entry.size > 1032 * entry.packedSize || (entry.method === 0 && entry.size !== entry.packedSize)) {
    return error(entry, "Its size cannot be true (a decompression bomb?).", "Do not trust this zip.");
  }
  if (entry.overlaps) {
    return error(entry, "It shares its data with another file (a decompression bomb?).", "Do not trust this zip.");
  }
  return null;
}

function error(entry: ZipEntry, reason: string, remedy: string): Problem {
  return { path: entry.path, reason, remedy, severity: "error" };
}

function zipFile(read: BlobReader, entry: ZipEntry): SourceFile {
  const damaged = (reason: string) => new FileError(entry.path, reason, "Download or pack the zip again.");
  const packed = async (from: number, to: number) => {
    const start = await zipDataStart(read, entry);
    if (start === null) throw damaged("The zip is damaged at this file.");
    return read(start + from, start + Math.min(to, entry.packedSize));
  };
  const inflated = <T>(inflate: () => T): T => {
    try {
      return inflate();
    } catch (failure) {
      if (!(failure instanceof InflateError)) throw failure;
      throw damaged(
        failure.problem === "long"
          ? "It unpacks to more than the zip says (a decompression bomb?)."
          : "The zip is damaged or truncated at this file.",
      );
    }
  };
  const bytes = async () => {
    const data = await packed(0, entry.packedSize);
    const unpacked = entry.method === 8 ? inflated(() => inflateExactly(data, entry.size)) : data;
    if (unpacked.length !== entry.size || crc32(unpacked) !== entry.crc) {
      throw damaged("The zip is damaged at this file: its checksum is wrong.");
    }
    return unpacked;
  };
  return {
    path: entry.path,
    size: entry.size,
    revision: entry.crc,
    bytes,
    slice: async (start, end) => {
      const stop = Math.min(end, entry.size);
      if (entry.method === 0) return packed(start, stop);
      if (stop === entry.size) return (await bytes()).subarray(start, stop);
      const out = new Uint8Array(stop);
      // Headers lie in the first kilobytes: incompressible as photographs are, as many packed bytes suffice.
      const data = await packed(0, stop + 4096);
      const length = inflated(() => inflateHead(data, out));
      return length < stop ? (await bytes()).subarray(start, stop) : out.subarray(start, stop);
    },
    randomAccess: entry.method === 0,
  };
}
