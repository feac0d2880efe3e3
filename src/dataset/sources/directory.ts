import { mapConcurrent } from "../concurrent";
import { fileError, problemOf } from "../errors";
import type { DirectoryHandleLike, FileHandleLike } from "../fileSystem";
import type { Problem, Source } from "../types";
import { handleFile } from "./blobFile";
import { isJunk } from "./junk";
import { type Archive, withArchives } from "./merge";
import { isZipName, sourceFromZip } from "./zip";

/** Files asked for at once: each answer takes the browser a millisecond, most of it waiting. */
const parallelFiles = 64;

/**
 * A folder opened through the File System Access API, with all its subfolders and the zips in them. Labels can be saved
 * back into it, but not into zips.
 */
export async function sourceFromDirectory(root: DirectoryHandleLike): Promise<Source> {
  const problems: Problem[] = [];
  const archives: Archive[] = [];
  const found: { readonly path: string; readonly handle: FileHandleLike }[] = [];
  const visit = async (directory: DirectoryHandleLike, prefix: string): Promise<void> => {
    for await (const entry of directory.values()) {
      const path = prefix + entry.name;
      if (isJunk(path)) continue;
      if (entry.kind === "directory") await visit(entry, `${path}/`);
      else if (isZipName(path)) archives.push({ path, open: async () => sourceFromZip(await entry.getFile(), path) });
      else found.push({ path, handle: entry });
    }
  };
  await visit(root, "");
  const read = await mapConcurrent(found, parallelFiles, async ({ path, handle }) => {
    try {
      return await handleFile(path, handle);
    } catch (error) {
      problems.push(problemOf(fileError(path, error)));
      return null;
    }
  });
  const files = read.filter((file) => file !== null);
  return withArchives({ name: root.name, files, problems, root }, archives);
}
