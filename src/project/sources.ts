import { type KeyValueStore, storageReason } from "./storage";

/** A file to keep; `blob` may be a function, so that files beyond the limit are never read. */
export interface FileToKeep {
  readonly path: string;
  /** Bytes; needed to judge the limit when `blob` is a function. */
  readonly size?: number;
  readonly blob: Blob | (() => Promise<Blob>);
}

export interface KeptFile {
  readonly path: string;
  readonly blob: Blob;
}

export type KeepResult =
  | { readonly kept: true; readonly bytes: number }
  | { readonly kept: false; readonly reason: string };

/** Files of a data set beyond this are not copied into the browser's storage. */
const keptFilesLimit = 512 * 2 ** 20;

interface FilesIndex {
  readonly paths: readonly string[];
}

/**
 * Copies the files of a data set that cannot be opened again by itself (zip, drop, chosen files), so that work
 * survives a reload. Only the last data set's files are kept. Never throws: what is not kept is said.
 */
export async function keepFiles(
  store: KeyValueStore,
  projectId: string,
  files: readonly FileToKeep[],
  limitBytes = keptFilesLimit,
): Promise<KeepResult> {
  try {
    for (const key of await store.keys("files/")) await store.delete(key);
    const announced = files.reduce((sum, file) => sum + sizeOf(file), 0);
    if (announced > limitBytes) return tooLarge(announced, limitBytes);
    let bytes = 0;
    for (const [i, file] of files.entries()) {
      const blob = typeof file.blob === "function" ? await file.blob() : file.blob;
      bytes += blob.size;
      await store.set(fileKey(projectId, i), blob);
    }
    // Last: without it, the files of a copy cut short are not taken for the whole data set.
    const index: FilesIndex = { paths: files.map(({ path }) => path) };
    await store.set(indexKey(projectId), index);
    return { kept: true, bytes };
  } catch (error) {
    await dropAll(store);
    return { kept: false, reason: `${storageReason(error)} ${howToReturn}` };
  }
}

/** The kept files of a project, null when they are not all there. */
export async function loadFiles(store: KeyValueStore, projectId: string): Promise<KeptFile[] | null> {
  const index = await store.get(indexKey(projectId));
  if (!isIndex(index)) return null;
  const files: KeptFile[] = [];
  for (const [i, path] of index.paths.entries()) {
    const blob = await store.get(fileKey(projectId, i));
    if (!(blob instanceof Blob)) return null;
    files.push({ path, blob });
  }
  return files;
}

const howToReturn = "After a reload, open the same files again: the work on them is kept.";
const indexKey = (projectId: string) => `files/${projectId}`;
const fileKey = (projectId: string, i: number) => `files/${projectId}/${i}`;

function sizeOf({ size, blob }: FileToKeep): number {
  return size ?? (typeof blob === "function" ? 0 : blob.size);
}

function tooLarge(bytes: number, limit: number): KeepResult {
  const mib = (count: number) => `${Math.ceil(count / 2 ** 20)} MiB`;
  return {
    kept: false,
    reason: `The files (${mib(bytes)}) are larger than what is copied into the browser's storage (${mib(limit)}). ${howToReturn}`,
  };
}

/** Frees what a failed copy left. A store that fails here too has failed already: the first reason is the one to tell. */
async function dropAll(store: KeyValueStore): Promise<void> {
  try {
    for (const key of await store.keys("files/")) await store.delete(key);
  } catch {
    // Reported by the caller with the error that came first.
  }
}

function isIndex(value: unknown): value is FilesIndex {
  return typeof value === "object" && value !== null && Array.isArray((value as Partial<FilesIndex>).paths);
}
