import type { Rgb } from "../../core/classTable";
import { type ClassFile, isRecord, readColor, rgbOf, wholeNumber } from "./classEntry";
import { pythonAssignments } from "./python";

/** Colours without names, by id or, where the file gives none, by position; null where the file holds something else. */
export function colorsIn({ lines, text, value }: ClassFile): ReadonlyMap<number, Rgb> | null {
  if (value !== undefined) return colorsOf(value, 0);
  const assigned = Object.entries(pythonAssignments(text)).find(([name]) => /palette|colou?r|cmap/i.test(name));
  if (assigned) return colorsOf(assigned[1], 0);
  const isHeading = /^["']?[a-z]+["']?(\W+["']?[a-z]+["']?){2}$/i.test(lines[0] ?? "");
  const rows = (isHeading ? lines.slice(1) : lines).map((line): [number | null, Rgb | null] => {
    const numbers = line.match(/\d+/g) ?? [];
    // 3 128 64 128: an id and its colour.
    const hasId = /^\s*\d+(?:(?:\s*[,;:]\s*|\s+)\d+){3}\s*$/.test(line);
    return hasId ? [Number(numbers[0]), rgbOf(numbers.slice(1))] : [null, readColor(line.replace(/\t/g, " "))];
  });
  return entriesOf(rows);
}

function colorsOf(value: unknown, depth: number): ReadonlyMap<number, Rgb> | null {
  if (Array.isArray(value)) {
    // PIL's flat palettes.
    const isFlat = value.length >= 6 && value.length % 3 === 0 && value.every(Number.isInteger);
    const parts = isFlat ? Array.from({ length: value.length / 3 }, (_, i) => value.slice(3 * i, 3 * i + 3)) : value;
    return entriesOf(parts.map((part) => [null, readColor(part)]));
  }
  if (!isRecord(value)) return null;
  const pairs = Object.entries(value);
  // {"0": [r, g, b]} or {"r,g,b": 0}
  const byId = entriesOf(pairs.map(([key, part]) => [wholeNumber(key), readColor(part)]));
  const byColor = entriesOf(pairs.map(([key, part]) => [wholeNumber(part), readColor(key)]));
  if (byId ?? byColor) return byId ?? byColor;
  const inner = depth === 0 ? pairs.find(([key]) => /palette|colou?r|cmap/i.test(key)) : undefined;
  return inner ? colorsOf(inner[1], 1) : null;
}

/** In order where no row has an id. */
function entriesOf(rows: readonly (readonly [number | null, Rgb | null])[]): ReadonlyMap<number, Rgb> | null {
  const hasIds = rows.every(([id]) => id !== null);
  if (rows.length < 2 || (!hasIds && rows.some(([id]) => id !== null))) return null;
  const colors = new Map<number, Rgb>();
  for (const [at, [id, color]] of rows.entries()) {
    if (color === null) return null;
    colors.set(id ?? at, color);
  }
  return colors.size === rows.length ? colors : null;
}
