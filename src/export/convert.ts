import { counted } from "../core/counted";
import type { LabelMap } from "../core/labelMap";
import { fileError } from "../dataset/errors";
import type { Dataset, DatasetItem } from "../dataset/types";
import { baseName, extensionOf, withoutExtension } from "../formats/paths";
import type { Conversion, ExportTarget, TargetImage } from "./targets";
import type { ZipEntry } from "./zipStream";

export interface ConvertOptions {
  /** Copy the photographs as well, byte for byte. */
  readonly photographs: boolean;
  /** An item's ids as worked on. */
  labelsOf(item: DatasetItem): Promise<LabelMap>;
  /** Once it is aborted no further file is made. */
  readonly signal?: AbortSignal;
  /** A label or photograph that cannot be read: it is left out and the others go on. Without this its error ends all. */
  failed?(path: string, error: unknown): void;
}

/** What `target` cannot hold of a data set, in sentences; "Not possible" first where it cannot be written at all. */
export function conversionSentences(dataset: Dataset, target: ExportTarget): string[] {
  const unread = async (): Promise<never> => {
    throw new Error("What a format can hold is told without reading labels");
  };
  const companions = dataset.items.flatMap((item) => item.companions);
  const turned = dataset.items.filter(({ appliesOrientation }) => appliesOrientation).length;
  const { conversion } = conversionOf(dataset, unread);
  const sentences = [
    ...target.cannotHold(conversion),
    ...(companions.length > 0 ? [`Other forms of the labels are not converted (${companions[0]}, ...).`] : []),
    ...(turned > 0
      ? [
          `${counted(turned, "photograph is", "photographs are")} stored turned (EXIF); ${turned === 1 ? "its label fits it" : "their labels fit them"} upright.`,
        ]
      : []),
  ];
  return sentences.sort((a, b) => Number(isImpossible(b)) - Number(isImpossible(a)));
}

export function isImpossible(sentence: string): boolean {
  return sentence.startsWith("Not possible");
}

/**
 * A data set in another format, one image at a time, with a report of what was asked of it.
 * @throws FileError, and the signal's reason once it is aborted.
 */
export async function* convertedFiles(
  dataset: Dataset,
  target: ExportTarget,
  { photographs, labelsOf, signal, failed }: ConvertOptions,
): AsyncGenerator<ZipEntry> {
  const named = new Set(dataset.classes.map(({ id }) => id));
  const unnamed = new Map<number, number>();
  const missing = new Set<DatasetItem>();
  const leftOut: string[] = [];
  const attempt = async <T>(path: string, work: () => Promise<T>): Promise<T | null> => {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const named = fileError(path, error);
      if (failed === undefined) throw named;
      failed(path, named);
      leftOut.push(named.message);
      return null;
    }
  };
  const { conversion, itemOf } = conversionOf(dataset, async (item) => {
    const labels = await attempt(item.labelPath, () => labelsOf(item));
    if (labels === null) missing.add(item);
    for (const id of labels?.data ?? []) if (!named.has(id)) unnamed.set(id, (unnamed.get(id) ?? 0) + 1);
    return labels;
  });
  yield* target.files(conversion);
  for (const image of photographs ? conversion.images : []) {
    const item = itemOf.get(image);
    const photo = item?.image;
    if (!photo || missing.has(item)) continue;
    const bytes = await attempt(photo.path, () => photo.bytes());
    if (bytes !== null) yield { path: target.photoPath(image, conversion), bytes };
  }
  const counts = [...unnamed].map(([id, count]) => `id ${id}: ${count} px`);
  const report = [
    `${dataset.name}: ${dataset.layout} written as ${target.name}.`,
    ...conversionSentences(dataset, target),
    ...(counts.length > 0
      ? [`No class names these ids (void or background where the format numbers its classes): ${counts.join(", ")}.`]
      : []),
    ...leftOut.map((message) => `Left out: ${message}`),
  ];
  yield { path: "conversion.txt", bytes: new TextEncoder().encode(`${report.join("\n")}\n`) };
}

function conversionOf(
  dataset: Dataset,
  labelsOf: (item: DatasetItem) => Promise<LabelMap | null>,
): { conversion: Conversion; itemOf: ReadonlyMap<TargetImage, DatasetItem> } {
  const names = uniqueNames(dataset.items);
  const itemOf = new Map<TargetImage, DatasetItem>();
  dataset.items.forEach((item, i) => {
    const { imagePath, width, height } = item;
    const photoExtension = imagePath === null ? "" : imagePath.slice(withoutExtension(imagePath).length);
    const split = splitOf(imagePath ?? item.labelPath);
    itemOf.set({ name: names[i], split, width, height, photoExtension, labels: () => labelsOf(item) }, item);
  });
  return { conversion: { name: dataset.name, classes: dataset.classes, images: [...itemOf.keys()] }, itemOf };
}

/** Images' names without folders; where two are equal, with the folders that tell them apart. */
function uniqueNames(items: readonly DatasetItem[]): string[] {
  const bare = items.map(({ imagePath, name }) => (imagePath ? withoutExtension(baseName(imagePath)) : name));
  const count = new Map<string, number>();
  for (const name of bare) count.set(name.toLowerCase(), (count.get(name.toLowerCase()) ?? 0) + 1);
  const taken = new Set<string>();
  return items.map(({ imagePath, labelPath }, i) => {
    const path = imagePath ?? labelPath;
    const isAlone = count.get(bare[i].toLowerCase()) === 1;
    const wished = isAlone ? bare[i] : withoutExtension(path).replaceAll("/", "_");
    let name = wished;
    // x.jpg and x.png in one folder.
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wished}_${extensionOf(path)}${n > 2 ? n : ""}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** The part of a data set that a path's folders name; "train" where none does. */
function splitOf(path: string): TargetImage["split"] {
  for (const folder of path.split("/").slice(0, -1)) {
    if (/^(val|valid|validation|val2017|dev)$/i.test(folder)) return "val";
    if (/^(test|testing|test2017)$/i.test(folder)) return "test";
    if (/^(train|training|train2017)$/i.test(folder)) return "train";
  }
  return "train";
}
