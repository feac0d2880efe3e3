import { memo } from "./memo";

/** Paths here use "/" and are relative to what was opened. */

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The names of the folders that lead to a file, from the top. */
export function foldersOf(path: string): readonly string[] {
  const end = path.lastIndexOf("/");
  return end < 0 ? noFolders : split(path.slice(0, end));
}

const noFolders: readonly string[] = [];
// Thousands of files lie in few folders, and every layout asks.
const split = memo((folder: string): readonly string[] => folder.split("/"));

/** Lower-case extension without the dot, "" when there is none. */
export function extensionOf(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : "";
}

export function withoutExtension(path: string): string {
  const extension = extensionOf(path);
  return extension ? path.slice(0, -extension.length - 1) : path;
}

const imageExtensions = new Set(["jpg", "jpeg", "jfif", "png", "webp", "bmp", "gif", "avif", "tif", "tiff"]);

export function isPicture(path: string): boolean {
  return imageExtensions.has(extensionOf(path));
}

/** The file name without its extension, and without that of the photograph in `x.jpg.png`. */
// Each layout asks for that of every file, several times.
export const stemOf = memo((path: string): string => {
  const stem = withoutExtension(baseName(path));
  return isPicture(stem) ? withoutExtension(stem) : stem;
});

/** What data sets append to a stem to tell an image from its label. */
const suffix = /_(image|img|leftImg8bit|labels?|masks?|seg|gt|L|gtFine_[a-z]+)$/i;

/** The file name without extension and without the suffix that tells its role. */
export function plainName(path: string): string {
  return withoutExtension(baseName(path)).replace(suffix, "");
}
