import type { Problem, Source } from "../types";
import { blobFile } from "./blobFile";
import { isJunk } from "./junk";
import { isZipName, nestedZip, sourceFromZip } from "./zip";

/** A File with the path a folder upload gives it. */
export type UploadedFile = Blob & { readonly name: string; readonly webkitRelativePath?: string };

/**
 * Files from `<input type="file">`, with or without `webkitdirectory`, or dropped. A zip alone is opened as a source of
 * its own.
 */
export async function sourceFromFiles(files: Iterable<UploadedFile>): Promise<Source> {
  const list = [...files];
  if (list.length === 1 && isZipName(list[0].name)) return sourceFromZip(list[0], list[0].name);
  return sourceFromPaths(list.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** Files with paths. A folder that holds everything gives the source its name and leaves the paths. */
export function sourceFromPaths(entries: readonly { path: string; file: Blob }[]): Source {
  const root = commonRoot(entries.map((entry) => entry.path));
  const relative = entries.map(({ path, file }) => ({ path: root ? path.slice(root.length + 1) : path, file }));
  const problems: Problem[] = [];
  const kept = relative.filter(({ path }) => {
    if (isJunk(path)) return false;
    if (!isZipName(path)) return true;
    problems.push(nestedZip(path));
    return false;
  });
  return { name: root || "Opened files", files: kept.map(({ path, file }) => blobFile(path, file)), problems };
}

function commonRoot(paths: readonly string[]): string {
  const root = paths[0]?.includes("/") ? paths[0].slice(0, paths[0].indexOf("/")) : "";
  return root && paths.every((path) => path.startsWith(`${root}/`)) ? root : "";
}
