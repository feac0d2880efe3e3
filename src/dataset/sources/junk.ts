import { backupFolder } from "../fileSystem";

/**
 * Files that systems and programs leave behind, what a browser that was killed had written of a file, and our own backups: not
 * part of any data set.
 */
export function isJunk(path: string): boolean {
  return path
    .split("/")
    .some(
      (part) =>
        part === backupFolder ||
        part === "__MACOSX" ||
        /^\.[^.]/.test(part) ||
        /\.crswap$/i.test(part) ||
        /^(thumbs\.db|desktop\.ini)$/i.test(part),
    );
}
