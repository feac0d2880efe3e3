import type { Rgb } from "../../core/classTable";
import { type ClassEntry, type ClassListKind, readColor, rgbOf, wholeNumber } from "./classEntry";
import { headingRole, isFigure, type Role } from "./headings";
import { isName, unquote } from "./names";

/** A table with named columns in any order (csv, tab-separated): class_dict.csv, _classes.csv, objectInfo150.txt. */
export const headedTable: ClassListKind = {
  name: "table with headings",
  read({ lines, value }) {
    if (value !== undefined || lines.length < 2) return null;
    for (const split of [...splitters, splitColumns, splitBlanks]) {
      const rows = lines.map((line, i) => split(line, i));
      const roles = headerRoles(rows);
      if (!roles) continue;
      return entriesOf(rows.slice(1), roles, rows[0]);
    }
    for (const split of splitters) {
      const rows = lines.map(split);
      const roles = rolesUnderHeadings(rows);
      const entries = roles && entriesOf(rows.slice(1), roles);
      if (entries) return entries;
    }
    return null;
  },
};

/** Rows of a name with an id, a colour or both, in this or that order: `1 road`, `R G B name`, `name,R,G,B`, `name,#hex`. */
export const plainTable: ClassListKind = {
  name: "table",
  read({ lines, value }) {
    if (value !== undefined) return null;
    const colored = colorsThenNames(lines);
    if (colored) return colored;
    for (const split of [...splitters, splitColumns, splitSigns, splitWords, splitLast]) {
      const rows = lines.map(split);
      const roles = guessRoles(rows);
      const entries = roles && entriesOf(rows, roles);
      // lane 1, lane 2; 2 wheeler, 4 wheeler: the number is part of the name.
      const hasNames = entries && isDistinct(entries, "name");
      const hasIds = entries && isDistinct(entries, "id");
      const isPart =
        (split === splitLast && !(hasNames && hasIds)) ||
        (split === splitWords && !hasNames && hasIds && entries.every(({ color }) => !color));
      if (entries && !isPart) return entries;
    }
    return null;
  },
};

/** No table of classes is so wide: what tells columns apart looks at each of them in each row. */
const mostColumns = 1000;

/** CamVid's `R G B<tab>name`: whatever stands behind the tab is a name, unless all are numbers, which may be ids. */
function colorsThenNames(lines: readonly string[]): ClassEntry[] | null {
  const rows = lines.map((line) => /^(\d{1,3}) +(\d{1,3}) +(\d{1,3})\t+(\S[^\t]*)$/.exec(line));
  const entries = rows.map((row) => {
    const color = row && rgbOf(row.slice(1, 4));
    return color && { name: unquote(row[4].trim()), color };
  });
  const isAll = entries.every((entry) => entry !== null && !isFileName(entry.name));
  const found = entries.filter((entry) => entry !== null);
  return isAll && found.some(({ name }) => wholeNumber(name) === null) ? found : null;
}

function isDistinct(entries: readonly ClassEntry[], part: "name" | "id"): boolean {
  return new Set(entries.map((entry) => entry[part])).size === entries.length;
}

const splitters = [",", ";", "\t", ":", "|", "="].map((separator) => (line: string) => splitQuoted(line, separator));
const closings: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["[", "]"],
  ["(", ")"],
]);

/** Cells of a line; a separator within quotes or brackets does not count. */
function splitQuoted(line: string, separator: string): string[] {
  const cells: string[] = [];
  let start = 0;
  let closing = "";
  let isBlank = true;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at];
    if (closing === "" && character === separator) {
      cells.push(line.slice(start, at));
      start = at + 1;
      isBlank = true;
      continue;
    }
    if (closing === character) closing = "";
    else if (closing === "" && isBlank) closing = closings.get(character) ?? "";
    isBlank &&= character.trim() === "";
  }
  return [...cells, line.slice(start)].map((part) => unquote(part.trim()));
}

/** `64 128 64<tab>Animal`, `3 blue sky`, `road 128 64 128`: numbers before and after a name that may have spaces. */
function splitWords(line: string): string[] {
  const text = line.trim();
  const start = /^(?:\d+(?:\s*[:.)])?\s+)*/.exec(text)?.[0].length ?? 0;
  const before = text.slice(0, start).match(/\d+/g) ?? [];
  const after: string[] = [];
  let [name, rest] = [text.slice(start), endingNumber(text.slice(start))];
  // More than a colour has belong to the name as well.
  for (; rest && after.length < 5; rest = endingNumber(rest.before)) {
    after.unshift(rest.number);
    if (after.length === 3 || after.length === 4) name = rest.before;
  }
  // A single number behind a name belongs to it: "class 1".
  const isColor = after.length === 3 || after.length === 4;
  return [...before, unquote(isColor ? name : text.slice(start)), ...(isColor ? after : [])];
}

/** What stands before a number at a text's end, and the number; null where there is none behind a blank. */
function endingNumber(text: string): { readonly before: string; readonly number: string } | null {
  let start = text.length;
  while (/\d/.test(text.charAt(start - 1))) start -= 1;
  const before = text.slice(0, start).trimEnd();
  return start === text.length || before.length === start ? null : { before, number: text.slice(start) };
}

