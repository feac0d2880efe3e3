import type { Suggestion, SuggestionSet } from "./types";

/** Whether a decision is still open: skipped ones can be decided later. */
export function isUndecided(suggestion: Suggestion): boolean {
  return suggestion.decision === "pending" || suggestion.decision === "skipped";
}

/** The suggestions not decided yet, in review order. */
export function openSuggestions(set: SuggestionSet | null): readonly Suggestion[] {
  return set?.suggestions.filter(isUndecided) ?? [];
}
