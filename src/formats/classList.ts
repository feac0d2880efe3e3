import { maxClassId } from "../core/classTable";
import { type ClassEntry, type ClassFile, type ClassListKind, isVoidName } from "./classLists/classEntry";
import { cvatLabelmap } from "./classLists/cvat";
import { jsonClasses } from "./classLists/json";
import { labelStudioConfig } from "./classLists/labelStudio";
import { nameLines } from "./classLists/names";
import { headedTable, plainTable } from "./classLists/table";
import { FormatError } from "./errors";
import { baseName, extensionOf, folderOf, isPicture, withoutExtension } from "./paths";

/** Strictest first: the looser ones would take the strict ones' lines for names. */
const kinds: readonly ClassListKind[] = [
  jsonClasses,
  labelStudioConfig,
  cvatLabelmap,
  headedTable,
  plainTable,
  nameLines,
];

/** A class list as its file has it: nothing is filled in yet. */
export interface ClassList {
  readonly path: string;
  /** How it was read, e.g. "one name a line". */
  readonly kind: string;
  /** No id occurs twice, and every id fits a label. */
  readonly entries: readonly ClassEntry[];
  /** All classes have ids; without them their order counts. */
  readonly hasIds: boolean;
  /** All classes have colours. */
  readonly hasColors: boolean;
}

/** Larger ones hold annotations. */
const maxBytes = 5_000_000;
/** More text files of one type in a folder belong to images. */
const maxAlike = 12;

/** What only class lists are called. */
const tellingName =
  /^((_|obj_?)?class(es|names?|list|dict|map|lookup|labels?)?|_?classes|label_?(map|colou?rs?|names?|list|classes)|labels|class_?(names?|dict|map|mapping|list|colou?rs?)(_.*)?|names|obj|codes?|colou?rs|colou?r_?(map|coding)|palette|id2(label|name)|label2id|objectinfo\d+|categories|obj_class_to_machine_color|dataset_meta|ontology|legend)$/i;
/** What class lists are called and other files too. */
const usualName =
  /class|label|categor|palette|colou?r|ontology|^(meta|config.*|dataset|data|_?annotations.*|instances_.*|panoptic_.*|info)$/i;

/** How much a file's name says that it lists classes: 2 (nothing else is called that), 1 or 0. */
export function nameTells(path: string): 0 | 1 | 2 {
  const name = withoutExtension(baseName(path));
  return tellingName.test(name) ? 2 : usualName.test(name) ? 1 : 0;
}

/** The files that may be class lists whatever their names: small texts that do not go with single images. */
export function findClassFiles(files: readonly { readonly path: string; readonly size: number }[]): string[] {
  const stems = new Set(
    files.filter(({ path }) => isPicture(path)).map(({ path }) => withoutExtension(baseName(path))),
  );
  const alike = new Map<string, number>();
  const place = (path: string) => `${folderOf(path)}/*.${extensionOf(path)}`;
  for (const { path } of files) alike.set(place(path), (alike.get(place(path)) ?? 0) + 1);
  const ofImage = (path: string) => {
    const stem = withoutExtension(baseName(path));
    return stems.has(stem) || stems.has(withoutExtension(stem)) || /_polygons$/i.test(stem);
  };
  const depth = (path: string) => path.split("/").length;
  return files
    .filter(({ path, size }) => /^(txt|json|csv|tsv|ya?ml|names|xml)$/.test(extensionOf(path)) && size <= maxBytes)
    .filter(({ path }) => !/(^|\/)(\.|__MACOSX|node_modules\/)/.test(path) && !ofImage(path))
    .map(({ path }) => path)
    .filter((path) => nameTells(path) === 2 || (alike.get(place(path)) ?? 0) <= maxAlike)
    .sort((a, b) => nameTells(b) - nameTells(a) || depth(a) - depth(b) || (a < b ? -1 : 1));
}

/**
 * Reads a class list by its content: JSON and YAML, CVAT's label map, Label Studio's configuration, tables with or
 * without headings (comma, semicolon, tab, blanks), one name a line.
 * @returns the list, and a second one where it gives ids for training too; none where the file is something else (a
 * description, a list of images).
 * @throws FormatError where it is a class list by its name or content but cannot be used.
 */
