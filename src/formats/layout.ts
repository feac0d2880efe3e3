import type { ClassTable, Rgb } from "../core/classTable";
import type { AnnotatedImage, AnnotationSet } from "./annotations/types";
import type { ReadingChoices } from "./questions";
import type { RasterHeader } from "./raster";
import type { ReadingNote } from "./readingNote";

/** Ids and colours met in the label files looked at, to name or guess classes from. */
export interface SeenLabels {
  /** Pixels of each id in files that hold ids. */
  readonly ids: ReadonlyMap<number, number>;
  /** Pixels of each colour (0xRRGGBB) in files that hold colours. */
  readonly colors: ReadonlyMap<number, number>;
  /** Palette entries in use in indexed files, with their pixels. */
  readonly entries: readonly PaletteEntry[];
  /** Pixels that are not opaque; what they hold is read as any other's. */
  readonly transparent?: number;
  /** No file holds 255 (65535) together with another id than 0, though some hold such ids without it. */
  readonly isVoidApart?: boolean;
  /** Of each id and colour, the pixels that begin a 2 x 2 block of it (solidPixels). */
  readonly solid?: { readonly ids: ReadonlyMap<number, number>; readonly colors: ReadonlyMap<number, number> };
}

/** An index of an indexed file and the colour its palette gives it; files may give it different ones. */
export interface PaletteEntry {
  readonly index: number;
  readonly color: Rgb;
  readonly count: number;
}

/** What a layout knows of the classes in its labels. */
export interface LabelMeaning {
  /** Colours of colour-coded files that no class list names are VOC's. */
  readonly vocColors: boolean;
  /** The colours of `defaultClasses` are the coding of colour-coded files. */
  readonly codedColors?: boolean;
  /** What the data set calls its own label files, without extension; others borrow its layout, with classes of their own. */
  readonly ownNames?: RegExp;
  /** The layout's own classes, for data sets without a class list; null = make them from what was seen. */
  defaultClasses(seen: SeenLabels): ClassTable | null;
}

/** Which files play which part in a data set, once the reading and its label set are chosen. */
export interface FileRoles extends LabelMeaning {
  /** Name to show, e.g. "Pascal VOC". */
  readonly layout: string;
  readonly images: readonly string[];
  readonly labels: readonly string[];
}

/** One way in which the photographs are labelled: Cityscapes' labelIds, BDD100K's masks. */
export interface LabelSet {
  /** Stable for the same files, e.g. "labelIds": what is kept when the user chooses it. */
  readonly name: string;
  readonly labels: readonly string[];
  /** "ids" of classes, their "colors", or ids of single "instances". */
  readonly form: "ids" | "colors" | "instances";
  /** What it holds, as a clause: "ids of classes, 0..33". */
  readonly what: string;
  /** Where it differs from the reading's. */
  readonly meaning?: LabelMeaning;
}

/** One way to read a folder. */
export interface Reading {
  /** Name to show, e.g. "Pascal VOC". */
  readonly layout: string;
  readonly images: readonly string[];
  /** At least one, the one to be preferred first. */
  readonly sets: readonly LabelSet[];
  /** Nothing tells which of the first two sets is meant: only the order of their names. */
  readonly isSetOpen?: boolean;
  /**
   * Where nothing tells which pictures are labels, or which of two annotation files counts: the ways to take them, this
   * one first, by their folder or file; `why` of files.
   */
  readonly ways?: readonly { readonly name: string; readonly reading: Reading; readonly why?: string }[];
  readonly meaning: LabelMeaning;
  /** Which image goes with which label where a file of the data set says so; else names tell. */
  readonly pairs?: readonly { readonly image: string; readonly label: string }[];
  /** What a list beside the files says of some of them; the others' names tell. */
  readonly listed?: {
    readonly path: string;
    readonly pairs: readonly { readonly image: string; readonly label: string }[];
  };
  /** Label rasters that are no files but can be made of some, such as polygons: readable under these paths. */
  readonly made?: readonly MadeLabel[];
  /** Where labels are made of annotations: what they are made of. */
  readonly annotations?: AnnotationReading;
  /** What in the files speaks for this reading, and what against it, as sentences. */
  readonly evidence: { readonly for: readonly string[]; readonly against: readonly string[] };
  /** How surely the names alone tell this layout, 0..1; how many labels find their image is counted later. */
  readonly score: number;
}

/** A label raster made of a file that is none. */
export interface MadeLabel {
  /** Where it would lie: beside the file it is made of. */
  readonly path: string;
  /** Size of that file in bytes. */
  readonly size: number;
  /** What the PNG's header says, without making it. */
  readonly header: RasterHeader;
  /** The raster as a PNG. */
  bytes(): Promise<Uint8Array>;
}

/** Annotations as a reading's labels. */
export interface AnnotationReading {
  readonly set: AnnotationSet;
  /** By the path of the label made of it. */
  readonly images: ReadonlyMap<string, AnnotatedImage>;
  /** The files that hold them. */
  readonly paths: readonly string[];
  /** What is left out, missing or ambiguous. */
  readonly notes: readonly ReadingNote[];
  /** What shows only once labels are made. */
  madeNotes(): readonly ReadingNote[];
}

/** What a picture's header says. */
export interface PictureFacts {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  /** Null where the header alone does not tell. */
  readonly channels: "indexed" | "grey" | "rgb" | null;
}

/** The files to be read, cheaply: headers and texts are read when asked for, once. */
export interface Listing {
  readonly paths: readonly string[];
  readonly pictures: readonly string[];
  /** Null for a file that is no readable picture. */
  header(path: string): Promise<PictureFacts | null>;
  /** Bytes; 0 for a file that is not there. */
  size(path: string): number;
  /** A whole file, read anew each time; none of one too large to open or not there. */
  bytes(path: string): Promise<Uint8Array>;
  /** Tells the files' owner something, whichever reading is taken. */
  note(note: ReadingNote): void;
  /** A small text file; "" where it cannot be read. */
  text(path: string): Promise<string>;
  /** Distinct ids or colours of a label-like picture, Infinity for one with too many to be a label, null where unreadable. */
  variety(path: string): Promise<number | null>;
  /** Whether each value of the raster `ids` always has one and the same value in `other`; null where it cannot be told. */
  isFunctionOf(other: string, ids: string): Promise<boolean | null>;
}

/** Knows one kind of layout. */
export type Recogniser = (
  listing: Listing,
  choices: ReadingChoices,
) => readonly Reading[] | Promise<readonly Reading[]>;

/** Meaning of labels whose classes nothing but their own content tells. */
export const noMeaning: LabelMeaning = { vocColors: false, defaultClasses: () => null };

/** A table from `id, name, colour` rows; `ignoredIds` are void. */
export function tableOf(
  rows: readonly (readonly [number, string, Rgb])[],
  ignored: (id: number, name: string) => boolean = () => false,
): ClassTable {
  return rows.map(([id, name, color]) => ({ id, name, color, ignored: ignored(id, name) }));
}

/** Whether labels hold ids alone, and none but these. */
export function holdsOnly(seen: SeenLabels, isClass: (id: number) => boolean): boolean {
  return seen.colors.size === 0 && [...seen.ids.keys()].every(isClass);
}
