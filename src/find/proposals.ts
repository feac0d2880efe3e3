import type { Region } from "../core/region";
import type { Candidate } from "./candidates/candidate";
import type { RegionFeatures } from "./candidates/features";
import { overlap } from "./regions";
import { confidenceIn, type Rule } from "./rule";

/** Two proposals that overlap by more than this (intersection over union) propose the same. */
export const SAME = 0.2;
/** Proposals with less confidence are dropped, as are those of a window beyond so many. */
export const LEAST_CONFIDENCE = 0.005;
export const MOST_PROPOSALS = 30;

/** A candidate and how sure the rule is that it is an error, 0..1. */
export interface Proposal extends Candidate {
  readonly confidence: number;
}

/** The candidates by the rule's confidence, surest first; of those that propose the same only the surest. */
export function propose(found: readonly Candidate[], features: readonly RegionFeatures[], rule: Rule): Proposal[] {
  const ranked = found
    .map((one, i) => ({ ...one, confidence: confidenceIn(rule, one, features[i]) }))
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .sort((a, b) => b.confidence - a.confidence);
  return withoutRepeats(ranked, ({ where }) => where, MOST_PROPOSALS);
}

/** The items without those that propose the same as an earlier one, at most `most`. */
export function withoutRepeats<T>(items: readonly T[], regionOf: (item: T) => Region, most = Infinity): T[] {
  const kept: T[] = [];
  for (const item of items) {
    if (kept.length === most) break;
    if (kept.every((other) => overlap(regionOf(item), regionOf(other)) <= SAME)) kept.push(item);
  }
  return kept;
}
