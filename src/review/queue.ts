import type { Suggestion, SuggestionSet } from "./types";

/** So many suggestions have a row each; what is beyond is folded into one more. */
const MOST_ROWS = 10;

/** Folds what is beyond MOST_ROWS into one row. A single one is left alone: folded it would take a row as well. */
export function foldRest<T extends Omit<Suggestion, "id">>(suggestions: readonly T[]): T[] {
  if (suggestions.length <= MOST_ROWS + 1) return [...suggestions];
  return suggestions.map((one, i) => (i < MOST_ROWS ? one : { ...one, folded: true }));
}

/** Whether a decision is still open: skipped ones can be decided later. */
export function isUndecided(suggestion: Suggestion): boolean {
  return !suggestion.covered && (suggestion.decision === "pending" || suggestion.decision === "skipped");
}

/** The suggestions not decided yet, in review order. */
export function openSuggestions(set: SuggestionSet | null): readonly Suggestion[] {
  return set?.suggestions.filter(isUndecided) ?? [];
}

/** The rows not decided yet, each by its first suggestion: all folded ones are a single row. */
export function openRows(set: SuggestionSet | null): readonly Suggestion[] {
  return rowsOf(openSuggestions(set));
}

/** The open rows of which accepting now would change something. @param standing the set `asItStands`. */
export function rowsToDecide(standing: SuggestionSet | null): readonly Suggestion[] {
  return openRows(standing).filter((row) => standing !== null && changesSome(rowMembers(standing, row)));
}

/** Whether accepting them changes any pixel. @param members as they stand. */
export function changesSome(members: readonly Suggestion[]): boolean {
  return members.some(({ area }) => area > 0);
}

/** The first suggestion of each row that holds any of these. */
export function rowsOf(suggestions: readonly Suggestion[]): readonly Suggestion[] {
  const folded = suggestions.find((one) => one.folded);
  return suggestions.filter((one) => !one.folded || one === folded);
}

/** All that is decided together with a suggestion of `set`, as far as it is open. */
export function rowMembers(set: SuggestionSet, suggestion: Suggestion): readonly Suggestion[] {
  return suggestion.folded ? openSuggestions(set).filter((one) => one.folded) : [suggestion];
}
