import type { ClassTable, Rgb } from "../core/classTable";
import { folderOf, isPicture } from "./paths";

/** Ids and colours met in the label files looked at, to name or guess classes from. */
export interface SeenLabels {
  /** Pixels of each id in files that hold ids. */
  readonly ids: ReadonlyMap<number, number>;
  /** Pixels of each colour (0xRRGGBB) in files that hold colours. */
  readonly colors: ReadonlyMap<number, number>;
  /** Palette entries in use in indexed files, with their pixels. */
  readonly entries: readonly PaletteEntry[];
}

/** An index of an indexed file and the colour its palette gives it; files may give it different ones. */
export interface PaletteEntry {
  readonly index: number;
  readonly color: Rgb;
  readonly count: number;
}

/** Which files play which part in a data set. */
export interface FileRoles {
  /** Name to show, e.g. "Pascal VOC". */
  readonly layout: string;
  readonly images: readonly string[];
  readonly labels: readonly string[];
  /** The path with the folder that tells the role taken out: equal for an image and its label. */
  commonPath(path: string): string;
  /** Colours of colour-coded files that no class list names are VOC's. */
  readonly vocColors: boolean;
  /** The layout's own classes, for data sets without a class list; null = make them from what was seen. */
  defaultClasses(seen: SeenLabels): ClassTable | null;
}

/** A data set layout: recognised from its paths alone. */
export type Layout = (paths: readonly string[]) => FileRoles | null;

/** What a folder's name says of the files under it; `common` replaces the name in the common path ("" drops it). */
export interface FolderRole {
  readonly role: "image" | "label";
  readonly common: string;
}

/** Sorts pictures by the first folder of their path that tells a role. */
export function rolesByFolder(
  paths: readonly string[],
  roleOf: (folder: string, path: string) => FolderRole | null,
): Pick<FileRoles, "images" | "labels" | "commonPath"> {
  const images: string[] = [];
  const labels: string[] = [];
  const common = new Map<string, string>();
  for (const path of paths.filter(isPicture)) {
    const folders = folderOf(path).split("/");
    const at = folders.findIndex((folder) => roleOf(folder, path) !== null);
    const found = at < 0 ? null : roleOf(folders[at], path);
    if (!found) continue;
    (found.role === "image" ? images : labels).push(path);
    const kept = folders.flatMap((folder, i) => (i !== at ? [folder] : found.common ? [found.common] : []));
    common.set(path, [...kept, path.slice(path.lastIndexOf("/") + 1)].join("/"));
  }
  return { images, labels, commonPath: (path) => common.get(path) ?? path };
}

/** A table from `id, name, colour` rows; `ignoredIds` are void. */
export function tableOf(
  rows: readonly (readonly [number, string, Rgb])[],
  ignored: (id: number, name: string) => boolean = () => false,
): ClassTable {
  return rows.map(([id, name, color]) => ({ id, name, color, ignored: ignored(id, name) }));
}
