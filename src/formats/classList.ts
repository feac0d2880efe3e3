import { maxClassId, type Rgb } from "../core/classTable";
import {
  type ClassEntry,
  type ClassFile,
  type ClassListKind,
  isRecord,
  isVoidName,
  wholeNumber,
} from "./classLists/classEntry";
import { labelMapProto, pythonCode } from "./classLists/code";
import { colorsIn } from "./classLists/colors";
import { cvatLabelmap } from "./classLists/cvat";
import { enviClasses } from "./classLists/envi";
import { jsonClasses } from "./classLists/json";
import { labelStudioConfig } from "./classLists/labelStudio";
import { nameLines } from "./classLists/names";
import { pythonLiteral } from "./classLists/python";
import { headedTable, plainTable } from "./classLists/table";
import { yamlValue } from "./classLists/yaml";
import { FormatError } from "./errors";
import { baseName, extensionOf, folderOf, isPicture, withoutExtension } from "./paths";

/** Strictest first: the looser ones would take the strict ones' lines for names. */
const kinds: readonly ClassListKind[] = [
  jsonClasses,
  labelStudioConfig,
  cvatLabelmap,
  labelMapProto,
  enviClasses,
  pythonCode,
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
  /** Set where it is read by other ids or colours than its first ones, e.g. "by train id". */
  readonly way?: string;
  /** It is another column of colours. */
  readonly isByColor?: true;
  /** Words with whole numbers in a file that is not called a class list: counts and settings look the same. */
  readonly isLoose?: true;
  /** The settings of a trained model: its classes, which may be of other data. */
  readonly isOfModel?: true;
  /** Made of two files. */
  readonly isJoined?: true;
}

/** Larger ones hold annotations: 65,536 classes with colours in JSON are smaller. */
export const maxListBytes = 5_000_000;
/** A list that takes seconds to read in YAML, whose reader makes an object of each mark, takes none in other forms. */
const maxYamlBytes = 1_000_000;
/** More text files of one type in a folder belong to images. */
const maxAlike = 12;

/** What only class lists are called. */
const tellingName =
  /^((_|obj_?)?class(es|names?|list|dict|map|lookup|labels?)?|_?classes|label_?(map|colou?rs?|names?|list|classes)|labels|class_?(names?|dict|map|mapping|list|colou?rs?)(_.*)?|names|obj|codes?|colou?rs|colou?r_?(map|coding)|palette|id2(label|name)|label2id|objectinfo\d+|categories|obj_class_to_machine_color|dataset_meta|ontology|legend|metainfo|(class|label)_?(map|mapping)_?.*|klassen(liste|namen)?|kategorien|legende|classi|classes_.*|clases|categor[ií]as|klassi|klasy|klasser|类别|标签|クラス)$/i;
/** What class lists are called and other files too. */
const usualName =
  /class|label|categor|palette|colou?r|cmap|ontology|klass|clase|kategor|legend|^(meta|config.*|dataset|data|_?annotations.*|annotation_definitions|instances_.*|panoptic_.*|info)$/i;

/** How much a file's name says that it lists classes: 2 (nothing else is called that), 1 or 0. */
export function nameTells(path: string): 0 | 1 | 2 {
  const name = withoutExtension(baseName(path));
  // 3D Slicer's tables of segments.
  return tellingName.test(name) || extensionOf(path) === "ctbl" ? 2 : usualName.test(name) ? 1 : 0;
}

/** What lists settings, counts, persons or parts of a data set. */
const otherName =
  /^(.*[_-])?(config|cfg|hparams?|hyp|hyper_?parameters?|params?|args|options|settings|splits?|folds?|cameras?|sensors?|annotators?|patients?|subjects?|participants?|authors?|users?|operators?|raters?|readers?|experts?|hospitals?|stats|statistics|counts?|metrics|history|results)([_-].*)?$/i;

/** Whether a list in a file of such a name is one of something else: not where the name says "class" as well. */
function isOtherList(path: string, list: ClassList): boolean {
  const name = withoutExtension(baseName(path));
  if (list.hasColors || !list.hasIds || !otherName.test(name) || /class|label|categor/i.test(name)) return false;
  return nameTells(path) === 0 || list.isLoose === true;
}

