import { isPicture } from "../../formats/paths";
import type { Source } from "../types";
import { blobFile } from "./blobFile";
import { isJunk } from "./junk";
import { mergeSources, withArchives } from "./merge";
import { isZipName, sourceFromZip } from "./zip";

/** A File with the path a folder upload gives it. */
export type UploadedFile = Blob & { readonly name: string; readonly webkitRelativePath?: string };

/**
 * Files from `<input type="file">`, with or without `webkitdirectory`, or dropped. A zip alone is opened as a source of
 * its own; several zips, or a zip beside other files, are one source.
 */
export async function sourceFromFiles(files: Iterable<UploadedFile>): Promise<Source> {
  return sourceFromPaths([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/**
 * Files with paths. A folder that holds everything gives the source its name and leaves the paths. Zips are opened where
 * they lie.
 */
export async function sourceFromPaths(entries: readonly { path: string; file: Blob }[]): Promise<Source> {
  const root = commonRoot(entries.map((entry) => entry.path));
  const kept = entries
    .map(({ path, file }) => ({ path: root ? path.slice(root.length + 1) : path, file }))
    .filter(({ path }) => !isJunk(path));
  const files = kept.filter(({ path }) => !isZipName(path)).map(({ path, file }) => blobFile(path, file));
  const zips = kept.filter(({ path }) => isZipName(path));
  if (files.length === 0 && root === "" && zips.length > 0 && zips.every(({ path }) => !path.includes("/"))) {
    const [first, ...others] = await Promise.all(zips.map(({ path, file }) => sourceFromZip(file, path)));
    return others.length === 0 ? first : mergeSources(apart(first, others), ...others);
  }
  const source: Source = { name: root || "Opened files", files, problems: [], ...(root ? {} : { isLoose: true }) };
  const archives = zips.map(({ path, file }) => ({ path, open: () => sourceFromZip(file, path) }));
  return withArchives(source, archives);
}

/** Zips opened together have equal rights: where the first one's paths collide with another's, both go below their names. */
function apart(first: Source, others: readonly Source[]): Source {
  const taken = new Set(others.flatMap(({ files }) => files.map(({ path }) => path)));
  if (!first.files.some(({ path }) => taken.has(path) || (!path.includes("/") && isPicture(path)))) return first;
  const below = <T extends { readonly path: string }>(one: T): T => ({ ...one, path: `${first.name}/${one.path}` });
  return { ...first, files: first.files.map(below), problems: first.problems.map(below) };
}

function commonRoot(paths: readonly string[]): string {
  const root = paths[0]?.includes("/") ? paths[0].slice(0, paths[0].indexOf("/")) : "";
  return root && paths.every((path) => path.startsWith(`${root}/`)) ? root : "";
}
