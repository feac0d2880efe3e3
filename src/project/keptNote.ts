import type { DecisionRecord } from "../document/types";

/** What is known of kept work without reading it. */
export interface KeptNote {
  /** Rows that are undecided. */
  readonly undecided: number;
  /** Its decisions, without the pixels they wrote; null where that was not noted: earlier versions did not. */
  readonly decisions: readonly DecisionRecord[] | null;
  /** Whether its label differs from the one before all that was done to it; null where that was not noted. */
  readonly changed: boolean | null;
}

export function noteOf(undecided: number, decisions: readonly DecisionRecord[], changed: boolean): KeptNote {
  return { undecided, changed, decisions: decisions.map(({ written, ids, pairs, ...decision }) => decision) };
}

/** Of earlier versions only the number of rows is noted. */
export function parseNote(value: unknown): KeptNote | null {
  if (typeof value === "number") return { undecided: value, decisions: null, changed: null };
  if (typeof value !== "object" || value === null) return null;
  const { undecided, decisions, changed } = value as Partial<Record<keyof KeptNote, unknown>>;
  if (typeof undecided !== "number") return null;
  return {
    undecided,
    decisions: Array.isArray(decisions) ? decisions : null,
    changed: typeof changed === "boolean" ? changed : null,
  };
}
