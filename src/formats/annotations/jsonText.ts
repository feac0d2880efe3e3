import { FormatError } from "../errors";

/** A value's place in a JSON text. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

/** What was read last: a file is looked into to see what it is, and then read. */
let last: { readonly text: string; readonly value: unknown } = { text: "null", value: null };

/**
 * Reads a JSON file's text. A byte order mark is allowed.
 * @throws FormatError
 */
export function parseJson(bytes: Uint8Array): { text: string; value: unknown } {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (text === last.text) return last;
  try {
    last = { text, value: JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text) };
    return last;
  } catch {
    throw new FormatError("The file is no valid JSON.", "Export the annotations again.");
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a list; none for anything else. */
export function objectsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The place of the text's one value. The text must be valid JSON (after a byte order mark). */
export function rootSpan(text: string): JsonSpan {
  const start = skipSpace(text, text.startsWith("\uFEFF") ? 1 : 0);
  return { start, end: valueEnd(text, start) };
}

/** The places of a list's elements. */
export function elementSpans(text: string, list: JsonSpan): JsonSpan[] {
  const spans: JsonSpan[] = [];
  let at = skipSpace(text, list.start + 1);
  while (text[at] !== "]") {
    const end = valueEnd(text, at);
    spans.push({ start: at, end });
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return spans;
}

/** The place of an object's member (of equal names the last, as JSON.parse takes), or null. */
export function memberSpan(text: string, object: JsonSpan, name: string): JsonSpan | null {
  let found: JsonSpan | null = null;
  let at = skipSpace(text, object.start + 1);
  while (text[at] !== "}") {
    const keyEnd = valueEnd(text, at);
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = valueEnd(text, start);
    if (JSON.parse(text.slice(at, keyEnd)) === name) found = { start, end };
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return found;
}

/** A list's text without the elements for which `drop` holds and with `added` (JSON texts) behind the rest. */
export function editList(
  text: string,
  list: JsonSpan,
  drop: (index: number) => boolean,
  added: readonly string[],
): string {
  const spans = elementSpans(text, list);
  const all = [...spans.flatMap(({ start, end }, i) => (drop(i) ? [] : [text.slice(start, end)])), ...added];
  if (all.length === 0) return "[]";
  // Spaces and lines as the list has them.
  const opening = spans.length > 0 ? text.slice(list.start + 1, spans[0].start) : "";
  const closing = spans.length > 0 ? text.slice(spans[spans.length - 1].end, list.end - 1) : "";
  const between = spans.length > 1 ? text.slice(spans[0].end, spans[1].start) : `,${opening || " "}`;
  return `[${opening}${all.join(between)}${closing}]`;
}

/** The text with some places (in order, not overlapping) written anew. */
export function replaceSpans(
  text: string,
  changes: readonly { readonly span: JsonSpan; readonly by: string }[],
): string {
  let result = "";
  let at = 0;
  for (const { span, by } of changes) {
    result += text.slice(at, span.start) + by;
    at = span.end;
  }
  return result + text.slice(at);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  const pattern = first === "{" || first === "[" ? /["{}[\]]/g : /[\s,\]}]/g;
  pattern.lastIndex = start;
  if (first !== "{" && first !== "[") return pattern.exec(text)?.index ?? text.length;
  for (let depth = 0; ; ) {
    const found = pattern.exec(text);
    if (!found) return text.length;
    if (found[0] === '"') pattern.lastIndex = stringEnd(text, found.index);
    else depth += found[0] === "{" || found[0] === "[" ? 1 : -1;
    if (depth === 0) return pattern.lastIndex;
  }
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
