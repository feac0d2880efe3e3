import { intersectRects, isEmptyRect } from "../core/rect";
import { forEachPixel } from "../core/region";
import type { DocumentState, PixelChange } from "../document/types";
import { isUndecided } from "./queue";
import type { Suggestion, SuggestionSet } from "./types";

/** Reconstruction of the mask. */
export const LIVE = "live";
/** What a search for errors found. */
export const FOUND = "found";
/** What a look at the label alone found. */
export const CHECKS = "checks";

/** The result set that is looked at; null where that tab has none. */
export function shownSet({
  proposals,
  shown,
}: Pick<DocumentState<SuggestionSet>, "proposals" | "shown">): SuggestionSet | null {
  return proposals[shown ?? LIVE] ?? null;
}

/** Whether two states of a set come from the same run: decisions keep the confidence. */
export function isSameRun(a: SuggestionSet | null, b: SuggestionSet | null): boolean {
  return a !== null && b !== null && a.name === b.name && a.confidence.data === b.confidence.data;
}

/** The set without the undecided suggestions under whose own region the label changed; the same value where there are none. */
export function withoutRelabelled(set: SuggestionSet, change: PixelChange): SuggestionSet {
  const left = set.suggestions.filter((one) => !isUndecided(one) || !isRelabelled(one, change));
  return left.length === set.suggestions.length ? set : { ...set, suggestions: left };
}

function isRelabelled({ region }: Suggestion, { rects, isRelabelled }: PixelChange): boolean {
  if (!rects.some((rect) => !isEmptyRect(intersectRects(rect, region.rect)))) return false;
  let found = false;
  forEachPixel(region, (x, y) => (found ||= isRelabelled(x, y)));
  return found;
}
