import { fileError } from "../errors";
import type { FileHandleLike } from "../fileSystem";
import type { SourceFile } from "../types";

/** A browser's File or Blob as a source file. */
export function blobFile(path: string, blob: Blob): SourceFile {
  return fileOfBlobs(path, blob, async () => blob);
}

/**
 * A file behind a handle. It is asked for anew at each reading: a File taken before the file was saved in place
 * cannot be read afterwards.
 */
export async function handleFile(path: string, handle: FileHandleLike): Promise<SourceFile> {
  return fileOfBlobs(path, await handle.getFile(), () => handle.getFile());
}

function fileOfBlobs(path: string, blob: Blob, open: () => Promise<Blob>): SourceFile {
  const { size, lastModified: revision } = blob as Blob & { readonly lastModified?: number };
  const read = async (part: (blob: Blob) => Blob) => {
    try {
      return new Uint8Array(await part(await open()).arrayBuffer());
    } catch (error) {
      throw fileError(path, error);
    }
  };
  return {
    path,
    size,
    ...(revision === undefined ? {} : { revision }),
    bytes: () => read((blob) => blob),
    slice: (start, end) => read((blob) => blob.slice(start, end)),
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
