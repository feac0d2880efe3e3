import type { Rgb } from "../../core/classTable";
import { type ClassEntry, type ClassListKind, isRecord, readColor, wholeNumber } from "./classEntry";

/**
 * JSON and YAML of every usual shape: an array of names or of objects; a map of id to name, name to id, name to colour,
 * colour to name, id or name to an object; or an object with one of those under `classes`, `names`, `labels`,
 * `categories` (COCO), `label_map`, `id2label`, `label2id`, and the colours under `palette` or the like.
 */
export const jsonClasses: ClassListKind = {
  name: "JSON or YAML",
  read: ({ value }) => (value === undefined ? null : listIn(value, 0)),
};

const listKeys = [
  "classes",
  "names",
  "labels",
  "labelclasses",
  "categories",
  "labelmap",
  "labelmapping",
  "id2label",
  "label2id",
  "id2name",
  "name2id",
  "classnames",
  "classname",
  "labelnames",
  "classmap",
  "classdict",
  "classmapping",
  "stuffclasses",
  "objects",
  // Unity Perception and Labelbox.
  "spec",
  "tools",
];
const colorKeys = [
  "palette",
  "segmentationcolors",
  "colors",
  "colours",
  "colormap",
  "classcolors",
  "labelcolors",
  "stuffcolors",
];
/** What wraps a list: mmsegmentation's METAINFO, a `dataset` or `meta` section. */
const wrapperKeys = ["metainfo", "meta", "dataset", "annotationdefinitions"];

/** The classes in a parsed value, or null. */
export function listIn(value: unknown, depth: number): readonly ClassEntry[] | null {
  if (Array.isArray(value)) {
    // RELLIS: names by id, then colours by id.
    const [names, colors] = value;
    if (value.length === 2 && isRecord(names) && isRecord(colors) && isColors(colors)) return mapEntries(names, colors);
    return arrayEntries(value, []);
  }
  if (!isRecord(value) || depth > 2) return null;
  const keys = new Map(Object.keys(value).map((key) => [key.toLowerCase().replace(/[^a-z0-9]/g, ""), key]));
  const colors = colorKeys.map((key) => value[keys.get(key) ?? ""]).find((part) => part !== undefined);
  for (const listKey of listKeys) {
    const part = value[keys.get(listKey) ?? ""];
    const entries = Array.isArray(part) ? arrayEntries(part, colors) : isRecord(part) ? mapEntries(part, colors) : null;
    if (entries) return withVoid(withLearned(entries, value), value);
  }
  for (const key of wrapperKeys) {
    const part = value[keys.get(key) ?? ""];
    const inner = Array.isArray(part) ? part.filter(isRecord) : isRecord(part) ? [part] : [];
    const entries = inner.map((each) => listIn(each, depth + 1)).find((found) => found !== null);
    if (entries) return entries;
  }
  return mapEntries(value, undefined) ?? (isRecord(colors) ? mapEntries(colors, undefined) : null);
}

function isColors(map: Readonly<Record<string, unknown>>): boolean {
  const colors = Object.values(map);
  return colors.length > 1 && colors.every((value) => readColor(value) !== null);
}

function arrayEntries(values: readonly unknown[], colors: unknown): ClassEntry[] | null {
  const entries = values.map((value, i) => coloured(arrayEntry(value), colors, i, i));
  return entries.length > 0 && entries.every((entry) => entry !== null) ? entries : null;
}

function arrayEntry(value: unknown): ClassEntry | null {
  if (typeof value === "string") return value.trim() === "" ? null : { name: value.trim() };
  // ["road", [128, 64, 128]], [[128, 64, 128], "road"], [0, "road"]
  if (Array.isArray(value) && value.length >= 2 && value.length <= 4) {
    const name = value.find((part): part is string => typeof part === "string" && readColor(part) === null);
    const color = value.map(readColor).find((rgb) => rgb !== null);
    const id = value.find((part): part is number => Number.isInteger(part));
    if (name === undefined || (color === undefined && id === undefined)) return null;
    return { name, ...(id === undefined ? {} : { id }), ...(color ? { color } : {}) };
  }
  return isRecord(value) ? objectEntry(value) : null;
}

/** What a class's own name, id and colour are called, the most telling first. */
const nameKeys = ["readable", "name", "title", "label", "class", "classname", "labelname", "category", "value"];
const idKeys = [
  "id",
  "value",
  "index",
  "idx",
  "classid",
  "labelid",
  "labelvalue",
  "pixelvalue",
  "grayvalue",
  "classindex",
];
const colorOfClass = ["color", "colour", "rgb", "hex", "hexcolor", "rgbcolor", "background", "fillcolor", "pixelvalue"];

