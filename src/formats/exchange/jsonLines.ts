import { isObject } from "../annotations/jsonText";
import { FormatError } from "../errors";

/** One line of a file: an object, and its number from 1 on. */
export interface JsonLine {
  readonly number: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A line in its file. */
export interface FileLine extends JsonLine {
  /** Bytes of the file up to its end. */
  readonly end: number;
}

/** Longer lines are refused: an image's line holds run lengths, of which a tab must not be asked to hold hundreds of MB. */
const maxLineBytes = 64 * 2 ** 20;

/** Something is wrong with a line; the message names it. */
export function lineError(number: number, what: string, remedy: string): FormatError {
  return new FormatError(`Line ${number} ${what}.`, remedy);
}

const writeAgain = "Write or copy the file again.";

/**
 * The lines of a JSON Lines file, one object each; empty ones are passed over. Holds one line at a time, and takes time by the
 * file's length. A byte order mark is allowed.
 * @param maxBytes of a line.
 * @throws FormatError that names the line: not JSON, no object, too long, not UTF-8, or cut off by the file's end.
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes = maxLineBytes,
): AsyncGenerator<FileLine, void, void> {
  let number = 0;
  let before = 0;
  let parts: Uint8Array[] = [];
  let held = 0;
  const hold = (part: Uint8Array): void => {
    held += part.length;
    if (held > maxBytes) throw lineError(number + 1, `is longer than ${maxBytes} bytes`, writeAgain);
    parts.push(part);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      hold(chunk.subarray(start, end));
      start = end + 1;
      number++;
      const line = parseLine(parts, number, false);
      parts = [];
      held = 0;
      if (line !== null) yield { ...line, end: before + start };
    }
    if (start < chunk.length) hold(chunk.slice(start));
    before += chunk.length;
  }
  const last = held > 0 ? parseLine(parts, number + 1, true) : null;
  if (last !== null) yield { ...last, end: before };
}

/** How many lines of a JSON Lines file are not empty, whatever they hold. */
export async function countJsonLines(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let count = 0;
  let isEmpty = true;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      if (!isEmpty || hasText(chunk, start, end)) count++;
      isEmpty = true;
      start = end + 1;
    }
    isEmpty &&= !hasText(chunk, start, chunk.length);
  }
  return isEmpty ? count : count + 1;
}

/** Whether there is more than blanks, tabs and carriage returns. */
function hasText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] > 32) return true;
  return false;
}

/** @param isLast the file ends in it, so that it may be cut off. */
function parseLine(parts: readonly Uint8Array[], number: number, isLast: boolean): JsonLine | null {
  let value: unknown;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const text = parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
    if (text.trim() === "") return null;
    value = JSON.parse(text);
  } catch {
    throw lineError(number, isLast ? "is cut off: the file ends in the middle of it" : "is no valid JSON", writeAgain);
  }
  if (!isObject(value)) throw lineError(number, "is no JSON object", writeAgain);
  return { number, value };
}

/** An object as a line. */
export function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
