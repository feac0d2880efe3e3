import type { FindResult, FoundRegion } from "../find/types";
import { shareRight } from "../model/reliability";
import { replacedClasses } from "./classShares";
import { confidenceOf } from "./confidence";
import { foldRest } from "./queue";
import { FOUND } from "./sets";
import type { OpenDocument, Suggestion, SuggestionSet } from "./types";

/**
 * What a search for errors proposes: the found regions, the surest first and the last of many folded, and the heat of
 * every pixel. Where it was measured how often such regions are right, that is their
 * confidence: the rules' own is fitted on damaged labels, and 0.97 of it was wrong on clean ones. The labels must still be
 * those of the request; the mask may have changed since.
 */
export function findSuggestions(doc: OpenDocument, result: FindResult): SuggestionSet {
  const { reliability: table } = result;
  const calibrated = (confidence: number) =>
    table === undefined ? confidence : wholePercent(shareRight(table, confidence));
  const regions = result.regions.filter(({ area }) => area > 0);
  const found = foldRest(
    regions.map((one) => ({
      ...suggestionOf(one),
      ...replacedClasses(doc.labels, one.region),
      confidence: calibrated(one.confidence),
    })),
  );
  const suggestions = found.map((suggestion, id) => ({ ...suggestion, id }));
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
    ...(table === undefined
      ? {}
      : { reliability: table.map(([, right], bin) => [bin === 0 ? 0 : wholePercent(right), right]) }),
    ...(found.length > 0 ? { advisedThreshold: calibrated(result.accept) } : {}),
  };
}

function suggestionOf(found: FoundRegion): Omit<Suggestion, "id"> {
  const { region, ids, from, to, area, confidence, needsHint } = found;
  const isMixed = region.bits.some((bit, i) => bit === 1 && ids[i] !== to);
  const facts = { region, from, to, area, confidence, needsHint, decision: "pending", found: true } as const;
  return isMixed ? { ...facts, ids } : facts;
}

/** As thresholds are: the advised one must not lie a fraction above what it is meant to accept. */
function wholePercent(share: number): number {
  return Math.round(100 * share) / 100;
}
