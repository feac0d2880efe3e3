import { fileError } from "../errors";
import type { SourceFile } from "../types";

/** A browser's File or Blob as a source file. */
export function blobFile(path: string, blob: Blob): SourceFile {
  const read = async (part: Blob) => {
    try {
      return new Uint8Array(await part.arrayBuffer());
    } catch (error) {
      throw fileError(path, error);
    }
  };
  return {
    path,
    size: blob.size,
    bytes: () => read(blob),
    slice: (start, end) => read(blob.slice(start, end)),
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
