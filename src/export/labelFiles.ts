import type { LabelMap } from "../core/labelMap";
import { FileError, fileError } from "../dataset/errors";
import { inThreadCoder, type LabelCoder } from "../dataset/labelCoder";
import type { Dataset, DatasetItem } from "../dataset/types";
import { NeedsRaiseError } from "../formats/labelEncode";

/** One file of an export. */
export interface ExportFile {
  readonly path: string;
  readonly bytes: Uint8Array;
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
 * samples differ.
 * @throws RaiseNeededError, FileError
 */
export async function exportLabel(
  dataset: Dataset,
  item: DatasetItem,
  labels: LabelMap,
  options: ExportOptions = {},
): Promise<Uint8Array> {
  try {
    const original = await item.label.bytes();
    const { coder = inThreadCoder, raise = false } = options;
    return await coder.encode(original, labels, dataset.codec, { classes: dataset.classes, raise });
  } catch (error) {
    if (error instanceof NeedsRaiseError) throw new RaiseNeededError(item.labelPath, error.reason, error.remedy);
    throw fileError(item.labelPath, error);
  }
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
): AsyncGenerator<ExportFile> {
  for (const item of dataset.items) {
    const labels = await edited(item);
    if (labels !== null) yield { path: item.labelPath, bytes: await exportLabel(dataset, item, labels, options) };
    else if (options.which === "all") yield { path: item.labelPath, bytes: await item.label.bytes() };
  }
}
