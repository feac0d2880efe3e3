import { FileError, reasonWithin } from "../dataset/errors";
import { backupFolder, type DirectoryHandleLike, type FileHandleLike } from "../dataset/fileSystem";

/** What saving did. */
export interface Saved {
  /** Where the file's first version lies, relative to the opened folder; null where there was none. */
  readonly backupPath: string | null;
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
