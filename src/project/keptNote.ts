import type { DecisionRecord } from "../document/types";

/** What is known of kept work without reading it. */
export interface KeptNote {
  /** Rows that are undecided. */
  readonly undecided: number;
  /** Its decisions, without the pixels they wrote; null where that was not noted: earlier versions did not. */
  readonly decisions: readonly DecisionRecord[] | null;
}

export function noteOf(undecided: number, decisions: readonly DecisionRecord[]): KeptNote {
  return { undecided, decisions: decisions.map(({ written, ids, pairs, ...decision }) => decision) };
}

/** Of earlier versions only the number of rows is noted. */
export function parseNote(value: unknown): KeptNote | null {
  if (typeof value === "number") return { undecided: value, decisions: null };
  if (typeof value !== "object" || value === null) return null;
  const { undecided, decisions } = value as Partial<Record<keyof KeptNote, unknown>>;
  return typeof undecided === "number" ? { undecided, decisions: Array.isArray(decisions) ? decisions : null } : null;
}
