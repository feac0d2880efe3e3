import type { Rgb } from "../../core/classTable";
import { type ClassEntry, type ClassListKind, readColor, rgbOf, wholeNumber } from "./classEntry";
import { isName, unquote } from "./names";

/** What a column of a table of classes holds. */
type Role = "id" | "trainId" | "name" | "color" | "r" | "g" | "b" | "ignored";

const headers: Readonly<Record<string, Role>> = {
  name: "name",
  names: "name",
  classname: "name",
  classnames: "name",
  labelname: "name",
  category: "name",
  categoryname: "name",
  title: "name",
  readable: "name",
  description: "name",
  id: "id",
  idx: "id",
  index: "id",
  value: "id",
  values: "id",
  pixelvalue: "id",
  grayvalue: "id",
  greyvalue: "id",
  classid: "id",
  classindex: "id",
  labelid: "id",
  categoryid: "id",
  code: "id",
  trainid: "trainId",
  trainids: "trainId",
  r: "r",
  red: "r",
  g: "g",
  green: "g",
  b: "b",
  blue: "b",
  color: "color",
  colour: "color",
  rgb: "color",
  hex: "color",
  palette: "color",
  rgbcolor: "color",
  rgbvalue: "color",
  hexcolor: "color",
  colorhex: "color",
  colorrgb: "color",
  ignoreineval: "ignored",
  ignore: "ignored",
  ignored: "ignored",
};

/** A table with named columns in any order (csv, tab-separated): class_dict.csv, _classes.csv, objectInfo150.txt. */
export const headedTable: ClassListKind = {
  name: "table with headings",
  read({ lines, value }) {
    if (value !== undefined || lines.length < 2) return null;
    for (const split of splitters) {
      const rows = lines.map(split);
      const roles = headerRoles(rows);
      if (roles) return entriesOf(rows.slice(1), roles);
    }
    return null;
  },
};

/** Rows of a name with an id, a colour or both, in this or that order: `1 road`, `R G B name`, `name,R,G,B`, `name,#hex`. */
export const plainTable: ClassListKind = {
  name: "table",
  read({ lines, value }) {
    if (value !== undefined) return null;
    for (const split of [...splitters, splitWords]) {
      const rows = lines.map(split);
      const roles = guessRoles(rows);
      const entries = roles && entriesOf(rows, roles);
      if (entries) return entries;
    }
    return null;
  },
};

const splitters = [/,/, /;/, /\t/, /:/].map((separator) => (line: string) => splitQuoted(line, separator));

/** Cells of a line; a separator within quotes or brackets does not count. */
function splitQuoted(line: string, separator: RegExp): string[] {
  const cells: string[] = [];
  let cell = "";
  let closing = "";
  for (const character of line) {
    if (closing === "" && separator.test(character)) {
      cells.push(cell);
      cell = "";
      continue;
    }
    if (closing === character) closing = "";
    else if (closing === "" && cell.trim() === "") closing = { '"': '"', "[": "]", "(": ")" }[character] ?? "";
    cell += character;
  }
  return [...cells, cell].map((part) => unquote(part.trim()));
}

/** `64 128 64<tab>Animal`, `3 blue sky`, `road 128 64 128`: numbers before and after a name that may have spaces. */
function splitWords(line: string): string[] {
  const match = /^((?:\d+\s*[:.)]?\s+)*)(.*?)((?:\s+\d+)*)$/.exec(line.trim());
  if (!match) return [line];
  const numbers = (text: string) => text.match(/\d+/g) ?? [];
  const [before, after] = [numbers(match[1]), numbers(match[3])];
  // A single number behind a name belongs to it: "class 1".
  const isColor = after.length === 3 || after.length === 4;
  return [...before, unquote(isColor ? match[2] : match[2] + match[3]), ...(isColor ? after : [])];
}