export async function readClassLists(path: string, text: string): Promise<ClassList[]> {
  const file = await parse(path, text);
  for (const kind of file === null ? [] : kinds) {
    const entries = kind.read(file as ClassFile);
    if (entries === null) continue;
    if (kind === nameLines && !mayBeNames(path, entries)) break;
    return withTrainIds({ path, kind: kind.name, ...checked(entries) });
  }
  if (nameTells(path) === 2 && !(file && listsImages(file))) throw unreadable();
  return [];
}

function unreadable(why = "The class list cannot be read."): FormatError {
  return new FormatError(why, 'Write it as JSON: [{"id": 0, "name": "road"}, ...].');
}

/** Null where the file is not what its extension says. */
async function parse(path: string, text: string): Promise<ClassFile | null> {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(#(?![0-9a-f]{6}\b)|\/\/)/i.test(line));
  try {
    const type = extensionOf(path);
    if (type === "json") return { text, lines, value: JSON.parse(text) };
    if (!/^ya?ml$/.test(type)) return { text, lines, value: undefined };
    const { parse: parseYaml } = await import("yaml");
    return { text, lines, value: parseYaml(text, { logLevel: "silent" }) ?? null };
  } catch {
    return null;
  }
}

/** A bare column of words is a class list by its name only, or where it is more than one and no prose. */
function mayBeNames(path: string, entries: readonly ClassEntry[]): boolean {
  const tells = nameTells(path);
  if (/^(read_?me|licen[cs]e|copying|notice|changelog|requirements|credits|authors|citation)/i.test(baseName(path)))
    return false;
  if (tells === 2) return true;
  const names = entries.map(({ name }) => name);
  const isProse = names.some((name) => name.split(/\s+/).length > 4);
  const isNumbered = names.filter((name) => /\d{3,}/.test(name)).length > names.length / 2;
  return names.length >= 2 && new Set(names).size === names.length && !isProse && !isNumbered;
}

function listsImages({ lines }: ClassFile): boolean {
  const named = lines.filter((line) => /\.(jpe?g|png|tiff?|bmp|gif|webp)\b/i.test(line)).length;
  return lines.length > 0 && named >= lines.length / 2;
}

function checked(entries: readonly ClassEntry[]): Pick<ClassList, "entries" | "hasIds" | "hasColors"> {
  const hasIds = entries.some(({ id }) => id !== undefined);
  const hasTrainIds = entries.some(({ trainId }) => trainId !== undefined && isTrained(trainId));
  const names = new Map<number, string>();
  const listed = entries.flatMap((entry, index): ClassEntry[] => {
    const id = entry.id ?? index;
    // labelme lists its ignore class as id -1, Cityscapes its licence plates.
    if (id < 0) return [];
    if (id > maxClassId) throw unreadable(`Class id ${id} ("${entry.name}") is above ${maxClassId}.`);
    const other = names.get(id);
    if (other !== undefined) {
      const reason = `Class id ${id} is used twice ("${other}" and "${entry.name}").`;
      throw new FormatError(reason, "Give every class an id of its own.");
    }
    names.set(id, entry.name);
    const isVoid = isVoidName(entry.name) || (hasTrainIds && entry.trainId !== undefined && !isTrained(entry.trainId));
    return [
      { ...entry, ...(hasIds ? { id } : {}), ...(isVoid && entry.ignored === undefined ? { ignored: true } : {}) },
    ];
  });
  if (listed.length === 0) throw unreadable();
  return { entries: listed, hasIds, hasColors: listed.every(({ color }) => color !== undefined) };
}

/** Cityscapes evaluates no class of train id 255 or -1. */
function isTrained(trainId: number): boolean {
  return trainId >= 0 && trainId < 255;
}

/** The list by its ids, and by the ids for training where it has them: which one fits is for the labels to say. */
function withTrainIds(list: ClassList): ClassList[] {
  const trained = list.entries.filter(({ trainId }) => trainId !== undefined && isTrained(trainId));
  const isOneEach = new Set(trained.map(({ trainId }) => trainId)).size === trained.length;
  if (trained.length < 2 || !isOneEach) return [list];
  const byTrainId = trained.map(({ trainId = 0, ...entry }): ClassEntry => ({ ...entry, id: trainId }));
  return [list, { ...list, kind: `${list.kind}, by train id`, entries: byTrainId, hasIds: true }];
}

/** The text of a file: UTF-8, or UTF-16 where its first bytes say so. */
export function decodeText(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
