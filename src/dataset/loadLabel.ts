import { type ClassInfo, type ClassTable, mergeClasses, type Rgb } from "../core/classTable";
import type { LabelMap } from "../core/labelMap";
import { rgbToHex, vocColor } from "../core/palette";
import { voidFits } from "../formats/classOrder";
import { FileError, fileError } from "./errors";
import { inThreadCoder, type LabelDecoder } from "./labelCoder";
import type { Dataset, DatasetItem } from "./types";

/** An id or colour of one label that no class of the data set stands for. */
interface UnknownLabel {
  readonly id: number;
  /** Set where the label is colour-coded. */
  readonly color: Rgb | null;
  readonly count: number;
}

export interface LoadedLabel {
  readonly labels: LabelMap;
  /** Of these labels: `hashLabels`, and the pixels of each id. */
  readonly facts: { readonly hash: number; readonly counts: ReadonlyMap<number, number> };
  /** The data set's classes and, as classes of their own, what is unknown in this label. */
  readonly classes: ClassTable;
  readonly unknown: readonly UnknownLabel[];
}

/**
 * Reads and decodes one label. Unknown ids are ignored ones where the data set has a class list; where classes were
 * guessed from some labels they are further classes. Unknown colours of a coded file are ignored.
 * @throws FileError
 */
export async function loadLabel(
  dataset: Dataset,
  item: DatasetItem,
  decoder: LabelDecoder = inThreadCoder,
): Promise<LoadedLabel> {
  try {
    const decoded = await decoder.decode(await item.label.bytes(), dataset.codec);
    const { width, height } = decoded.labels;
    if (width !== item.width || height !== item.height) {
      throw new FileError(item.labelPath, "The file changed while it was open.", "Open the data set again.");
    }
    const known = new Set(dataset.classes.map((info) => info.id));
    const colors = new Map(decoded.unknownColors.map(({ id, color }) => [id, color]));
    const unknown = [...decoded.counts]
      .filter(([id]) => !known.has(id))
      .map(([id, count]): UnknownLabel => ({ id, color: colors.get(id) ?? null, count }));
    const extra = unknown.map((entry) => unknownClass(entry, dataset));
    const { labels, hash, counts } = decoded;
    return { labels, facts: { hash, counts }, classes: mergeClasses(dataset.classes, extra), unknown };
  } catch (error) {
    throw fileError(item.labelPath, error);
  }
}

/** The label that bytes hold which are to be a file of this item; null where they are none of its size. */
export async function labelOfBytes(
  dataset: Dataset,
  item: DatasetItem,
  bytes: Uint8Array,
  decoder?: LabelDecoder,
): Promise<LabelMap | null> {
  try {
    const label = { ...item.label, bytes: async () => bytes };
    return (await loadLabel(dataset, { ...item, label }, decoder)).labels;
  } catch {
    return null;
  }
}

function unknownClass({ id, color }: UnknownLabel, { classes, classesGuessed }: Dataset): ClassInfo {
  if (color) return { id, name: `unknown ${rgbToHex(color)}`, color, ignored: true };
  const isVoid = voidFits(id, [...classes.map((info) => info.id), id]);
  const name = isVoid ? "void" : classesGuessed ? `class ${id}` : `unknown ${id}`;
  return { id, name, color: vocColor(id % 256), ignored: isVoid || !classesGuessed };
}
