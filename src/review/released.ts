import { forEachPixel, type PixelMask, regionArea } from "../core/region";
import { foldRest, isUndecided } from "./queue";
import type { Suggestion, SuggestionSet } from "./types";

/** A set whose mask is cleared: what is undecided is no more bound to it. */
export function release(set: SuggestionSet): SuggestionSet {
  const free = (one: Suggestion): Suggestion => (isUndecided(one) ? { ...one, released: true } : one);
  return { ...set, suggestions: settled(set.suggestions).map(free), released: true };
}

/** Whether a set speaks of a mask, not only of what was left of others: it may have found nothing to change there. */
export function isOfMask(set: SuggestionSet | undefined): boolean {
  return set !== undefined && !set.released;
}

/** What does not depend on the mask of now, as it was before an answer covered some of it; null when that is nothing. */
export function onlyReleased(set: SuggestionSet): SuggestionSet | null {
  const suggestions = releasedIn(set);
  if (suggestions.length === 0) return null;
  const isSame =
    set.released &&
    suggestions.length === set.suggestions.length &&
    suggestions.every((one, i) => one === set.suggestions[i]);
  return isSame ? set : { ...set, suggestions, released: true };
}

/** Suggestions on which the newer answers have the last word where they cover older ones: some of them are decided on. */
export function settled(suggestions: readonly Suggestion[]): readonly Suggestion[] {
  return suggestions
    .filter(({ covered }) => !covered)
    .map((one) => {
      const { whole, ...rest } = one;
      return whole === undefined ? one : rest;
    });
}

/**
 * A new answer for a mask, and behind its rows what was left undecided of masks cleared before. Where the mask covers that,
 * the newer answer counts, for as long as it stands.
 * @param before the set that it takes the place of.
 */
export function withReleased(set: SuggestionSet, before: SuggestionSet | undefined, mask: PixelMask): SuggestionSet {
  const kept = before === undefined ? [] : releasedIn(before).map((one) => outside(one, mask));
  if (kept.length === 0) return set;
  // Theirs stay the same, so that a selection stays with its row.
  const first = 1 + Math.max(...kept.map(({ id }) => id));
  const own = set.suggestions.map((one) => ({ ...one, id: first + one.id }));
  const [covered, open] = [kept.filter((one) => one.covered), kept.filter((one) => !one.covered)];
  return { ...set, suggestions: [...foldRest([...own, ...open]), ...covered] };
}

function releasedIn({ suggestions }: SuggestionSet): readonly Suggestion[] {
  return suggestions
    .map((one) => one.whole ?? one)
    .filter(({ released, decision }) => released && (decision === "pending" || decision === "skipped"));
}

/** The suggestion where the mask is not. */
function outside(whole: Suggestion, mask: PixelMask): Suggestion {
  const { rect, bits: all } = whole.region;
  const bits = all.slice();
  forEachPixel(whole.region, (x, y) => {
    if (mask.data[y * mask.width + x] === 1) bits[(y - rect.y) * rect.width + x - rect.x] = 0;
  });
  const area = regionArea({ rect, bits });
  if (area === whole.area) return whole;
  return { ...whole, region: { rect, bits }, area, whole, ...(area === 0 ? { covered: true } : {}) };
}