/** Words with numbers: `{"sky": 0, "road": 1}` or lines of `sky 0`; looser the less the file's name says of classes. */
function isLoose(path: string, kind: ClassListKind, { value, lines }: ClassFile): boolean {
  const name = withoutExtension(baseName(path));
  const isCount = /count|stat|freq|weight|number/i.test(name);
  if (!isCount && (nameTells(path) === 2 || /class|label|categor|names|palette|legend|ontolog|klass|clase/i.test(name)))
    return false;
  if (value === undefined)
    return kind === plainTable && lines.every((line) => /^[^\d\s].*\s\d+$/.test(line.replace(/[,;:=]/g, " ")));
  const entries = isRecord(value) ? Object.entries(value) : [];
  return entries.length > 0 && entries.every(([key, number]) => Number.isInteger(number) && wholeNumber(key) === null);
}

/** Hugging Face's config.json of a model: its id2label are the classes that it was trained for. */
function isModelConfig(value: unknown): boolean {
  return isRecord(value) && ["model_type", "architectures", "transformers_version"].some((key) => key in value);
}

/** Types of files that are read as class lists. */
const listType =
  /^(txt|json|csv|tsv|ya?ml|md|names|xml|py|pbtxt|lst|list|tab|dat|gpl|lut|clr|cfg|ini|cmap|map|ctbl|hdr)$/;

/** Files that are called what only class lists are called, and are too large to be one. */
export function findLargeLists(files: readonly { readonly path: string; readonly size: number }[]): string[] {
  return files
    .filter((file) => listType.test(extensionOf(file.path)) && file.size > maxListBytes && nameTells(file.path) === 2)
    .map(({ path }) => path);
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
  return (
    files
      // Of pictures the size is not asked for: of thousands that takes seconds.
      .filter((file) => listType.test(extensionOf(file.path)) && file.size <= maxListBytes)
      .filter(({ path }) => !/(^|\/)(\.|__MACOSX|node_modules\/)/.test(path) && !ofImage(path))
      .map(({ path }) => path)
      .filter((path) => nameTells(path) === 2 || (alike.get(place(path)) ?? 0) <= maxAlike)
      .sort((a, b) => nameTells(b) - nameTells(a) || depth(a) - depth(b) || (a < b ? -1 : 1))
  );
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
  if (file && hasRegions(file.value))
    throw unreadable("Its labels are regions of several ids (nnU-Net), which are not read as classes.");
  for (const kind of file === null ? [] : kinds) {
    const entries = kind.read(file as ClassFile);
    if (entries === null) continue;
    if (kind === nameLines && !mayBeNames(path, entries)) break;
    const loose = isLoose(path, kind, file as ClassFile) ? { isLoose: true as const } : {};
    const model = isModelConfig(file?.value) ? { isOfModel: true as const } : {};
    const list: ClassList = { path, kind: kind.name, ...checked(wholeColors(entries, text)), ...loose, ...model };
    return isOtherList(path, list) ? [] : withOtherIds(list);
  }
  if (/\.ya?ml$/i.test(path) && text.length > maxYamlBytes && nameTells(path) === 2)
    throw new FormatError(
      `YAML of more than ${maxYamlBytes / 1e6} MB is not read as a class list.`,
      "Save the list as JSON or CSV: id,name,r,g,b.",
    );
  if (nameTells(path) === 2 && !(file && (listsImages(file) || colorsIn(file)))) throw unreadable();
  return [];
}

/** Colours without names, in order or by id: they may belong to names in another file. */
export async function readColors(path: string, text: string): Promise<ReadonlyMap<number, Rgb> | null> {
  const file = await parse(path, text);
  return file && colorsIn(file);
}

