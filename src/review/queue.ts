import type { Suggestion } from "./types";

/** Whether a decision is still open: skipped ones can be decided later. */
export function isUndecided(suggestion: Suggestion): boolean {
  return suggestion.decision === "pending" || suggestion.decision === "skipped";
}
