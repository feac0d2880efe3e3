import { type ReliabilityTable, shareRight } from "../model/reliability";
import type { Suggestion } from "./types";

/**
 * Below this confidence the model abstains: measured, it is then wrong more often than right (47 % of such pixels are
 * right, 62 % of those just above; training/README.md, "Calibration").
 */
const LEAST_SURE = 0.5;
/** The confidence of what is never taken for sure. */
export const ABSTAINS = 0.49;

/** Whether the old label stays unless the user says otherwise: no visible class fits, or the model is not sure. */
export function isDoubtful({ confidence, needsHint }: Pick<Suggestion, "confidence" | "needsHint">): boolean {
  return needsHint || confidence < LEAST_SURE;
}

/** As it is shown, and compared with a threshold: never more than it is. */
export function shownPercent(share: number): number {
  // 0.29 * 100 is a little less than 29.
  return Math.floor(share * 100 + 1e-9);
}

/**
 * The share of these suggestions that are right, as far as is known of such confidence, 0..1; null where it is not. What
 * decisions moved is as often right as it says.
 */
export function expectedRight(table: ReliabilityTable | undefined, suggestions: readonly Suggestion[]): number | null {
  if (table === undefined || suggestions.length === 0) return null;
  const rightIn = ({ confidence, modelConfidence }: Suggestion) =>
    modelConfidence === undefined ? shareRight(table, confidence) : confidence;
  return suggestions.reduce((sum, one) => sum + rightIn(one), 0) / suggestions.length;
}
