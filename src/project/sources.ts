import { type KeyValueStore, storageIsFull, storageReason } from "./storage";

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
  /** `mayWork`: later, once there is room. */
  | { readonly kept: false; readonly reason: string; readonly mayWork: boolean };

/** What copies of files may take of the browser's storage. */
const keptFilesLimit = 512 * 2 ** 20;

interface FilesIndex {
  readonly paths: readonly string[];
  readonly bytes: number;
  /** When they were copied, milliseconds since 1970. */
  readonly at: number;
}

/**
 * Copies the files of a data set that cannot be opened again by itself (zip, drop, chosen files), so that work
 * survives a reload. Copies of other projects make room, the oldest first. Never throws: what is not kept is said.
 *
 * @param limitBytes of all projects together.
 * @param spared Projects that do not make room: they are open.
 */
export async function keepFiles(
  store: KeyValueStore,
  projectId: string,
  files: readonly FileToKeep[],
  limitBytes = keptFilesLimit,
  spared: ReadonlySet<string> = new Set(),
): Promise<KeepResult> {
  const announced = files.reduce((sum, file) => sum + sizeOf(file), 0);
  try {
    await dropFiles(store, projectId);
    if (announced > limitBytes) return tooLarge(announced, limitBytes);
    await makeRoom(store, limitBytes - announced, spared);
    return await copy(store, projectId, files);
  } catch (error) {
    // A store that fails here too has failed already: the first reason is the one to tell.
    await dropFiles(store, projectId).catch(() => undefined);
    const hasRoom = storageIsFull(error) && (await makeRoom(store, 0, spared).catch(() => false));
    if (hasRoom) return keepFiles(store, projectId, files, limitBytes, spared);
    return { kept: false, reason: `${storageReason(error)} ${howToReturn}`, mayWork: true };
  }
}

async function copy(store: KeyValueStore, projectId: string, files: readonly FileToKeep[]): Promise<KeepResult> {
  let bytes = 0;
  for (const [i, file] of files.entries()) {
    const blob = typeof file.blob === "function" ? await file.blob() : file.blob;
    bytes += blob.size;
    await store.set(fileKey(projectId, i), blob);
  }
  // Last: without it, the files of a copy cut short are not taken for the whole data set.
  const index: FilesIndex = { paths: files.map(({ path }) => path), bytes, at: Date.now() };
  await store.set(indexKey(projectId), index);
  return { kept: true, bytes };
}

/** Whether copies of a project's files are there. */
export async function hasFiles(store: KeyValueStore, projectId: string): Promise<boolean> {
  return isIndex(await store.get(indexKey(projectId)));
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
const filesPrefix = "files/";
const indexKey = (projectId: string) => `${filesPrefix}${projectId}`;
const fileKey = (projectId: string, i: number) => `files/${projectId}/${i}`;

function sizeOf({ size, blob }: FileToKeep): number {
  return size ?? (typeof blob === "function" ? 0 : blob.size);
}

function tooLarge(bytes: number, limit: number): KeepResult {
  const mib = (count: number) => `${Math.ceil(count / 2 ** 20)} MiB`;
  return {
    kept: false,
    mayWork: false,
    reason: `The files (${mib(bytes)}) are larger than what is copied into the browser's storage (${mib(limit)}). ${howToReturn}`,
  };
}

/** Deletes the oldest copies until those left take at most `bytes`, but for those spared. True when some were deleted. */
async function makeRoom(store: KeyValueStore, bytes: number, spared: ReadonlySet<string>): Promise<boolean> {
  const keys = await store.keys(filesPrefix);
  const projects = new Set(keys.map((key) => key.slice(filesPrefix.length).split("/")[0]));
  const copies = await Promise.all(
    [...projects].map(async (id) => {
      const index = await store.get(indexKey(id));
      // Without a size: of an earlier version, or cut short by a reload.
      return isIndex(index) && typeof index.bytes === "number" ? { id, ...index } : { id, bytes, at: 0 };
    }),
  );
  copies.sort((a, b) => b.at - a.at);
  let total = 0;
  const surplus = copies.filter((one) => {
    total += one.bytes;
    return !spared.has(one.id) && (total > bytes || one.at === 0);
  });
  for (const { id } of surplus) await dropFiles(store, id);
  return surplus.length > 0;
}

async function dropFiles(store: KeyValueStore, projectId: string): Promise<void> {
  // The index first: what is left of a copy is not taken for the whole.
  await store.delete(indexKey(projectId));
  for (const key of await store.keys(`${indexKey(projectId)}/`)) await store.delete(key);
}

function isIndex(value: unknown): value is FilesIndex {
  return typeof value === "object" && value !== null && Array.isArray((value as Partial<FilesIndex>).paths);
}
