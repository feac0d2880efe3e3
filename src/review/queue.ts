import type { Suggestion, SuggestionSet } from "./types";

/** Whether a decision is still open: skipped ones can be decided later. */
export function isUndecided(suggestion: Suggestion): boolean {
  return suggestion.decision === "pending" || suggestion.decision === "skipped";
}

/**
 * The undecided suggestion after (`step` 1) or before (-1) `id` in review order, going round; pending ones come
 * before skipped ones. From null: the first. Null when everything is decided.
 */
export function nextSuggestion(set: SuggestionSet, id: number | null, step: 1 | -1 = 1): Suggestion | null {
  const { suggestions } = set;
  const at = suggestions.findIndex((suggestion) => suggestion.id === id);
  const start = at < 0 && step === -1 ? 0 : at;
  const inOrder = suggestions.map(
    (_, i) => suggestions.at((start + step * (i + 1)) % suggestions.length) as Suggestion,
  );
  return (
    inOrder.find((suggestion) => suggestion.decision === "pending") ??
    inOrder.find((suggestion) => suggestion.decision === "skipped") ??
    null
  );
}
