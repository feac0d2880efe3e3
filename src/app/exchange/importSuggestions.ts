import type { ClassTable } from "../../core/classTable";
import { hashLabels } from "../../core/hashLabels";
import { FileError } from "../../dataset/errors";
import type { DatasetItem } from "../../dataset/types";
import type { FoundRegion } from "../../find/types";
import { FormatError } from "../../formats/errors";
import { decodeHeat } from "../../formats/exchange/heat";
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
import type { Decision, OpenDocument, Suggestion, SuggestionSet } from "../../review/types";
import { hashAsTheirs, type Import, type Imported, type ImportTarget, itemOf, namedId, onceEach } from "./imported";
import { type ClassJoin, joinClasses } from "./joinClasses";
import { joinItems } from "./joinItems";
import { knownDecision, type Searched } from "./knownDecision";

/**
 * Begins an import with the file's first line. Images whose label is another, by size or ids, are left out: nothing is guessed.
 * @throws FormatError
 */
export function beginSuggestions(line: JsonLine, target: ImportTarget): Import {
  const header = readSuggestionsHeader(line);
  const { dataset, documents, summaries } = target;
  const classes = joinClasses(dataset.classes, header.classes);
  const join = joinItems(dataset.items);

  async function put(item: DatasetItem, image: SuggestedImage, number: number): Promise<Imported> {
    const { label } = image;
    const out = (reason: string, remedy: string): Imported => ({ label, rows: 0, left: { reason, remedy } });
    try {
      const { document } = await documents.edit(dataset, item);
      const searched = searchedLabel(document, image, classes);
      if (searched === null) {
        return out("Its label is another than when it was searched.", "Search it again.");
      }
      const unknown = image.regions.flatMap(idsOf).find((id) => classes.idOf(id) === null);
      if (unknown !== undefined) {
        return out(
          `It proposes ${namedId(header.classes, unknown)}, which is no class here.`,
          "Add the class and import the file again.",
        );
      }
      const heat = heatOf(document, image, dataset.classes, number);
      const model = image.model ?? header.model;
      const regions = regionsIn(image, classes, number);
      const known = new Map(regions.map((one) => [one, knownDecision(document, model, searched, one)]));
      const set = { ...foundSet(document, image, heat, header, known), labelHash: searched.hash };
      const earlier = document.store.getState().proposals[FOUND];
      const rows = set.suggestions.length;
      if (earlier !== undefined && isSameReview(earlier, set)) return { label, rows, left: "same" };
      document.propose(set);
      document.show(FOUND);
      summaries.note([item.key], { ...(image.score === null ? {} : { score: image.score }), failure: null });
      const here = regions.filter((one) => isDone(known.get(one))).length;
      const { excluded } = target.known(item.key);
      const replaced = earlier === undefined ? 0 : rowsWithout(earlier, set);
      return {
        label,
        rows,
        left: null,
        excluded,
        replaced,
        passed: { here, there: image.regions.length - regions.length },
      };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return out(error.reason, error.remedy);
    } finally {
      documents.trim(target.openKey());
    }
  }

  const takeOnce = onceEach((image: SuggestedImage) => itemOf(join, image, "Search it again."), put);
  return { kind: "suggestions", classes, take: async (line) => takeOnce(readSuggestedImage(line), line) };
}

function idsOf({ to, ids = [] }: SuggestedRegion): number[] {
  return [to, ...ids.filter((_, i) => i % 2 === 1)];
}

/**
 * The label that was searched: as it was first, as it is saved, or as it is now. What was edited here meanwhile does not matter.
 * Null where it is another.
 */
function searchedLabel(document: OpenDocument, { labelHash }: SuggestedImage, classes: ClassJoin): Searched | null {
  const { original, labels, store } = document;
  for (const label of new Set([original, document.saved(), labels])) {
    if (hashAsTheirs(label, classes) !== labelHash) continue;
    return { hash: classes.isByName ? hashLabels(label) : labelHash, label };
  }
  // What was found here comes back, though some of it was decided since.
  const own = store.getState().proposals[FOUND]?.labelHash;
  return own === labelHash && !classes.isByName ? { hash: own, label: null } : null;
}

/** Of every pixel, 0 where the label is void now; null where the file has none. */
function heatOf(
  { original }: OpenDocument,
  image: SuggestedImage,
  classes: ClassTable,
  line: number,
): Uint8Array | null {
  if (image.heat === undefined) return null;
  const ignored = new Set(classes.filter((one) => one.ignored).map(({ id }) => id));
  const heat = inLine(line, image, () => decodeHeat(image.heat ?? "", image));
  return heat.map((value, i) => (ignored.has(original.data[i]) ? 0 : value));
}

/** Says where a file is damaged. */
function inLine<T>(line: number, { label }: SuggestedImage, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`Line ${line}, ${label}: ${error.reason}`, error.remedy);
  }
}

/** What the file proposes, the surest first. A rejection is no suggestion; what was accepted elsewhere is one, where this label lacks it. */
function regionsIn(image: SuggestedImage, classes: ClassJoin, line: number): readonly FoundRegion[] {
  return image.regions
    .filter(({ decision }) => decision !== "rejected")
    .map((one) => inLine(line, image, () => foundRegion(one, classes)))
    .sort((a, b) => b.confidence - a.confidence);
}

/** @param known what was decided here on each region: what was accepted or rejected is not proposed again. */
function foundSet(
  document: OpenDocument,
  image: SuggestedImage,
  heat: Uint8Array | null,
  header: SuggestionsHeader,
  known: ReadonlyMap<FoundRegion, Decision>,
): SuggestionSet {
  const { model, accept = null, reliability = null } = image.model === undefined ? header : { ...image };
  const regions = [...known.keys()].filter((one) => !isDone(known.get(one)));
  const skipped = new Set(regions.filter((one) => known.get(one) === "skipped").map(({ region }) => region));
  const nothing = new Uint8Array(0);
  const {
    heat: _,
    advisedThreshold,
    suggestions,
    ...set
  } = findSuggestions(document, {
    ...{ imageKey: document.key, documentVersion: document.store.getState().version, elapsedMs: 0 },
    ...{ width: document.width, height: document.height, heat: heat ?? nothing, regions },
    ...{ model: model ?? header.model, accept: accept ?? 1 },
  });
  const isShaded = heat !== null || suggestions.length > 0;
  return {
    ...set,
    suggestions: suggestions.map((one) => (skipped.has(one.region) ? { ...one, decision: "skipped" } : one)),
    ...(heat === null ? {} : { heat }),
    ...(isShaded ? {} : { confidence: { rect: { x: 0, y: 0, width: 0, height: 0 }, data: nothing } }),
    ...(reliability === null ? {} : { reliability }),
    ...(accept === null || advisedThreshold === undefined ? {} : { advisedThreshold }),
  };
}

function isDone(decision: Decision | undefined): boolean {
  return decision === "accepted" || decision === "rejected";
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

/** How many undecided rows of a set another lacks. */
function rowsWithout(before: SuggestionSet, now: SuggestionSet): number {
  const places = new Set(now.suggestions.map(place));
  return before.suggestions.filter((one) => isUndecided(one) && !places.has(place(one))).length;
}

function place({ whole, ...one }: Suggestion): string {
  const { region, to, area, confidence } = whole ?? one;
  const { x, y, width, height } = region.rect;
  return [x, y, width, height, to, area, confidence].join();
}