function headerRoles(rows: readonly (readonly string[])[]): readonly (Role | null)[] | null {
  const [head, ...body] = rows;
  if (head.length < 2 || head.some((cell) => wholeNumber(cell) !== null)) return null;
  const keys = head.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ""));
  const roles: (Role | null)[] = keys.map((key) => headers[key] ?? null);
  const numeric = (column: number) => body.every((row) => wholeNumber(row[column] ?? "") !== null);
  // "label" and "class" are names in some files and numbers in others.
  for (const [column, key] of keys.entries()) {
    if (!["label", "labels", "class", "classes", "object"].includes(key)) continue;
    if (!numeric(column)) roles[column] = roles.includes("name") ? null : "name";
    else if (!roles.includes("id")) roles[column] = "id";
  }
  const isUseful = roles.some((role) => role !== null && role !== "name" && role !== "ignored");
  const known = roles.filter((role) => role !== null);
  return roles.includes("name") && (isUseful || head.length === known.length) ? firstOfEach(roles) : null;
}

function firstOfEach(roles: readonly (Role | null)[]): (Role | null)[] {
  return roles.map((role, column) => (roles.indexOf(role) === column ? role : null));
}

function guessRoles(rows: readonly (readonly string[])[]): readonly (Role | null)[] | null {
  const width = rows[0]?.length ?? 0;
  if (width < 2 || rows.some((row) => row.length !== width)) return null;
  const columns = Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
  const isNumber = columns.map((cells) => cells.every((cell) => wholeNumber(cell) !== null));
  const isColor = columns.map((cells, i) => !isNumber[i] && cells.every((cell) => readColor(cell) !== null));
  const names = columns.flatMap((cells, i) => (!isNumber[i] && !isColor[i] && cells.every(isName) ? [i] : []));
  const numbers = columns.flatMap((_, i) => (isNumber[i] ? [i] : []));
  const roles: (Role | null)[] = columns.map((_, i) => (isColor[i] ? "color" : null));
  if (names.length === 0 || names.length + numbers.length + isColor.filter(Boolean).length < width) return null;
  roles[names[0]] = "name";
  const hasColor = isColor.includes(true);
  if (numbers.length === 0) return hasColor ? firstOfEach(roles) : null;
  const runOfThree = numbers.findIndex((at, i) => !hasColor && numbers[i + 2] === at + 2);
  // Of four numbers in a row the first (with the name between: the lone one) is the id.
  const rgbAt =
    runOfThree < 0 ? -1 : numbers[runOfThree] + (numbers[runOfThree + 3] === numbers[runOfThree] + 3 ? 1 : 0);
  if (rgbAt >= 0) roles.splice(rgbAt, 3, "r", "g", "b");
  const id = numbers.find((at) => roles[at] === null);
  if (id !== undefined) roles[id] = "id";
  return firstOfEach(roles);
}

function entriesOf(rows: readonly (readonly string[])[], roles: readonly (Role | null)[]): ClassEntry[] | null {
  const at = (row: readonly string[], role: Role): string | undefined =>
    roles.includes(role) ? row[roles.indexOf(role)] : undefined;
  const entries: ClassEntry[] = [];
  for (const row of rows) {
    const name = at(row, "name") ?? "";
    if (name === "" && row.every((cell) => cell === "")) continue;
    const id = wholeNumber(at(row, "id"));
    const trainId = wholeNumber(at(row, "trainId"));
    const color = colorOf(at(row, "color"), [at(row, "r"), at(row, "g"), at(row, "b")]);
    const ignored = at(row, "ignored");
    const isBad =
      (roles.includes("id") && id === null) || (color === null && (roles.includes("r") || roles.includes("color")));
    if (name === "" || isBad || isFileName(name)) return null;
    entries.push({
      name,
      ...(id === null ? {} : { id }),
      ...(trainId === null ? {} : { trainId }),
      ...(color ? { color } : {}),
      ...(ignored && /^(1|true|yes)$/i.test(ignored) ? { ignored: true } : {}),
    });
  }
  return entries.length > 0 ? entries : null;
}

function isFileName(name: string): boolean {
  return /\.(jpe?g|png|tiff?|bmp|gif|webp)$/i.test(name);
}

function colorOf(cell: string | undefined, rgb: readonly (string | undefined)[]): Rgb | null {
  return cell === undefined ? rgbOf(rgb.map((part) => part ?? null)) : readColor(cell);
}
