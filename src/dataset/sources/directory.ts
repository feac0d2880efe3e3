import { fileError, problemOf } from "../errors";
import type { DirectoryHandleLike } from "../fileSystem";
import type { Problem, Source, SourceFile } from "../types";
import { handleFile } from "./blobFile";
import { isJunk } from "./junk";
import { type Archive, withArchives } from "./merge";
import { isZipName, sourceFromZip } from "./zip";

/**
 * A folder opened through the File System Access API, with all its subfolders and the zips in them. Labels can be saved
 * back into it, but not into zips.
 */
export async function sourceFromDirectory(root: DirectoryHandleLike): Promise<Source> {
  const files: SourceFile[] = [];
  const problems: Problem[] = [];
  const archives: Archive[] = [];
  const visit = async (directory: DirectoryHandleLike, prefix: string): Promise<void> => {
    for await (const entry of directory.values()) {
      const path = prefix + entry.name;
      if (isJunk(path)) continue;
      if (entry.kind === "directory") await visit(entry, `${path}/`);
      else if (isZipName(path)) archives.push({ path, open: async () => sourceFromZip(await entry.getFile(), path) });
      else {
        try {
          files.push(await handleFile(path, entry));
        } catch (error) {
          problems.push(problemOf(fileError(path, error)));
        }
      }
    }
  };
  await visit(root, "");
  return withArchives({ name: root.name, files, problems, root }, archives);
}
