/** Paths here use "/" and are relative to what was opened. */

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

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

const imageExtensions = new Set(["jpg", "jpeg", "png", "webp", "bmp", "gif", "avif", "tif", "tiff"]);

export function isPicture(path: string): boolean {
  return imageExtensions.has(extensionOf(path));
}

/** What data sets append to a stem to tell an image from its label. */
const suffix = /_(image|img|leftImg8bit|labels?|masks?|seg|gt|L|gtFine_[a-z]+)$/i;

/** The file name without extension and without the suffix that tells its role. */
export function plainName(path: string): string {
  return withoutExtension(baseName(path)).replace(suffix, "");
}

/** Case-blind name of a file's pair: without extension and, when asked, without the suffix that tells its role. */
export function pairName(path: string, stripSuffix: boolean): string {
  const stem = withoutExtension(path);
  return (stripSuffix ? stem.replace(suffix, "") : stem).toLowerCase();
}
