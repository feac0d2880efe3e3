import { fileError } from "../../dataset/errors";
import type { SourceFile } from "../../dataset/types";
import { FormatError } from "../../formats/errors";
import { countJsonLines, type FileLine, readJsonLines } from "../../formats/exchange/jsonLines";

const chunkBytes = 2 ** 20;

/** The lines of a file, the first of which is its header. @throws FormatError for a damaged one. */
export function linesOf(file: SourceFile): AsyncGenerator<FileLine, void, void> {
  return readJsonLines(chunksOf(file));
}

/** How many images a file speaks of: it is read through once, and its lines are not looked into. */
export async function imagesIn(file: SourceFile): Promise<number> {
  return Math.max(0, (await countJsonLines(chunksOf(file))) - 1);
}

async function* chunksOf(file: SourceFile): AsyncGenerator<Uint8Array, void, void> {
  let at = 0;
  while (at < file.size) {
    const chunk = await file.slice(at, at + chunkBytes);
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}

/** Looks at the first bytes. @throws FileError for another version. */
export async function isExchanged(file: SourceFile): Promise<boolean> {
  if (!/\.jsonl?$/i.test(file.path)) return false;
  const start = new TextDecoder().decode(await file.slice(0, 4096));
  const found = /^\uFEFF?\s*\{[^\n]*"schema"\s*:\s*"maskmend-(?:suggestions|decisions)\/(\d+)"/.exec(start);
  if (found === null) return false;
  if (found[1] === "1") return true;
  const other = new FormatError(`Its version is ${found[1]}, this app reads 1.`, "Reload the app, or write it anew.");
  throw fileError(file.path, other);
}
