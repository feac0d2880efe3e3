import { createLabelMap, type LabelMap } from "../core/labelMap";
import { FileError, fileError } from "../dataset/errors";
import { inThreadCoder, type LabelCoder } from "../dataset/labelCoder";
import type { AnnotatedLabels, Dataset, DatasetItem } from "../dataset/types";
import { NeedsRaiseError } from "../formats/labelEncode";
import { withoutExtension } from "../formats/paths";
import { decodePng } from "../formats/png";
import { sniffType } from "../formats/raster";

/** One file of an export. */
export interface ExportFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A label file of an export. */
export interface LabelFile extends ExportFile {
  /** The label's file as it was opened, which stays beside this one and is out of date; null where this replaces it. */
  readonly stale: string | null;
}

export interface ExportOptions {
  /** Allow a longer palette or a higher bit depth where a new id needs it. */
  readonly raise?: boolean;
  /** Where to encode: 12-megapixel labels take seconds, too long for the main thread. */
  readonly coder?: LabelCoder;
}

/** A label that cannot be written without raising its palette or depth: ask, then export again with `raise`. */
export class RaiseNeededError extends FileError {}

/**
 * One label in the format it came in. Without changes the very bytes of the file; else only the changed pixels'
 * samples differ. What cannot be written without loss in that format (JPEG, lossy WebP) becomes a PNG beside it.
 * @throws RaiseNeededError, FileError
 */
export async function exportLabel(
  dataset: Dataset,
  item: DatasetItem,
  labels: LabelMap,
  options: ExportOptions = {},
): Promise<LabelFile> {
  try {
    const original = await item.label.bytes();
    const { coder = inThreadCoder, raise = false } = options;
    const bytes = await coder.encode(original, labels, dataset.codec, { classes: dataset.classes, raise });
    const becamePng = sniffType(bytes) === "png" && sniffType(original) !== "png";
    if (!becamePng) return { path: item.labelPath, bytes, stale: null };
    const path = pngPath(dataset, item);
    // A JPEG named .png is replaced by a PNG of its name.
    return { path, bytes, stale: path === item.labelPath ? null : item.labelPath };
  } catch (error) {
    if (error instanceof NeedsRaiseError) throw new RaiseNeededError(item.labelPath, error.reason, error.remedy);
    throw fileError(item.labelPath, error);
  }
}

/** The label's name as a PNG's, and never that of another file of the data set: photographs may lie beside labels. */
function pngPath({ items }: Dataset, { labelPath }: DatasetItem): string {
  const taken = new Set(items.flatMap((item) => [item.labelPath, item.imagePath]).filter((path) => path !== labelPath));
  const stem = withoutExtension(labelPath);
  return [`${stem}.png`, `${stem}_label.png`].find((path) => !taken.has(path)) ?? `${labelPath}.png`;
}

/** Edited ids of an item; null = as in its file. */
export type EditedLabels = (item: DatasetItem) => LabelMap | null | Promise<LabelMap | null>;

/**
 * Label files in the source's layout, one at a time, so that a set larger than memory can be exported. "changed" leaves
 * out what was not edited; "all" copies it byte for byte. An edited label is there even where its file holds it by now
 * (saved in place).
 */
export async function* labelFiles(
  dataset: Dataset,
  edited: EditedLabels,
  options: ExportOptions & { readonly which: "changed" | "all" },
): AsyncGenerator<LabelFile> {
  if (dataset.annotations) return yield* annotationFiles(dataset, dataset.annotations, edited, options.which);
  for (const item of dataset.items) {
    const labels = await edited(item);
    if (labels !== null) yield await exportLabel(dataset, item, labels, options);
    else if (options.which === "all") yield { path: item.labelPath, bytes: await item.label.bytes(), stale: null };
  }
}

/** Annotation files in which only what was edited is replaced; "all" adds the others as they are. */
async function* annotationFiles(
  dataset: Dataset,
  { set, images, files, saved }: AnnotatedLabels,
  edited: EditedLabels,
  which: "changed" | "all",
): AsyncGenerator<LabelFile> {
  let path = files[0].path;
  async function* editedImages() {
    for (const item of dataset.items) {
      const now = saved.get(item.key);
      const labels = (await edited(item)) ?? (now && createLabelMap(item.width, item.height, decodePng(now).samples));
      const image = images.get(item.key);
      if (!labels || !image) continue;
      path = item.labelPath;
      yield { image, labels };
    }
  }
  const written = new Set<string>();
  try {
    for await (const file of set.rewrite(editedImages())) {
      written.add(file.path);
      yield { ...file, stale: null };
    }
  } catch (error) {
    throw fileError(path, error);
  }
  for (const file of which === "all" ? files : []) {
    if (!written.has(file.path)) yield { path: file.path, bytes: await file.bytes(), stale: null };
  }
}
