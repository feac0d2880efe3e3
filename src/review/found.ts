import type { FindResult, FoundRegion } from "../find/types";
import { replacedClasses } from "./classShares";
import { confidenceOf } from "./confidence";
import { leastSureBy } from "./doubt";
import { foldRest } from "./queue";
import { FOUND } from "./sets";
import type { OpenDocument, Suggestion, SuggestionSet } from "./types";

/**
 * What a search for errors proposes: the found regions, the surest first and the last of many folded, and the heat of every
 * pixel. The labels must still be those of the request; the mask may have changed since.
 */
export function findSuggestions(doc: OpenDocument, result: FindResult): SuggestionSet {
  const regions = result.regions.filter(({ area }) => area > 0);
  const leastSure = leastSureBy(result.reliability);
  const found = foldRest(
    regions.map((one) => ({
      ...suggestionOf(one),
      ...replacedClasses(doc.labels, one.region),
      ...(leastSure === undefined ? {} : { leastSure }),
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
    ...(result.reliability === undefined ? {} : { reliability: result.reliability }),
    ...(found.length > 0 ? { advisedThreshold: Math.min(1, Math.max(result.accept, leastSure ?? 0)) } : {}),
  };
}

function suggestionOf(found: FoundRegion): Omit<Suggestion, "id"> {
  const { region, ids, from, to, area, confidence, needsHint } = found;
  const isMixed = region.bits.some((bit, i) => bit === 1 && ids[i] !== to);
  const facts = { region, from, to, area, confidence, needsHint, decision: "pending", found: true } as const;
  return isMixed ? { ...facts, ids } : facts;
}
