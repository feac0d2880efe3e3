import type { WorkingState } from "../document/types";
import type { PastIndex } from "./readPast";

/** An image's state as it is stored. Earlier versions kept no past, and no id to log changes after. */
export interface StoredWork extends WorkingState {
  readonly past?: PastIndex;
  readonly id?: string;
}

export function isStoredWork(value: unknown): value is StoredWork {
  if (typeof value !== "object" || value === null) return false;
  const state = value as Partial<Record<keyof WorkingState, unknown>>;
  return state.index instanceof Uint32Array && state.runs instanceof Uint16Array && Array.isArray(state.decisions);
}
