import { fileError, problemOf } from "../errors";
import type { DirectoryHandleLike, FileHandleLike } from "../fileSystem";
import type { Problem, Source } from "../types";
import { sourceFromDirectory } from "./directory";
import { sourceFromPaths } from "./files";

/** The older drop API: every browser has it. */
export interface EntryLike {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly name: string;
  file?(found: (file: File) => void, failed: (error: unknown) => void): void;
  createReader?(): { readEntries(found: (entries: EntryLike[]) => void, failed: (error: unknown) => void): void };
}

/** What a dropped thing offers, depending on the browser. */
export interface DropItemLike {
  readonly kind: string;
  getAsFile?(): File | null;
  webkitGetAsEntry?(): EntryLike | null;
  getAsFileSystemHandle?(): Promise<FileHandleLike | DirectoryHandleLike | null>;
}

/**
 * What was dropped on the page: a folder (saving in place works where the browser gives a handle), files, or a zip.
 * Call it inside the drop event: the items die with it.
 */
export function sourceFromDrop(transfer: { readonly items: ArrayLike<DropItemLike> }): Promise<Source> {
  const items = Array.from(transfer.items).filter((item) => item.kind === "file");
  // All of these must start before the first await; afterwards the browser has emptied the items.
  const handle = items.length === 1 ? items[0].getAsFileSystemHandle?.() : undefined;
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = items.map((item) => item.getAsFile?.() ?? null);
  return readDropped(handle, entries, files);
}

async function readDropped(
  handle: Promise<FileHandleLike | DirectoryHandleLike | null> | undefined,
  entries: readonly (EntryLike | null)[],
  files: readonly (File | null)[],
): Promise<Source> {
  const root = await handle?.catch(() => null);
  if (root?.kind === "directory") return sourceFromDirectory(root);
  const found: FoundFile[] = [];
  const problems: Problem[] = [];
  for (const [index, entry] of entries.entries()) {
    const file = files[index];
    if (entry?.isDirectory) await readEntry(entry, "", found, problems);
    else if (file) found.push({ path: file.name, file });
  }
  const source = await sourceFromPaths(found);
  return { ...source, problems: [...problems, ...source.problems] };
}

interface FoundFile {
  readonly path: string;
  readonly file: Blob;
}

/** Adds the files in `entry`; what cannot be read becomes a problem and the rest goes on. */
async function readEntry(entry: EntryLike, prefix: string, found: FoundFile[], problems: Problem[]): Promise<void> {
  const path = prefix + entry.name;
  try {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => entry.file?.(resolve, reject));
      found.push({ path, file });
      return;
    }
    const reader = entry.createReader?.();
    if (!reader) return;
    // Browsers give at most 100 entries a call; an empty answer ends the list.
    for (;;) {
      const batch = await new Promise<EntryLike[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (batch.length === 0) return;
      for (const child of batch) await readEntry(child, `${path}/`, found, problems);
    }
  } catch (error) {
    problems.push(problemOf(fileError(path, error)));
  }
}
