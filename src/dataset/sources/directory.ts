import { fileError, problemOf } from "../errors";
import type { DirectoryHandleLike } from "../fileSystem";
import type { Problem, Source, SourceFile } from "../types";
import { handleFile } from "./blobFile";
import { isJunk } from "./junk";
import { isZipName, nestedZip } from "./zip";

/** A folder opened through the File System Access API, with all its subfolders. Labels can be saved back into it. */
export async function sourceFromDirectory(root: DirectoryHandleLike): Promise<Source> {
  const files: SourceFile[] = [];
  const problems: Problem[] = [];
  const visit = async (directory: DirectoryHandleLike, prefix: string): Promise<void> => {
    for await (const entry of directory.values()) {
      const path = prefix + entry.name;
      if (isJunk(path)) continue;
      if (entry.kind === "directory") await visit(entry, `${path}/`);
      else if (isZipName(path)) problems.push(nestedZip(path));
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
  return { name: root.name, files, problems, root };
}
