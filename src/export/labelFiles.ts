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

/** How label files are made one after the other. */
export interface LabelFilesOptions {
  /** "changed" leaves out what was not edited; "all" copies it byte for byte. */
  readonly which: "changed" | "all";
  /** Those of the data set whose files are made; by default all. Where annotations hold labels, the others are as in their file. */
  readonly items?: readonly DatasetItem[];
  readonly coder?: LabelCoder;
  /** Once it is aborted no further file is made. */
  readonly signal?: AbortSignal;
  /** Whether a file may get a longer palette or a higher bit depth: else the label cannot be exported. */
  mayRaise?(needed: RaiseNeededError): Promise<boolean>;
  /** An item that cannot be exported: it is left out and the others go on. Without this its error ends all. */
  failed?(item: DatasetItem, error: unknown): void;
}

/** Edited ids of an item; null = as in its file. */
export type EditedLabels = (item: DatasetItem) => LabelMap | null | Promise<LabelMap | null>;

/**
 * Label files in the source's layout, one at a time, so that a set larger than memory can be exported. An edited label is
 * there even where its file holds it by now (saved in place).
 * @throws FileError, and the signal's reason once it is aborted.
 */
export async function* labelFiles(
  dataset: Dataset,
  edited: EditedLabels,
  options: LabelFilesOptions,
): AsyncGenerator<LabelFile> {
  if (dataset.annotations) return yield* annotationFiles(dataset, dataset.annotations, edited, options);
  for (const item of options.items ?? dataset.items) {
    const file = await attempt(item, options, async () => {
      const labels = await edited(item);
      if (labels !== null) return raising(dataset, item, labels, options);
      return options.which === "all" ? { path: item.labelPath, bytes: await item.label.bytes(), stale: null } : null;
    });
    if (file !== null) yield file;
  }
}

/** Null where it failed, and that was told. */
async function attempt<T>(
  item: DatasetItem,
  { signal, failed }: LabelFilesOptions,
  work: () => Promise<T>,
): Promise<T | null> {
  signal?.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    if (failed === undefined) throw error;
    failed(item, fileError(item.labelPath, error));
    return null;
  }
}

async function raising(
  dataset: Dataset,
  item: DatasetItem,
  labels: LabelMap,
  { coder = inThreadCoder, mayRaise }: LabelFilesOptions,
): Promise<LabelFile> {
  try {
    return await exportLabel(dataset, item, labels, { coder });
  } catch (error) {
    if (!(error instanceof RaiseNeededError) || !(await mayRaise?.(error))) throw error;
    return exportLabel(dataset, item, labels, { coder, raise: true });
  }
}

/** Annotation files in which only what was edited is replaced; "all" adds the others as they are. */
async function* annotationFiles(
  dataset: Dataset,
  { set, images, files, saved }: AnnotatedLabels,
  edited: EditedLabels,
  options: LabelFilesOptions,
): AsyncGenerator<LabelFile> {
  let path = files[0].path;
  async function* editedImages() {
    for (const item of dataset.items) {
      const now = saved.get(item.key);
      const own = await attempt(item, options, async () => edited(item));
      const labels = own ?? (now && createLabelMap(item.width, item.height, decodePng(now).samples));
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
    options.signal?.throwIfAborted();
    throw fileError(path, error);
  }
  for (const file of options.which === "all" ? files : []) {
    if (!written.has(file.path)) yield { path: file.path, bytes: await file.bytes(), stale: null };
  }
}
