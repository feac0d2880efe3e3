import { backupFolder } from "../fileSystem";

/** Files that systems and programs leave behind, and our own backups: not part of any data set. */
export function isJunk(path: string): boolean {
  return path
    .split("/")
    .some(
      (part) =>
        part === backupFolder ||
        part === "__MACOSX" ||
        /^\.[^.]/.test(part) ||
        /^(thumbs\.db|desktop\.ini)$/i.test(part),
    );
}