/** Columns under each other, two blanks or more apart. */
function splitColumns(line: string): string[] {
  return line
    .trim()
    .split(/\s{2,}|\t/)
    .map(unquote);
}

/** `0 - sky`, `sky -> 0`, `sky (0)`, `sky (0, 0, 200)` */
function splitSigns(line: string): string[] {
  const bracket = /^(.*\S)\s*[([]([\d\s,;]+)[)\]]$/.exec(line.trim());
  const parts = bracket ? bracket.slice(1) : line.split(/\s+(?:[-\u2013]|[-=]>|\u2192)\s+/);
  return parts.map((part) => unquote(part.trim()));
}

/** Headings are single words: `Category r g b`. */
function splitBlanks(line: string, at: number): string[] {
  return at === 0 ? line.trim().split(/\s+/) : splitLast(line);
}

/** `traffic light 7`: a name and its number. */
function splitLast(line: string): string[] {
  const ending = endingNumber(line.trim());
  const isName = ending && /\p{L}/u.test(ending.before) && !/\d$/.test(ending.before);
  return isName ? [unquote(ending.before), ending.number] : splitWords(line);
}

function headerRoles(rows: readonly (readonly string[])[]): readonly (Role | null)[] | null {
  const [head, ...body] = rows;
  if (head.length < 2 || head.length > mostColumns || head.some((cell) => wholeNumber(cell) !== null)) return null;
  const told = head.map(headingRole);
  const roles: (Role | null)[] = told.map((role) => (role === "either" ? null : role));
  const numeric = (column: number) => body.every((row) => wholeNumber(row[column] ?? "") !== null);
  // "label" and "class" are names in some files and numbers in others.
  for (const [column, role] of told.entries()) {
    if (role !== "either") continue;
    if (!numeric(column)) roles[column] = roles.includes("name") ? null : "name";
    else if (!roles.includes("id")) roles[column] = "id";
  }
  const isUseful = roles.some((role) => role !== null && role !== "name" && role !== "ignored");
  const known = roles.filter((role) => role !== null);
  return roles.includes("name") && (isUseful || head.length === known.length) ? firstOfEach(roles) : null;
}

/** Headings of no language that is known, over columns that tell by their content: one of names, and one of ids or colours. */
function rolesUnderHeadings(rows: readonly (readonly string[])[]): readonly (Role | null)[] | null {
  const [head, ...body] = rows;
  const isHeading = head.every((cell) => wholeNumber(cell) === null && readColor(cell) === null);
  if (!isHeading || body.length < 2 || head.length > mostColumns) return null;
  const kept = head.flatMap((cell, column) => (isFigure(cell) ? [] : [column]));
  const known = guessRoles(body.map((row) => kept.map((column) => row[column] ?? "")));
  if (known === null) return null;
  const texts = kept.filter((column) => body.every((row) => isName(row[column] ?? "")));
  const loose = kept.filter((column, i) => known[i] === null && !texts.includes(column));
  // Two columns of numbers, or of words: which of them is meant?
  if (loose.length > 0 || (texts.length > 1 && !texts.some((column) => headingRole(head[column]) !== null)))
    return null;
  return head.map((_, column) => known[kept.indexOf(column)] ?? null);
}

function firstOfEach(roles: readonly (Role | null)[]): (Role | null)[] {
  return roles.map((role, column) => (roles.indexOf(role) === column ? role : null));
}

function guessRoles(rows: readonly (readonly string[])[]): readonly (Role | null)[] | null {
  const width = rows[0]?.length ?? 0;
  if (width < 2 || width > mostColumns || rows.some((row) => row.length !== width)) return null;
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

/** What further columns of one kind say: which one labels hold is for them to say. */
function further<T>(
  row: readonly string[],
  roles: readonly (Role | null)[],
  head: readonly string[],
  role: "id" | "color",
  read: (cell: string) => T | null,
): Readonly<Record<string, T>> | null {
  const found = head.flatMap((heading, column): [string, T][] => {
    const value = roles[column] === null && mayHold(role, heading) ? read(row[column] ?? "") : null;
    return value === null ? [] : [[heading, value]];
  });
  return found.length > 0 ? Object.fromEntries(found) : null;
}

/** "nyu40id", "old_color": more than headings of one meaning are called so. */
function mayHold(role: "id" | "color", heading: string): boolean {
  if (headingRole(heading) === role) return true;
  return (role === "id" ? /id$/i : /colou?r|rgb|hex/i).test(heading) && !/train_?id|instance/i.test(heading);
}

function entriesOf(
  rows: readonly (readonly string[])[],
  roles: readonly (Role | null)[],
  head: readonly string[] = [],
): ClassEntry[] | null {
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
    const otherIds = further(row, roles, head, "id", wholeNumber);
    const otherColors = further(row, roles, head, "color", readColor);
    const isBad =
      (roles.includes("id") && id === null) || (color === null && (roles.includes("r") || roles.includes("color")));
    if (name === "" || isBad || isFileName(name)) return null;
    entries.push({
      name,
      ...(id === null ? {} : { id }),
      ...(trainId === null ? {} : { trainId }),
      ...(otherIds ? { otherIds } : {}),
      ...(otherColors ? { otherColors } : {}),
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
