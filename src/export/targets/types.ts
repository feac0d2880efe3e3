import type { ClassTable } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import type { ZipEntry } from "../zipStream";

export type Split = "train" | "val" | "test";

/** One image to be written. */
export interface TargetImage {
  /** Its name there, without extension; unique. */
  readonly name: string;
  readonly split: Split;
  readonly width: number;
  readonly height: number;
  /** The photograph's extension with its dot; "" where there is none. */
  readonly photoExtension: string;
  /** Its ids as worked on; null where they cannot be read, and the image is to be left out. */
  labels(): Promise<LabelMap | null>;
}

/** What is to be written. */
export interface Conversion {
  readonly name: string;
  readonly classes: ClassTable;
  readonly images: readonly TargetImage[];
}

/** A format that a data set can be written in. */
export interface ExportTarget {
  readonly key: string;
  /** As it is known, e.g. "CVAT segmentation mask 1.1". */
  readonly name: string;
  /** What others read it, e.g. "images/, masks/, classes.json". */
  readonly hint: string;
  /** Sentences: what of this data set the format cannot hold, or holds in another way. */
  cannotHold(conversion: Conversion): readonly string[];
  /** The files of labels and classes. */
  files(conversion: Conversion): AsyncGenerator<ZipEntry>;
  /** Where the photograph goes that belongs to an image. */
  photoPath(image: TargetImage, conversion: Conversion): string;
}

/** An image to be written, at its place among all, with its ids. */
export interface ReadImage {
  readonly image: TargetImage;
  readonly at: number;
  readonly labels: LabelMap;
}

/** The images whose labels can be read, one at a time. */
export async function* readImages({ images }: Conversion): AsyncGenerator<ReadImage> {
  for (const [at, image] of images.entries()) {
    const labels = await image.labels();
    if (labels !== null) yield { image, at, labels };
  }
}
