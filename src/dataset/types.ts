import type { ClassTable } from "../core/classTable";
import type { AnnotatedImage, AnnotationSet } from "../formats/annotations/types";
import type { LabelCodec } from "../formats/labelCodec";

import type { ReadingQuestion } from "../formats/questions";
import type { RasterHeader } from "../formats/raster";
import type { DirectoryHandleLike } from "./fileSystem";

/** Something about a file its owner should know. */
export interface Problem {
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
  /** "error": the file is left out. "warning": it opened, but deserves a look. */
  readonly severity: "error" | "warning";
}

/** A file that can be read, wherever it lies. */
export interface SourceFile {
  /** Relative to what was opened, with "/". */
  readonly path: string;
  readonly size: number;
  /** @throws FileError when it cannot be read. */
  bytes(): Promise<Uint8Array>;
  /** Bytes `start` to `end` (exclusive), fewer at the file's end. */
  slice(start: number, end: number): Promise<Uint8Array>;
  /** Set where many small ones are read more quickly as one Blob: the file as it is now. */
  readonly blob?: () => Promise<Blob>;
  /** Another one where its content is, as far as that is known without reading it: when it was changed, or its checksum. */
  readonly revision?: number;
  /** Whether slices from the middle are cheap. */
  readonly randomAccess: boolean;
  /** Set where the file is a label raster made of annotations: what its header says, without making it. */
  readonly made?: RasterHeader;
}

/** What the user opened. */
export interface Source {
  readonly name: string;
  readonly files: readonly SourceFile[];
  readonly problems: readonly Problem[];
  /** Set where labels can be saved in place; paths are relative to it. */
  readonly root?: DirectoryHandleLike;
  /** Single files without a folder of their own: the name means nothing. */
  readonly isLoose?: boolean;
}

/** Degrees clockwise. */
export type Turn = 0 | 90 | 180 | 270;

/** One image with its label. */
export interface DatasetItem {
  /** Unique and stable: the label's path. */
  readonly key: string;
  /** Name of image and label, without extension and what tells the role. */
  readonly name: string;
  /** Null in a set of labels alone. */
  readonly imagePath: string | null;
  readonly labelPath: string;
  readonly image: SourceFile | null;
  readonly label: SourceFile;
  /** Size of the label and of every raster that goes with it. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation of the image file, 1..8. */
  readonly orientation: number;
  /** Whether that orientation is to be applied (see orientationRule). */
  readonly appliesOrientation: boolean;
  /** How the image is turned besides, to lie as its label does. */
  readonly turn: Turn;
  /**
   * Set as long as nobody looked at its photograph (seePhotograph): whether it fits the label is not known, and orientation
   * and turn are not its own yet.
   */
  readonly isUnseen?: true;
  /** How the label file is stored. */
  readonly raster: RasterHeader;
  /** Files with the same annotation in another form (instances, colours, polygons): stale once the label is edited. */
  readonly companions: readonly string[];
}

/** An opened data set. A plain value: edits make a new one. */
export interface Dataset {
  /** Stable for the same files: name and a hash of the labels' paths and sizes. */
  readonly id: string;
  readonly name: string;
  /** Name of the layout, e.g. "Pascal VOC". */
  readonly layout: string;
  readonly classes: ClassTable;
  /** The classes were made up from the labels, not read from a list or known from the layout. */
  readonly classesGuessed: boolean;
  readonly codec: LabelCodec;
  /** Classes and coding as the files gave them, once the user changed them. */
  readonly read?: { readonly classes: ClassTable; readonly codec: LabelCodec };
  readonly items: readonly DatasetItem[];
  readonly problems: readonly Problem[];
  /** How the files were read, where they can be read in several ways or that deserves to be said. */
  readonly questions: readonly ReadingQuestion[];
  readonly root?: DirectoryHandleLike;
  /** Set where labels are made of annotations, which are what is exported. */
  readonly annotations?: AnnotatedLabels;
}

/** The annotations that a data set's labels are made of. */
export interface AnnotatedLabels {
  readonly set: AnnotationSet;
  /** By an item's key. */
  readonly images: ReadonlyMap<string, AnnotatedImage>;
  /** The files that hold them. */
  readonly files: readonly SourceFile[];
  /** Labels saved in place since they were opened, as PNG: what the files hold now. */
  readonly saved: Map<string, Uint8Array>;
}

/** Files above this are not read: a tab cannot hold several copies of more. */
export const maxFileBytes = 300 * 1024 * 1024;
