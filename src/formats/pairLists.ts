import { counted } from "../core/counted";
import type { LabelSet, Listing, Reading } from "./layout";
import { noMeaning } from "./layout";
import { listedRows, type Row } from "./pairRows";
import { baseName, extensionOf, folderOf, foldersOf, isPicture, stemOf } from "./paths";
import { cutStem, type Role, roleOfFolders, roleOfWords, wordsOf } from "./roleWords";

/** What the data set's own lists say: which label goes with which image, a column of labels each. */
export interface PairLists {
  readonly paths: readonly string[];
  readonly columns: readonly ListedColumn[];
}

interface ListedColumn {
  readonly name: string;
  readonly role: Role | null;
  readonly pairs: readonly { readonly image: string; readonly label: string }[];
}

/** Larger texts are no lists of pairs, and a folder of more texts holds one for each picture. */
const maxBytes = 5_000_000;
const maxTexts = 20;

/**
 * Lists that name each image with its label, found by content under any name: metadata.csv and .jsonl as Hugging Face's,
 * pairs.csv, train.txt ("a.jpg a.png"), JSON lists of objects. Columns in any order, separated by commas, semicolons, tabs
 * or spaces, with or without a heading; paths from anywhere, names alone, with or without extension. Null where no file is one.
 */
export async function readPairLists(listing: Listing): Promise<PairLists | null> {
  const texts = listing.paths.filter((path) => isText(path) && listing.size(path) <= maxBytes);
  const perFolder = new Map<string, number>();
  const group = (path: string) => `${folderOf(path)}/.${extensionOf(path)}`;
  for (const path of texts) perFolder.set(group(path), (perFolder.get(group(path)) ?? 0) + 1);
  const few = texts.filter((path) => (perFolder.get(group(path)) ?? 0) <= maxTexts);
  // A list that a program wrote for others to read comes before other lists.
  few.sort((a, b) => Number(isMetadata(b)) - Number(isMetadata(a)));
  if (few.length === 0 || listing.pictures.length < 2) return null;
  const find = finder(listing.pictures);
  const columns = new Map<string, ListedColumn>();
  const paths: string[] = [];
  for (const path of few) {
    const found = columnsOf(
      listedRows(path, await listing.text(path), (cell) => find(cell, folderOf(path)).length > 0),
      (cell) => find(cell, folderOf(path)),
    );
    if (!found) continue;
    paths.push(path);
    for (const column of found.columns) {
      const known = columns.get(column.name.toLowerCase());
      const taken = new Set(known?.pairs.map(({ label }) => label));
      const pairs = [...(known?.pairs ?? []), ...column.pairs.filter(({ label }) => !taken.has(label))];
      columns.set(column.name.toLowerCase(), { ...column, pairs });
    }
    if (found.missing.length > 0) {
      const count =
        found.missing.length === 1 ? "1 of its lines names a file" : `${found.missing.length} of its lines name files`;
      listing.note({
        path,
        reason: `${count} not here: ${found.missing[0]}.`,
        remedy: "Open those files together with it.",
      });
    }
  }
  return columns.size === 0 ? null : { paths, columns: merged([...columns.values()].sort(byRole)) };
}

function isText(path: string): boolean {
  return /^(csv|tsv|txt|jsonl|lst|list|json|data)$/.test(extensionOf(path));
}

function isMetadata(path: string): boolean {
  return /^metadata\.(csv|jsonl)$/i.test(baseName(path));
}

/** Columns that never speak of one image (each split's list calls them otherwise) are one. */
function merged(columns: readonly ListedColumn[]): ListedColumn[] {
  const out: ListedColumn[] = [];
  for (const column of columns) {
    const own = new Set(column.pairs.map(({ image }) => image));
    const home = out.findIndex((other) => !other.pairs.some(({ image }) => own.has(image)));
    if (home < 0) out.push(column);
    else out[home] = { ...out[home], pairs: [...out[home].pairs, ...column.pairs] };
  }
  return out;
}

/** Ids of classes before their colours, classes before objects. */
function byRole(a: ListedColumn, b: ListedColumn): number {
  const rank = ({ role }: ListedColumn) =>
    [null, "label", "rendering", "instances"].indexOf(role) + (role === null ? 1.5 : 0);
  return rank(a) - rank(b);
}

type Find = (cell: string) => readonly string[];

