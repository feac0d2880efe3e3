import { FileError, reasonWithin } from "../dataset/errors";
import { backupFolder, type DirectoryHandleLike, type FileHandleLike } from "../dataset/fileSystem";
import type { SourceFile } from "../dataset/types";

/** What saving did. */
export interface Saved {
  /** Where the file's first version lies, relative to the opened folder; null where there was none. */
  readonly backupPath: string | null;
}

/** What tells a file's content from another without reading it. */
type Stamp = Pick<SourceFile, "size" | "revision">;

/** Files as they were written from here, by path, in each opened folder. */
const written = new WeakMap<DirectoryHandleLike, Map<string, Stamp>>();

/**
 * Makes sure that a file is what it was opened or last saved as: what another program wrote there since would be lost.
 * @param opened the file as it was listed.
 * @param isSame whether these bytes of it hold the same all the same: files are touched, or compressed anew.
 * @throws FileError where it is another. One that is gone is left to `saveInPlace`.
 */
export async function expectUnchanged(
  root: DirectoryHandleLike,
  opened: Pick<SourceFile, "path" | "size" | "revision">,
  isSame: (bytes: Uint8Array) => Promise<boolean> = async () => false,
): Promise<void> {
  const { path } = opened;
  if (!(await exists(root, path))) return;
  const file = await (await fileAt(root, path, false)).getFile();
  const now = stampOf(file);
  const isAs = ({ size, revision }: Stamp): boolean => size === now.size && revision === now.revision;
  if ([opened, written.get(root)?.get(path)].some((known) => known !== undefined && isAs(known))) return;
  if (await isSame(new Uint8Array(await file.arrayBuffer()))) return;
  throw new FileError(
    path,
    "Another program has changed it since it was opened here, so it was not overwritten.",
    "Export a zip to have your version, or open the folder again to go on from the file as it is now.",
  );
}

function stampOf(file: Blob & { readonly lastModified?: number }): Stamp {
  const { size, lastModified } = file;
  return lastModified === undefined ? { size } : { size, revision: lastModified };
}

/**
 * Writes a label back to where it was opened. The file as it was before the first save is kept at
 * `.maskmend-backup/PATH`; later saves leave that copy alone. The browser swaps the new file in when it is complete,
 * so a crash leaves the old one. Where it may be created, it may be missing.
 * @throws FileError when the folder may not be written or the file is gone.
 */
export async function saveInPlace(
  root: DirectoryHandleLike,
  path: string,
  bytes: Uint8Array,
  mayCreate = false,
): Promise<Saved> {
  const backupPath = `${backupFolder}/${path}`;
  try {
    const isNew = mayCreate && !(await exists(root, path));
    const target = await fileAt(root, path, isNew);
    if (!isNew && !(await exists(root, backupPath))) {
      const old = new Uint8Array(await (await target.getFile()).arrayBuffer());
      await write(await fileAt(root, backupPath, true), old);
    }
    await write(target, bytes);
    const files = written.get(root) ?? new Map<string, Stamp>();
    written.set(root, files.set(path, stampOf(await target.getFile())));
    return { backupPath: isNew ? null : backupPath };
  } catch (error) {
    const reason = `It was not saved (${reasonWithin(error)}).`;
    throw new FileError(path, reason, "Allow writing to the folder, or export a zip instead.");
  }
}

/** A file's bytes; null where there is none, or an empty one. @throws what the browser throws. */
export async function readFileAt(root: DirectoryHandleLike, path: string): Promise<Uint8Array | null> {
  if (!(await exists(root, path))) return null;
  return new Uint8Array(await (await (await fileAt(root, path, false)).getFile()).arrayBuffer());
}

async function fileAt(root: DirectoryHandleLike, path: string, create: boolean): Promise<FileHandleLike> {
  const folders = path.split("/");
  const name = folders.pop() ?? path;
  let directory = root;
  for (const folder of folders) directory = await directory.getDirectoryHandle(folder, { create });
  return directory.getFileHandle(name, { create });
}

async function exists(root: DirectoryHandleLike, path: string): Promise<boolean> {
  try {
    // An empty copy is what an interrupted backup leaves behind.
    return (await (await fileAt(root, path, false)).getFile()).size > 0;
  } catch (error) {
    if (error instanceof Error && error.name === "NotFoundError") return false;
    throw error;
  }
}

async function write(handle: FileHandleLike, bytes: Uint8Array): Promise<void> {
  const file = await handle.createWritable();
  try {
    await file.write(new Uint8Array(bytes));
    await file.close();
  } catch (error) {
    await file.abort?.().catch(() => undefined);
    throw error;
  }
}
