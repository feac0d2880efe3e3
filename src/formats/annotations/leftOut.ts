import type { ReadingNote } from "../readingNote";

/** Says that something in a file is not read. */
export function leftOut(path: string, reason: string): ReadingNote {
  return { path, reason, remedy: "Check that they are not wanted." };
}
