import { hashLabels } from "../../core/hashLabels";
import type { LabelMap } from "../../core/labelMap";
import type { Dataset, DatasetItem } from "../../dataset/types";
import type { ExchangedClass } from "../../formats/exchange/fields";
import { type JsonLine, lineError } from "../../formats/exchange/jsonLines";
import type { DecidedPart } from "../../project/decidedActs";
import type { ImageSummary } from "../../review/imageSummary";
import type { Documents } from "../documents";
import type { Summaries } from "../summaries";
import { type Conflict, isConflict } from "./conflicts";
import type { ClassJoin } from "./joinClasses";
import type { JoinItem } from "./joinItems";

/** Why an image was left out, as a sentence, and what to do. */
export interface LeftOut {
  readonly reason: string;
  readonly remedy: string;
}

/** What became of one image of a file. */
export interface Imported {
  readonly label: string;
  /** Rows to review, or decisions that are new here. */
  readonly rows: number;
  /** Of decisions: the label is another now. */
  readonly isRelabelled?: boolean;
  /** Of decisions: those taken here that gave way to theirs. */
  readonly gone?: number;
  /** Null: it is in. "same": it was before. A conflict waits for a choice; nothing of it is in. */
  readonly left: null | "same" | Conflict | LeftOut;
  /** What of it can be taken back; none where nothing changed but rows to review. */
  readonly part?: DecidedPart;
  /** It counts as reviewed from now on, and did not before: also where all else was in before. */
  readonly reviewed?: boolean;
  /** It is in though it is excluded here. */
  readonly excluded?: boolean;
  /** Of suggestions that are in: undecided rows of an earlier search that they took the place of. */
  readonly replaced?: number;
  /** Of decisions that are in: undecided rows that went since the label under them changed. */
  readonly dropped?: number;
  /** Of suggestions that are in: regions that are not, since they were decided here before, or rejected where the file was written. */
  readonly passed?: { readonly here: number; readonly there: number };
}

/** An import that was begun with a file's first line. */
export interface Import {
  readonly kind: "suggestions" | "decisions";
  readonly classes: ClassJoin;
  /** Takes the image of a line in. @throws FormatError for a damaged line; nothing of it is in then. */
  take(line: JsonLine): Promise<Imported>;
}

/** What an import writes to. */
export interface ImportTarget {
  readonly dataset: Dataset;
  readonly documents: Pick<Documents, "edit" | "hold" | "trim">;
  readonly summaries: Pick<Summaries, "note">;
  /** What is known of an image here. */
  known(key: string): ImageSummary;
  /** Key of the open image, whose document stays. */
  openKey(): string;
  /** Classes that nothing may change. */
  locked(): ReadonlySet<number>;
}

/** Marks an image as reviewed where somebody else did; returns whether that is new here. */
export function takeReviewed({ summaries, known }: ImportTarget, key: string, reviewed: boolean): boolean {
  if (!reviewed || known(key).reviewed) return false;
  summaries.note([key], { reviewed });
  return true;
}

/** The item that a line speaks of, or why there is none. @param again what helps where it changed. */
export function itemOf(
  join: JoinItem,
  { label, width, height }: { readonly label: string; readonly width: number; readonly height: number },
  again: string,
): DatasetItem | LeftOut {
  const item = join(label);
  if (item === null) return { reason: notHere, remedy: "Open the data set that holds it." };
  if (item === "several") {
    return {
      reason: "Several labels here have its name.",
      remedy: "Open the folder that the file's paths begin in.",
    };
  }
  if (item.width === width && item.height === height) return item;
  const sizes = `${width}x${height} px in the file, ${item.width}x${item.height} here`;
  return { reason: `Its label has another size: ${sizes}.`, remedy: again };
}

/**
 * Takes each image of a file in once: a second line of it would count twice, and its last word would win unseen. One that comes
 * under another path is left out, since only one of the two paths can be meant.
 * @param find the item of an image; @param put takes it in.
 * @returns what takes a line in. @throws FormatError where a path comes again.
 */
export function onceEach<T extends { readonly label: string }>(
  find: (image: T) => DatasetItem | LeftOut,
  put: (item: DatasetItem, image: T, line: number) => Promise<Imported>,
): (image: T, line: JsonLine) => Promise<Imported> {
  const labels = new Set<string>();
  const taken = new Map<string, string>();
  return async (image, { number }) => {
    const { label } = image;
    if (labels.has(label)) {
      throw lineError(number, `speaks of ${label} again`, "Write the file again, or delete one of the two lines.");
    }
    labels.add(label);
    const item = find(image);
    if ("reason" in item) return { label, rows: 0, left: item };
    const earlier = taken.get(item.key);
    if (earlier !== undefined) {
      return {
        ...{ label, rows: 0 },
        left: {
          reason: `It is the same label here as ${earlier}, which the file speaks of too.`,
          remedy: "Open the folder that the file's paths begin in.",
        },
      };
    }
    const imported = await put(item, image, number);
    const { left } = imported;
    if (left === null || left === "same" || isConflict(left)) taken.set(item.key, label);
    return imported;
  };
}

const notHere = "It is not in this data set.";

export function isMissing({ reason }: LeftOut): boolean {
  return reason === notHere;
}

/** A class of the file as messages name it. */
export function namedId(classes: readonly ExchangedClass[], id: number): string {
  const name = classes.find((one) => one.id === id)?.name;
  return name === undefined ? `id ${id}` : `"${name}" (id ${id})`;
}

/** The hash of a label with its ids counted as the file counts them. */
export function hashAsTheirs(labels: LabelMap, classes: ClassJoin): number {
  if (!classes.isByName) return hashLabels(labels);
  return hashLabels({ ...labels, data: labels.data.map((id) => classes.theirs(id)) });
}