/** Fractions of 1 are read as bytes; a colour of ones and noughts among them is one of them. */
function wholeColors(entries: readonly ClassEntry[], text: string): readonly ClassEntry[] {
  if (!/(^|[\s,;[(:])[01]?\.\d/.test(text)) return entries;
  return entries.map(({ color, ...entry }) =>
    color
      ? { ...entry, color: color.every((part) => part <= 1) ? (color.map((v) => 255 * v) as unknown as Rgb) : color }
      : entry,
  );
}

function unreadable(why = "The class list cannot be read."): FormatError {
  return new FormatError(why, 'Write it as JSON: [{"id": 0, "name": "road"}, ...].');
}

/** Longer than any name: what looks for the end of a run of blanks is quick. */
const manyBlanks = /(\s{100})\s+/g;

/** Null where the file is not what its extension says. */
async function parse(path: string, text: string): Promise<ClassFile | null> {
  const type = extensionOf(path);
  const isComment = type === "gpl" ? /^(GIMP Palette|Name:|Columns:|#)/i : /^(#(?![0-9a-f]{6}\b)|\/\/)/i;
  const all = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim().replace(manyBlanks, "$1"))
    .filter((line) => line !== "" && !isComment.test(line));
  const table = type === "md" ? markdownTable(all) : all;
  // A description lists its classes in a table if at all.
  if (table === null && nameTells(path) < 2) return null;
  const lines = plainLines(table ?? all, type);
  try {
    if (type === "json") return { text, lines, value: JSON.parse(text) };
    if (/^ya?ml$/.test(type)) {
      if (text.length > maxYamlBytes) return null;
      const value = await yamlValue(text);
      return value === undefined ? null : { text, lines, value };
    }
    // Python's and JSON's lists are pasted into texts.
    const literal = /^\s*[[({][\s\S]*[\])}]\s*$/.test(text) ? pythonLiteral(text) : undefined;
    return { text, lines, value: typeof literal === "object" ? literal : undefined };
  } catch {
    return null;
  }
}

/** The first table whose headings speak of names with ids or colours; null without one. */
function markdownTable(all: readonly string[]): readonly string[] | null {
  const isRow = (line: string | undefined) => line !== undefined && /^\|.*\|$/.test(line);
  const start = all.findIndex(
    (line, i) =>
      isRow(line) &&
      /^[-:|\s]+$/.test(all[i + 1] ?? "") &&
      /\b(class|name|label|category|klasse)/i.test(line) &&
      /\b(id|ids|value|index|number|colou?r|rgb|hex|pixel|train_?id|wert|farbe)/i.test(line),
  );
  if (start < 0) return null;
  const length = all.slice(start).findIndex((line) => !isRow(line));
  return all.slice(start, length < 0 ? undefined : start + length);
}

/** Lines without what surrounds a list: bullets, the bars of Markdown, sections of ini files, comments behind names. */
function plainLines(all: readonly string[], type: string): readonly string[] {
  const bullet = /^[-*\u2022]\s+/;
  const strip = (mark: RegExp) => all.map((line) => line.replace(mark, ""));
  if (all.length === 0) return all;
  if (/^(ini|cfg)$/.test(type)) return all.filter((line) => !/^\[.*\]$/.test(line));
  if (all.every((line) => bullet.test(line))) return strip(bullet);
  if (all.every((line) => /^\|.*\|$/.test(line)))
    return strip(/^\|\s*|\s*\|$/g).filter((line) => !/^[-:|\s]+$/.test(line));
  if (all.every((line) => /\S\s+(#|\/\/)\s/.test(line))) return strip(/\s+(#|\/\/)\s.*$/);
  // 0: sky, 1: road
  const parts = all.length === 1 ? all[0].split(/[,;]\s*/) : [];
  return parts.length > 1 && parts.every((part) => /^\d+\s*[:=]\s*\S/.test(part)) ? parts : all;
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

/** nnU-Net's {"labels": {"whole tumour": [1, 2, 3]}}. */
function hasRegions(value: unknown): boolean {
  const labels = isRecord(value) && isRecord(value.labels) ? Object.values(value.labels) : [];
  const isRegion = (part: unknown) => Array.isArray(part) && part.length > 0 && part.every(Number.isInteger);
  return (
    labels.some(isRegion) &&
    labels.every((part) => Number.isInteger(part) || isRegion(part)) &&
    "regions_class_order" in (value as object)
  );
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

/** The list by its ids and colours, and by the other ones where it has them: which fit is for the labels to say. */
function withOtherIds({ entries: all, ...list }: ClassList): ClassList[] {
  const plain = all.map(({ trainId: _, otherIds: _ids, otherColors: _colors, ...entry }) => entry);
  const columns = (of: "otherIds" | "otherColors") => [
    ...new Set(all.flatMap((entry) => Object.keys(entry[of] ?? {}))),
  ];
  const trained = all.flatMap(({ trainId }, i): ClassEntry[] =>
    trainId !== undefined && trainId <= maxClassId && isTrained(trainId) ? [{ ...plain[i], id: trainId }] : [],
  );
  const byIds = columns("otherIds").map((column) => ({
    way: `by ${column}`,
    entries: all.flatMap(({ otherIds }, i): ClassEntry[] => {
      const id = otherIds?.[column];
      return id === undefined || id < 0 || id > maxClassId ? [] : [{ ...plain[i], id }];
    }),
  }));
  const byColors = columns("otherColors").map((column) => ({
    way: `by ${column}`,
    isByColor: true as const,
    entries: all.flatMap(({ otherColors }, i): ClassEntry[] => {
      const color = otherColors?.[column];
      return color ? [{ ...plain[i], color }] : [];
    }),
  }));
  const isWhole = ({ entries }: { entries: readonly ClassEntry[] }) => entries.length === all.length;
  const ways = [
    ...(trained.length > 1 ? [{ way: "by train id", entries: trained }] : []),
    ...byIds.filter(isWhole),
    ...byColors.filter(isWhole),
  ].filter((way) => "isByColor" in way || new Set(way.entries.map(({ id }) => id)).size === way.entries.length);
  const others = ways.map((way): ClassList => {
    const has = "isByColor" in way ? { hasColors: true } : { hasIds: true };
    return { ...list, ...way, ...has, kind: `${list.kind}, ${way.way}` };
  });
  return [{ ...list, entries: plain }, ...others];
}

/** Files that are called what class lists are called, of types that are not read. */
export function findUnreadLists(paths: readonly string[]): string[] {
  const types =
    /^(|xlsx?|ods|mat|m|npy|npz|pkl|pickle|docx?|odt|pdf|toml|html?|rst|r|rds|rda|rdata|ase|act|aco|qml|sld|lyr|parquet|proto|cpp|hpp?|h|java|js|ts|cs|lua)$/;
  const found = paths.filter(
    (path) =>
      (nameTells(path) === 2 && types.test(extensionOf(path))) ||
      // QGIS's and other styles; Unity's names of colours, a file an image.
      /\.(qml|sld)$|frame_data\.json$/i.test(path),
  );
  // Many of them are something else.
  const unread = found.filter((path) => !/(^|\/)(\.|__MACOSX|node_modules\/)/.test(path));
  return unread.length <= maxAlike ? unread : unread.filter((path) => /frame_data\.json$/i.test(path)).slice(0, 1);
}

/** A file's text, and the encoding where only the text itself tells it. */
export interface DecodedText {
  readonly text: string;
  readonly guessed?: string;
}

/**
 * The text of a file: UTF-8, or UTF-16 where its first bytes or its zeros say so. What is neither is Chinese (GB 18030)
 * where its bytes above 127 come in pairs, else Western European (Windows-1252, Latin-1).
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: decodeAs("utf-16le", bytes) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: decodeAs("utf-16be", bytes) };
  const zeros = [0, 1].map((odd) => bytes.filter((byte, at) => byte === 0 && at % 2 === odd).length);
  for (const [odd, encoding] of [
    [1, "utf-16le"],
    [0, "utf-16be"],
  ] as const)
    if (zeros[odd] > bytes.length / 4 && zeros[1 - odd] === 0) return { text: decodeAs(encoding, bytes) };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    let [run, arePairs] = [0, true];
    for (const byte of [...bytes, 0]) {
      if (byte < 128) arePairs &&= run % 2 === 0;
      run = byte < 128 ? 0 : run + 1;
    }
    const guessed = arePairs ? "gb18030" : "windows-1252";
    return { text: decodeAs(guessed, bytes), guessed: arePairs ? "GB 18030" : "Windows-1252 (Latin-1)" };
  }
}

function decodeAs(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes);
}
