import { extensionOf } from "./paths";

/** A line of a list: its cells by the name of their column ("#1", "#2" without a heading). */
export type Row = ReadonlyMap<string, string>;

const separators = [/,/, /;/, /\t/, /\|/, /\s+/] as const;
/** Lines that tell the separator. */
const sampled = 30;

/** The rows of a delimited text, a JSON-lines text or a JSON list of objects; none where it is none of them. */
export function listedRows(path: string, text: string, isName: (cell: string) => boolean): readonly Row[] {
  const kind = extensionOf(path);
  if (kind === "json") return jsonRows(text);
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (kind === "jsonl") return lines.flatMap((line) => rowOf(parsed(line)));
  const hits = (separator: RegExp) =>
    lines.slice(0, sampled).filter((line) => cells(line, separator).filter(isName).length >= 2).length;
  const best = separators
    .map((separator) => ({ separator, count: hits(separator) }))
    .sort((a, b) => b.count - a.count)[0];
  if (best.count === 0) return [];
  const [first, ...rest] = lines.map((line) => cells(line, best.separator));
  const hasHeading = first.filter(isName).length < 2;
  const names = hasHeading ? first : first.map((_, at) => `#${at + 1}`);
  return (hasHeading ? rest : [first, ...rest]).map((row) => new Map(names.map((name, at) => [name, row[at] ?? ""])));
}

/** A line's cells, with quotes where one holds the separator. */
function cells(line: string, separator: RegExp): string[] {
  const out: string[] = [];
  const cell = new RegExp(
    `\\s*(?:"((?:[^"]|"")*)"|'([^']*)')\\s*(?:${separator.source}|$)|(.*?)(?:${separator.source}|$)`,
    "y",
  );
  const trimmed = line.trim();
  while (cell.lastIndex < trimmed.length) {
    const found = cell.exec(trimmed);
    if (!found) break;
    out.push((found[1]?.replaceAll('""', '"') ?? found[2] ?? found[3] ?? "").trim());
  }
  return out;
}

function jsonRows(text: string): Row[] {
  const value = parsed(text);
  const lists = Array.isArray(value)
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value)
      : [];
  return lists.flatMap((list) => (Array.isArray(list) ? list.flatMap(rowOf) : []));
}

function rowOf(value: unknown): Row[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return [
    new Map(Object.entries(value).flatMap(([key, cell]) => (typeof cell === "string" ? [[key, cell] as const] : []))),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
