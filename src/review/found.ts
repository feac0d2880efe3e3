import { hashLabels } from "../core/hashLabels";
import type { FindResult, FoundRegion } from "../find/types";
import { shareRight } from "../model/reliability";
import { replacedClasses } from "./classShares";
import { confidenceOf } from "./confidence";
import { placeOf, rejectedPlaces } from "./feedback";
import { foldRest } from "./queue";
import { FOUND } from "./sets";
import type { OpenDocument, Suggestion, SuggestionSet } from "./types";

/** What is right less often than this is not shown, nor are more objects than a reviewer goes through. */
const LEAST_RIGHT = 0.2;
const MOST_SHOWN = 20;

/**
 * What a search for errors proposes: the found regions that would change anything, each one row however many parts it has (an
 * outline is one error), the surest first, at most MOST_SHOWN and the last of many folded, and the heat of every pixel. Where it was measured how often such
 * regions are right, that is their confidence: the rules' own is fitted on damaged labels, and 0.97 of it was wrong on clean
 * ones. What was rejected before, and not undone, does not come back. The labels must still be those of the request; the mask may have changed since.
 */
export function findSuggestions(doc: OpenDocument, result: FindResult): SuggestionSet {
  const { reliability: table } = result;
  const right = (confidence: number) => (table === undefined ? confidence : shareRight(table, confidence));
  const calibrated = (confidence: number) => (table === undefined ? confidence : wholePercent(right(confidence)));
  // Of a bin that begins below the rules' threshold not all is above it: the next one is advised.
  const above = table?.find(([least]) => least >= result.accept);
  const advised = table === undefined ? result.accept : above === undefined ? undefined : wholePercent(above[1]);
  const rejected = rejectedPlaces(doc.store.getState().decisions, result.model);
  const regions = result.regions
    .filter(({ confidence }) => right(confidence) >= LEAST_RIGHT)
    .filter((one) => changesAny(one, doc))
    .map((one) => ({
      ...suggestionOf(one),
      ...replacedClasses(doc.labels, one.region),
      confidence: calibrated(one.confidence),
    }))
    .filter((one) => !rejected.has(placeOf({ ...one, bounds: one.region.rect })))
    .slice(0, MOST_SHOWN);
  const suggestions = foldRest(regions).map((suggestion, id) => ({ ...suggestion, id }));
  const everywhere = { rect: { x: 0, y: 0, width: doc.width, height: doc.height }, data: result.heat };
  return {
    name: FOUND,
    documentVersion: doc.store.getState().version,
    ratio: 0,
    passes: 0,
    passesDone: 0,
    model: result.model,
    suggestions,
    confidence: suggestions.length > 0 ? confidenceOf(suggestions) : everywhere,
    heat: result.heat,
    labelHash: hashLabels(doc.labels),
    ...(table === undefined
      ? {}
      : { reliability: table.map(([, right], bin) => [bin === 0 ? 0 : wholePercent(right), right]) }),
    ...(suggestions.length > 0 && advised !== undefined ? { advisedThreshold: advised } : {}),
  };
}

/** Whether a pixel has another class now than it would get. */
function changesAny({ region: { rect, bits }, ids }: FoundRegion, { labels, width }: OpenDocument): boolean {
  return bits.some((bit, i) => {
    const pixel = (rect.y + Math.floor(i / rect.width)) * width + rect.x + (i % rect.width);
    return bit === 1 && labels.data[pixel] !== ids[i];
  });
}

function suggestionOf(found: FoundRegion): Omit<Suggestion, "id"> {
  const { region, ids, from, to, area, confidence, ruleConfidence = confidence, needsHint } = found;
  const isMixed = region.bits.some((bit, i) => bit === 1 && ids[i] !== to);
  const facts = {
    region,
    from,
    to,
    area,
    confidence,
    needsHint,
    decision: "pending",
    found: true,
    ruleConfidence,
  } as const;
  return isMixed ? { ...facts, ids } : facts;
}

/** As thresholds are: the advised one must not lie a fraction above what it is meant to accept. */
function wholePercent(share: number): number {
  return Math.round(100 * share) / 100;
}
