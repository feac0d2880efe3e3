import { FileError } from "../../dataset/errors";
import type { Dataset, DatasetItem } from "../../dataset/types";
import { hashLabels } from "../../document/workingState";
import type { FoundRegion } from "../../find/types";
import { FormatError } from "../../formats/errors";
import type { JsonLine } from "../../formats/exchange/jsonLines";
import {
  decodeRegion,
  readSuggestedImage,
  readSuggestionsHeader,
  type SuggestedImage,
  type SuggestedRegion,
  type SuggestionsHeader,
} from "../../formats/exchange/suggestions";
import { findSuggestions } from "../../review/found";
import { isUndecided } from "../../review/queue";
import { FOUND } from "../../review/sets";
import type { OpenDocument, Suggestion, SuggestionSet } from "../../review/types";
import type { Documents } from "../documents";
import type { Summaries } from "../summaries";
import { type ClassJoin, joinClasses } from "./joinClasses";
import { joinItems } from "./joinItems";

/** What became of one image of a file. */
export interface Imported {
  readonly label: string;
  /** Rows to review. */
  readonly rows: number;
  /** Null: it is in. "same": it was before. Else why it was left out, as a sentence, and what to do. */
  readonly left: null | "same" | { readonly reason: string; readonly remedy: string };
}

export interface SuggestionsImport {
  readonly header: SuggestionsHeader;
  readonly classes: ClassJoin;
  /** Takes the image of a line in, as a scan would. @throws FormatError for a damaged line; nothing of it is in then. */
  take(line: JsonLine): Promise<Imported>;
}

/** What an import puts found sets into. */
export interface ImportTarget {
  readonly dataset: Dataset;
  readonly documents: Pick<Documents, "edit" | "trim">;
  readonly summaries: Pick<Summaries, "note">;
  /** Key of the open image, whose document stays. */
  openKey(): string;
}

/**
 * Begins an import with the file's first line. Images whose label is another, by size or ids, are left out: nothing is guessed.
 * @throws FormatError
 */
export function beginImport(line: JsonLine, target: ImportTarget): SuggestionsImport {
  const header = readSuggestionsHeader(line);
  const { dataset, documents, summaries } = target;
  const classes = joinClasses(dataset.classes, header.classes);
  const join = joinItems(dataset.items);

  async function put(item: DatasetItem, image: SuggestedImage, number: number): Promise<Imported> {
    const { label } = image;
    const out = (reason: string, remedy: string): Imported => ({ label, rows: 0, left: { reason, remedy } });
    try {
      const { document } = await documents.edit(dataset, item);
      if (!isSameLabel(document, image, classes)) {
        return out("Its label is another than when it was searched.", "Search it again.");
      }
      const unknown = image.regions.flatMap(idsOf).find((id) => classes.idOf(id) === null);
      if (unknown !== undefined) {
        const name = header.classes.find(({ id }) => id === unknown)?.name;
        const named = name === undefined ? `id ${unknown}` : `"${name}" (id ${unknown})`;
        return out(`It proposes ${named}, which is no class here.`, "Add the class and import the file again.");
      }
      const set = foundSet(document, image, header, classes, number);
      const earlier = document.store.getState().proposals[FOUND];
      const rows = set.suggestions.length;
      if (earlier !== undefined && isSameReview(earlier, set)) return { label, rows, left: "same" };
      document.propose(set);
      document.show(FOUND);
      summaries.note([item.key], { ...(image.score === null ? {} : { score: image.score }), failure: null });
      return { label, rows, left: null };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return out(error.reason, error.remedy);
    } finally {
      documents.trim(target.openKey());
    }
  }

  return {
    header,
    classes,
    async take(line) {
      const image = readSuggestedImage(line);
      const { label, width, height } = image;
      const item = join(label);
      const out = (reason: string, remedy: string): Imported => ({ label, rows: 0, left: { reason, remedy } });
      if (item === null) return out("It is not in this data set.", "Open the data set that holds it.");
      if (item === "several") {
        return out("Several labels here have its name.", "Open the folder that the file's paths begin in.");
      }
      if (item.width !== width || item.height !== height) {
        const sizes = `${width}x${height} px in the file, ${item.width}x${item.height} here`;
        return out(`Its label has another size: ${sizes}.`, "Search it again.");
      }
      return put(item, image, line.number);
    },
  };
}

function idsOf({ to, ids = [] }: SuggestedRegion): number[] {
  return [to, ...ids.filter((_, i) => i % 2 === 1)];
}

/** The label file's ids, counted as the file counts them. What was edited here meanwhile does not matter. */
function isSameLabel(document: OpenDocument, { labelHash }: SuggestedImage, classes: ClassJoin): boolean {
  if (!classes.isByName) return document.snapshot().originalHash === labelHash;
  const { original } = document;
  return hashLabels({ ...original, data: original.data.map((id) => classes.theirs(id)) }) === labelHash;
}

function foundSet(
  document: OpenDocument,
  image: SuggestedImage,
  header: SuggestionsHeader,
  classes: ClassJoin,
  line: number,
): SuggestionSet {
  const { model, accept = null, reliability = null } = image.model === undefined ? header : { ...image };
  const regions = image.regions
    // A rejection is no suggestion; what was accepted elsewhere is one still, where this label lacks it.
    .filter(({ decision }) => decision !== "rejected")
    .map((one): FoundRegion => {
      try {
        return foundRegion(one, classes);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        throw new FormatError(`Line ${line}, ${image.label}: ${error.reason}`, error.remedy);
      }
    })
    .sort((a, b) => b.confidence - a.confidence);
  const heat = new Uint8Array(0);
  const { heat: _, ...set } = findSuggestions(document, {
    ...{ imageKey: document.key, documentVersion: document.store.getState().version, elapsedMs: 0 },
    ...{ width: document.width, height: document.height, heat, regions },
    ...{ model: model ?? header.model, accept: accept ?? 1 },
  });
  const { advisedThreshold, ...rest } = set;
  return {
    ...rest,
    ...(set.suggestions.length > 0 ? {} : { confidence: { rect: { x: 0, y: 0, width: 0, height: 0 }, data: heat } }),
    ...(reliability === null ? {} : { reliability }),
    ...(accept === null || advisedThreshold === undefined ? {} : { advisedThreshold }),
  };
}

function foundRegion(one: SuggestedRegion, classes: ClassJoin): FoundRegion {
  const { region, ids } = decodeRegion(one);
  const here = (id: number): number => classes.idOf(id) ?? id;
  const { from, to, area, confidence, ruleConfidence, needsHint } = one;
  const each = ids.map((id, i) => (region.bits[i] === 1 ? here(id) : 0));
  return { region, ids: each, from: here(from), to: here(to), area, confidence, ruleConfidence, needsHint };
}

/** Whether what is undecided here is what the file says: then a review goes on, decisions included. */
function isSameReview(here: SuggestionSet, there: SuggestionSet): boolean {
  const open = here.suggestions.filter(isUndecided);
  const places = new Set(there.suggestions.map(place));
  return here.model === there.model && open.length === places.size && open.every((one) => places.has(place(one)));
}

function place({ whole, ...one }: Suggestion): string {
  const { region, to, area, confidence } = whole ?? one;
  const { x, y, width, height } = region.rect;
  return [x, y, width, height, to, area, confidence].join();
}
