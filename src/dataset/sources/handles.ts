import type { DirectoryHandleLike, FileHandleLike } from "../fileSystem";
import type { Source } from "../types";
import { sourceFromDirectory } from "./directory";
import { sourceFromFiles } from "./files";
import { mergeSources } from "./merge";

/** Files and folders that the system handed over. A single folder can be saved back into. */
export async function sourceFromHandles(handles: readonly (FileHandleLike | DirectoryHandleLike)[]): Promise<Source> {
  const folders = handles.filter((handle) => handle.kind === "directory");
  const files = await Promise.all(handles.filter((handle) => handle.kind === "file").map((file) => file.getFile()));
  const loose = files.length > 0 || folders.length === 0 ? [await sourceFromFiles(files)] : [];
  const [first, ...others] = [...(await Promise.all(folders.map(sourceFromDirectory))), ...loose];
  return others.length === 0 ? first : mergeSources(first, ...others);
}