/** The pictures that a cell may mean: those that share the longest end of its path. */
function finder(pictures: readonly string[]): (cell: string, folder: string) => readonly string[] {
  const plain = (text: string) => text.normalize("NFC").toLowerCase();
  const byName = new Map<string, string[]>();
  const add = (key: string, path: string) => {
    const known = byName.get(key);
    if (known) known.push(path);
    else byName.set(key, [path]);
  };
  for (const path of pictures) {
    const name = plain(baseName(path));
    add(name, path);
    // Without extension too; numbers alone are rather counts or ids.
    const stem = plain(stemOf(path));
    if (stem !== name && /\p{L}/u.test(stem)) add(stem, path);
  }
  const known = new Map<string, readonly string[]>();
  return (cell, folder) => {
    const key = `${folder}\n${cell}`;
    const before = known.get(key);
    if (before) return before;
    const parts = plain(normal(cell)).split("/");
    const found = byName.get(parts[parts.length - 1]) ?? [];
    const shared = (path: string) => {
      const own = plain(path).split("/");
      let count = 1;
      while (
        count < Math.min(own.length, parts.length) &&
        own[own.length - 1 - count] === parts[parts.length - 1 - count]
      )
        count += 1;
      return count;
    };
    const exact = found.filter((path) => plain(path) === plain(normal(folder === "" ? cell : `${folder}/${cell}`)));
    const most = Math.max(0, ...found.map(shared));
    const result = exact.length > 0 ? exact : found.filter((path) => shared(path) === most);
    known.set(key, result);
    return result;
  };
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** Which columns name images and which labels, and what goes with what; null where fewer than two columns name pictures. */
function columnsOf(rows: readonly Row[], find: Find): { columns: ListedColumn[]; missing: string[] } | null {
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const told = names.flatMap((name) => {
    const cells = rows.flatMap((row) => row.get(name) ?? []).filter((cell) => cell !== "");
    const paths = cells.map(find).filter((each) => each.length > 0);
    // Columns of words, sizes, captions name no pictures.
    return paths.length > 0 && 2 * paths.length >= cells.length
      ? [{ name, role: roleOfColumn(name, paths), paths }]
      : [];
  });
  const isPhoto = ({ role, name }: (typeof told)[number]) => role === "image" || /^file[_ ]?(name|path)$/i.test(name);
  const image = told.find(isPhoto) ?? told.find(({ role }) => role === null) ?? null;
  const labels = told.filter(
    (column) => column !== image && column.role !== "image" && !/depth|disparity|normals?$|edges?$/i.test(column.name),
  );
  if (!image || labels.length === 0) return null;
  const missing: string[] = [];
  for (const row of rows) {
    const away = [image, ...labels].flatMap(({ name }) => {
      const cell = row.get(name) ?? "";
      return cell !== "" && isPicture(cell) && find(cell).length === 0 ? [cell] : [];
    });
    if (away.length > 0) missing.push(away[0]);
  }
  const columns = labels.map(({ name, role }): ListedColumn => {
    const taken = new Set<string>();
    const pairs = rows.flatMap((row) => {
      const one = only(find(row.get(image.name) ?? ""), "image");
      const label = only(find(row.get(name) ?? ""), "label");
      if (one === null || label === null || one === label || taken.has(label)) return [];
      taken.add(label);
      return [{ image: one, label }];
    });
    return { name, role, pairs };
  });
  const full = columns.filter(({ pairs }) => pairs.length > 0);
  return full.length === 0 ? null : { columns: full, missing };
}

/** The one picture that is meant: where a name occurs among images and labels, its column's. */
function only(paths: readonly string[], side: "image" | "label"): string | null {
  if (paths.length === 1) return paths[0];
  const own = paths.filter((path) => {
    const role = roleOfFile(path);
    return side === "image" ? role === "image" : role === "label";
  });
  return own.length === 1 ? own[0] : null;
}

function roleOfFile(path: string): Role | null {
  return roleOfFolders(foldersOf(path)) ?? cutStem(stemOf(path)).role;
}

/** By its heading, else by the files it names. */
function roleOfColumn(name: string, paths: readonly (readonly string[])[]): Role | null {
  const byHeading = /^#\d+$/.test(name) ? null : roleOfWords(wordsOf(name));
  if (byHeading !== null) return byHeading;
  const sure = paths.flatMap((each) => (each.length === 1 ? each : []));
  const roles = new Set(sure.map(roleOfFile));
  const [role] = roles;
  if (roles.size === 1 && role !== null) return role;
  return sure.length > 0 && sure.every((path) => /^jpe?g$/.test(extensionOf(path))) ? "image" : null;
}

const formOf = { label: "ids", rendering: "colors", instances: "instances" } as const;

/** What the lists alone make of the folder; words that tell the same files count more, for they take the list's pairs. */
export function listReading({ paths, columns }: PairLists, others: readonly Reading[]): Reading {
  const sets = columns.map(
    ({ name, role, pairs }): LabelSet => ({
      name: name.replace(/^#/, "column "),
      labels: pairs.map(({ label }) => label),
      form: role === null || role === "image" ? "ids" : formOf[role],
      what: "files of this column",
    }),
  );
  const pairs = columns.flatMap((column) => column.pairs);
  const isHuggingFace = paths.some(isMetadata);
  const file = isHuggingFace ? "metadata" : baseName(paths[0]);
  return {
    layout: isHuggingFace ? "Hugging Face folder" : "Images and masks by a list",
    images: [...new Set(pairs.map(({ image }) => image))],
    sets,
    pairs,
    meaning: noMeaning,
    evidence: {
      for: [`${file} names ${counted(columns[0].pairs.length, "image")} and, as ${sets[0].name}, their labels.`],
      against: [],
    },
    score: isHuggingFace ? 1 : others.some(({ listed }) => listed?.pairs.length === pairs.length) ? 0.3 : 0.61,
  };
}

/** A reading of the folder with what the lists say of its files; of several label sets, one that is listed comes first. */
export function withLists(reading: Reading, lists: PairLists): Reading {
  if (reading.pairs !== undefined || reading.images.length === 0) return reading;
  const images = new Set(reading.images);
  const all = lists.columns.flatMap(({ pairs }) => pairs.filter(({ image }) => images.has(image)));
  const named = new Set(all.map(({ label }) => label));
  const count = ({ labels }: LabelSet) => labels.filter((label) => named.has(label)).length;
  if (!reading.sets.some((set) => count(set) > 0)) return reading;
  const sets = count(reading.sets[0]) > 0 ? reading.sets : [...reading.sets].sort((a, b) => count(b) - count(a));
  // A list of its own: pairings are remembered by it.
  return { ...reading, images: [...reading.images], sets, listed: { path: lists.paths[0], pairs: all } };
}
