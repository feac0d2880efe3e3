import { type ClassInfo, type ClassTable, classTable, type Rgb } from "../core/classTable";
import { parseHex, vocColor } from "../core/palette";
import { FormatError } from "./errors";
import { baseName } from "./paths";

/** Files that may hold a data set's classes, the most telling first. */
const classFiles = [
  "classes.json",
  "id2label.json",
  "dataset.json",
  "dataset_meta.json",
  "meta.json",
  "labelmap.txt",
  "label_colors.txt",
  "class_dict.csv",
  "classes.txt",
  "class_names.txt",
  "labels.txt",
];

/** The class lists among `paths`, best first; of equal names the one nearest the top. */
export function findClassFiles(paths: readonly string[]): string[] {
  const rank = (path: string) => classFiles.indexOf(baseName(path).toLowerCase());
  const depth = (path: string) => path.split("/").length;
  return paths.filter((path) => rank(path) >= 0).sort((a, b) => rank(a) - rank(b) || depth(a) - depth(b));
}

/** What a class list says of one class; what it leaves open is filled in. */
interface ClassEntry {
  readonly id?: number;
  readonly name: string;
  readonly color?: Rgb;
  readonly ignored?: boolean;
}

const voidName = /^(void|un-?labell?ed|_*ignored?_*|don'?t care|various \(ignore\)|.*\(ignore\))$/i;

/**
 * Reads a class list. JSON: an array of names or of `{id, name, color, ignored}`, an object of id -> name or of
 * name -> colour, or one with a `classes` array (and a `void` id). Text, a class a line: `name`, `id name`,
 * `R G B name` (CamVid), `name:r,g,b::` (CVAT), `name,r,g,b` (CSV). Without ids the order counts, from 0.
 * @returns the classes, and whether the list gives their colours.
 * @throws FormatError when the text is none of these or names an id twice.
 */
export function readClassList(path: string, text: string): { classes: ClassTable; hasColors: boolean } {
  const isJson = path.toLowerCase().endsWith(".json");
  const entries = (isJson ? jsonEntries(text) : textEntries(text)).filter((entry) => entry.name !== "");
  if (entries.length === 0) throw unreadable();
  try {
    return { classes: classTable(complete(entries)), hasColors: entries.every((entry) => entry.color) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FormatError(`${error.message}.`, "Give every class an id of its own.");
  }
}

function unreadable(): FormatError {
  return new FormatError("The class list cannot be read.", 'Write it as JSON: [{"id": 0, "name": "road"}, ...].');
}

function complete(entries: readonly ClassEntry[]): ClassInfo[] {
  return entries.map((entry, index) => {
    const id = idOf(entry, index);
    return {
      id,
      name: entry.name,
      color: entry.color ?? vocColor(id),
      ignored: entry.ignored ?? voidName.test(entry.name),
    };
  });
}

/** Without ids the order counts. */
function idOf(entry: ClassEntry, index: number): number {
  return entry.id ?? index;
}

function textEntries(text: string): ClassEntry[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && !/^name\s*,\s*r\s*,/i.test(line));
  // labelme lists its ignore class first, as id -1.
  const listed = lines[0] === "__ignore__" ? lines.slice(1) : lines;
  const hasIds = listed.every((line) => /^\d+[\s:,;]+\D/.test(line));
  return listed.map((line) => textEntry(line, hasIds));
}

function textEntry(line: string, hasIds: boolean): ClassEntry {
  const cvat = /^([^:]+):(\d+),(\d+),(\d+):[^:]*:[^:]*$/.exec(line);
  if (cvat) return { name: cvat[1], color: rgbOf(cvat.slice(2, 5).map(Number)) };
  const camvid = /^(\d+)\s+(\d+)\s+(\d+)\s+(\S.*)$/.exec(line);
  if (camvid) return { name: camvid[4], color: rgbOf(camvid.slice(1, 4).map(Number)) };
  const csv = /^(.+?)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)$/.exec(line);
  if (csv) return { name: csv[1], color: rgbOf(csv.slice(2, 5).map(Number)) };
  const numbered = hasIds ? /^(\d+)[\s:,;]+(.+)$/.exec(line) : null;
  return numbered ? { id: Number(numbered[1]), name: numbered[2] } : { name: line };
}

function jsonEntries(text: string): ClassEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable();
  }
  if (Array.isArray(value)) return value.map(objectEntry);
  if (!isObject(value)) throw unreadable();
  if (Array.isArray(value.classes)) {
    const entries = value.classes.map(objectEntry);
    return typeof value.void === "number" ? withVoid(entries, value.void) : entries;
  }
  const named = isObject(value.label_map) ? value.label_map : isObject(value.id2label) ? value.id2label : value;
  const colors = Array.isArray(value.segmentation_colors) ? value.segmentation_colors : [];
  return Object.entries(named).flatMap(([key, entry], index) => mapEntry(key, entry, colors[index]));
}

/** Makes the class of that id void, or adds one. */
function withVoid(entries: readonly ClassEntry[], id: number): ClassEntry[] {
  if (!entries.some((entry, index) => idOf(entry, index) === id))
    return [...entries, { id, name: "void", ignored: true }];
  return entries.map((entry, index) => (idOf(entry, index) === id ? { ...entry, ignored: true } : entry));
}

function mapEntry(key: string, value: unknown, color: unknown): ClassEntry[] {
  if (/^\d+$/.test(key)) {
    const rgb = readColor(color);
    if (typeof value === "string") return [{ id: Number(key), name: value, ...(rgb ? { color: rgb } : {}) }];
    return isObject(value) ? [{ ...objectEntry(value), id: Number(key) }] : [];
  }
  if (typeof value === "number") return [{ id: value, name: key }];
  const rgb = readColor(value);
  return rgb ? [{ name: key, color: rgb }] : [];
}

function objectEntry(value: unknown): ClassEntry {
  if (typeof value === "string") return { name: value };
  if (!isObject(value)) throw unreadable();
  const name = value.name ?? value.title ?? value.label;
  const color = readColor(value.color ?? value.rgb);
  if (typeof name !== "string") throw unreadable();
  return {
    name,
    ...(typeof value.id === "number" ? { id: value.id } : {}),
    ...(color ? { color } : {}),
    ...(typeof value.ignored === "boolean" ? { ignored: value.ignored } : {}),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readColor(value: unknown): Rgb | null {
  if (typeof value === "string") return parseHex(value);
  return Array.isArray(value) && value.length >= 3 ? rgbOf(value.slice(0, 3).map(Number)) : null;
}

function rgbOf(values: readonly number[]): Rgb {
  if (!values.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)) throw unreadable();
  return [values[0], values[1], values[2]];
}