function objectEntry(value: Readonly<Record<string, unknown>>): ClassEntry | null {
  const parts = new Map(Object.entries(value).map(([key, part]) => [key.toLowerCase().replace(/[^a-z]/g, ""), part]));
  // A drawn object rather than a class.
  if (["polygon", "segmentation", "bbox", "points", "bitmap", "geometry"].some((key) => parts.has(key))) return null;
  const name = nameKeys.map((key) => parts.get(key)).find((part) => typeof part === "string" && part.trim() !== "");
  if (typeof name !== "string") return null;
  const ids = idKeys.flatMap((key): [string, number][] => {
    const number = wholeNumber(parts.get(key));
    return number === null ? [] : [[key, number]];
  });
  const [id, ...otherIds] = ids.map(([, number]) => number);
  const trainId = wholeNumber(parts.get("trainid"));
  const color =
    colorOfClass.map((key) => readColor(parts.get(key))).find((rgb) => rgb !== null) ??
    readColor([
      parts.get("r") ?? parts.get("red"),
      parts.get("g") ?? parts.get("green"),
      parts.get("b") ?? parts.get("blue"),
    ]);
  const otherColors = [...parts].flatMap(([key, part]): [string, Rgb][] => {
    const other = !colorOfClass.includes(key) && /colou?r|rgb|hex/.test(key) ? readColor(part) : null;
    return other ? [[key, other]] : [];
  });
  const ignored = parts.get("ignored") ?? parts.get("ignoreineval") ?? parts.get("ignore");
  return {
    name: name.trim(),
    ...(id === undefined ? {} : { id }),
    ...(trainId === null ? {} : { trainId }),
    ...(color ? { color } : {}),
    ...(otherIds.length > 0 ? { otherIds: Object.fromEntries(ids.slice(1)) } : {}),
    ...(color && otherColors.length > 0 ? { otherColors: Object.fromEntries(otherColors) } : {}),
    ...(typeof ignored === "boolean" ? { ignored } : {}),
  };
}

function mapEntries(map: Readonly<Record<string, unknown>>, colors: unknown): ClassEntry[] | null {
  const pairs = Object.entries(map);
  const entries = pairs.map(([key, value], i) => {
    const entry = mapEntry(key, value);
    return coloured(entry, colors, entry?.id ?? i, i);
  });
  return entries.length > 0 && entries.every((entry) => entry !== null) ? entries : null;
}

function mapEntry(key: string, value: unknown): ClassEntry | null {
  const id = wholeNumber(key);
  const colorKey = readColor(key);
  // {"0": "#0000c8"} names nothing.
  const isColor = typeof value === "string" && /^\s*#|,/.test(value) && readColor(value) !== null;
  if (typeof value === "string" && id !== null)
    return value.trim() === "" || isColor ? null : { id, name: value.trim() };
  if (typeof value === "string" && colorKey && readColor(value) === null) return { name: value, color: colorKey };
  if (isRecord(value) && !("r" in value)) {
    const entry = objectEntry({ ...(id === null ? { name: key } : { id }), ...value });
    // Sections of a file are objects too.
    if (id === null && entry?.id === undefined && entry?.color === undefined) return null;
    return entry && id !== null ? { ...entry, id } : entry;
  }
  if (id !== null || key.trim() === "") return null;
  // Colours with ids name nothing.
  if (Number.isInteger(value)) return colorKey && /[,\s]/.test(key) ? null : { id: Number(value), name: key };
  const color = readColor(value);
  return color ? { name: key, color } : null;
}

/** With its colour from a list beside it: by id or position, or by name. */
function coloured(entry: ClassEntry | null, colors: unknown, at: number, position: number): ClassEntry | null {
  if (entry === null || entry.color) return entry;
  const found = Array.isArray(colors)
    ? (colors[at] ?? colors[position])
    : isRecord(colors)
      ? (colors[entry.name] ?? colors[String(at)])
      : undefined;
  const color = readColor(found);
  return color ? { ...entry, color } : entry;
}

/** SemanticKITTI's `learning_map` of ids to those of training; several may become one, which has the first one's name. */
function withLearned(entries: readonly ClassEntry[], value: Readonly<Record<string, unknown>>): readonly ClassEntry[] {
  const map = value.learning_map;
  if (!isRecord(map)) return entries;
  const met = new Set<number>();
  return entries.map((entry) => {
    const trainId = wholeNumber(map[String(entry.id)]);
    if (trainId === null || met.has(trainId)) return entry;
    met.add(trainId);
    return { ...entry, trainId };
  });
}

/** `void`, `ignore_index` beside a list: that id is ignored, and added where the list does not have it. */
function withVoid(entries: readonly ClassEntry[], value: Readonly<Record<string, unknown>>): readonly ClassEntry[] {
  const id = wholeNumber(value.void ?? value.ignore_index ?? value.ignore_label);
  if (id === null || id < 0) return entries;
  if (!entries.some((entry, i) => (entry.id ?? i) === id)) {
    const listed = entries.every((entry) => entry.id === undefined)
      ? entries.map((entry, i) => ({ ...entry, id: i }))
      : entries;
    return [...listed, { id, name: "void", ignored: true }];
  }
  return entries.map((entry, i) => ((entry.id ?? i) === id ? { ...entry, ignored: true } : entry));
}
