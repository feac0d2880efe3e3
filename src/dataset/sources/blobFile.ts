import { fileError } from "../errors";
import type { FileHandleLike } from "../fileSystem";
import type { SourceFile } from "../types";

/**
 * Up to this size a file is read as a whole, whatever part of it is asked for: to cut a part out of a file keeps the page
 * waiting for the browser, 0.6 ms each time, where 256 KB are read in 0.2 ms. Of 5,000 pairs 25,000 parts are asked for.
 */
export const wholeBytes = 1 << 18;

/** A File that a handle gave is read once without asking for it anew, if that is so soon, ms: when a folder is looked through. */
const freshMs = 60_000;

/** A browser's File or Blob as a source file. */
export function blobFile(path: string, blob: Blob): SourceFile {
  // To ask is a wait for the browser, each time: of many photographs nobody needs to know until later.
  let known: number | undefined;
  const size = (): number => {
    known ??= blob.size;
    return known;
  };
  const file = {
    path,
    get size() {
      return size();
    },
    ...readsOfBlobs(path, size, async () => blob),
  };
  if (!("lastModified" in blob)) return file;
  return Object.defineProperty(file, "revision", { enumerable: true, get: () => Number(blob.lastModified) });
}

/**
 * A file behind a handle. It is asked for anew at each reading but a first one at once: a File taken before the file was saved
 * in place cannot be read afterwards.
 */
export async function handleFile(path: string, handle: FileHandleLike): Promise<SourceFile> {
  const first = await handle.getFile();
  const { size, lastModified: revision } = first as Blob & { readonly lastModified?: number };
  const taken = performance.now();
  let fresh: Blob | null = first;
  const open = async (): Promise<Blob> => {
    const blob = fresh !== null && performance.now() - taken < freshMs ? fresh : await handle.getFile();
    fresh = null;
    return blob;
  };
  const reads = readsOfBlobs(path, () => size, open);
  return { path, size, ...reads, blob: open, ...(revision === undefined ? {} : { revision }) };
}

function readsOfBlobs(
  path: string,
  size: () => number,
  open: () => Promise<Blob>,
): Pick<SourceFile, "bytes" | "slice" | "randomAccess"> {
  const readOf = async (part: (blob: Blob) => Blob) => new Uint8Array(await part(await open()).arrayBuffer());
  // A disk may fail once, and a File that was taken before its file changed is asked for anew.
  const read = (part: (blob: Blob) => Blob): Promise<Uint8Array> =>
    readOf(part)
      .catch(() => readOf(part))
      .catch((error) => Promise.reject(fileError(path, error)));
  return {
    bytes: () => read((blob) => blob),
    slice: async (start, end) =>
      size() > wholeBytes ? read((blob) => blob.slice(start, end)) : (await read((blob) => blob)).subarray(start, end),
    randomAccess: true,
  };
}

/** Bytes in memory as a source file. */
export function memoryFile(path: string, bytes: Uint8Array): SourceFile {
  return {
    path,
    size: bytes.length,
    bytes: async () => bytes,
    slice: async (start, end) => bytes.subarray(start, end),
    randomAccess: true,
  };
}
