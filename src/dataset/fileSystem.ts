/**
 * The part of the File System Access API that is used, so that a fake can stand in for it in Node. Browsers without
 * it (Firefox, Safari) open folders by `<input webkitdirectory>` and save by download.
 */
export interface FileHandleLike {
  readonly kind: "file";
  readonly name: string;
  getFile(): Promise<Blob & { readonly name: string }>;
  createWritable(): Promise<WritableFileLike>;
}

interface WritableFileLike {
  write(data: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  abort?(): Promise<void>;
}

export interface DirectoryHandleLike {
  readonly kind: "directory";
  readonly name: string;
  values(): AsyncIterable<FileHandleLike | DirectoryHandleLike>;
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<DirectoryHandleLike>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandleLike>;
}

/** Where copies of overwritten labels go, in the opened folder; never read as part of a data set. */
export const backupFolder = ".maskmend-backup";
