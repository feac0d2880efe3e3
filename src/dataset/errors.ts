import { FormatError } from "../formats/errors";
import type { Problem } from "./types";

/** A file that cannot be used: its name, why, and what can be done. */
export class FileError extends Error {
  override readonly name = "FileError";

  constructor(
    readonly path: string,
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(`${path}: ${reason} ${remedy}`);
  }
}

/** Nothing could be opened; `problems` says why, file by file. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";

  constructor(
    readonly reason: string,
    readonly remedy: string,
    readonly problems: readonly Problem[],
  ) {
    super(`${reason} ${remedy}`);
  }
}

/** Puts the file's name to an error met while reading it. */
export function fileError(path: string, error: unknown): FileError {
  if (error instanceof FileError) return error;
  if (error instanceof FormatError) return new FileError(path, error.reason, error.remedy);
  return new FileError(
    path,
    `The file cannot be read (${reasonWithin(error)}).`,
    "Check that it still exists and open it again.",
  );
}

/** What an error says, to stand within a sentence: browsers end theirs with a full stop. */
export function reasonWithin(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.replace(/\.$/, "");
}

export function problemOf(error: FileError, severity: Problem["severity"] = "error"): Problem {
  return { path: error.path, reason: error.reason, remedy: error.remedy, severity };
}
