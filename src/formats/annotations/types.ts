import type { ClassTable } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import type { ReadingQuestion } from "../questions";
import type { ReadingNote } from "../readingNote";

/** A file beside others, read on demand. */
export interface AnnotationFile {
  /** Relative to what was opened, with "/". */
  readonly path: string;
  bytes(): Promise<Uint8Array>;
}

/** An image's annotations as ids. */
interface AnnotatedLabel {
  readonly labels: LabelMap;
  /** Pixels that annotations of two classes claim; one of them was taken (see paintShapes). */
  readonly disputed: number;
}

/** One image that annotation files tell of. */
export interface AnnotatedImage {
  /** What the image's file may be called, the likeliest first: a path that ends so, or a bare name. */
  readonly names: readonly string[];
  readonly width: number;
  readonly height: number;
  /** The annotation file that holds it. */
  readonly path: string;
  /** @throws FormatError for annotations that cannot be drawn. */
  read(): Promise<AnnotatedLabel>;
}

/** An image and the ids that are to stand in its annotations. */
export interface EditedImage {
  readonly image: AnnotatedImage;
  readonly labels: LabelMap;
}

/** A file to be written. */
interface WrittenFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Annotations that are no label rasters: polygons, run lengths, bitmaps within JSON. */
export interface AnnotationSet {
  /** Name to show, e.g. "COCO instances". */
  readonly format: string;
  readonly classes: ClassTable;
  readonly images: readonly AnnotatedImage[];
  /** What the files hold and the ids do not, and what is doubtful in them. */
  readonly notes: readonly ReadingNote[];
  /** Whether annotations tell which images they belong to. */
  readonly namesImages: boolean;
  /** Which annotation counts where two overlap, as a clause. */
  readonly overlapRule: string;
  /** Where that can be chosen. */
  readonly overlap?: ReadingQuestion;
  /**
   * The annotation files in which only the edited images' annotations are replaced; everything else, fields unknown here
   * included, stays as the file has it. Files without an edited image are not among them.
   * @throws FormatError for ids that the format cannot hold.
   */
  rewrite(edited: AsyncIterable<EditedImage>): AsyncIterable<WrittenFile>;
}
