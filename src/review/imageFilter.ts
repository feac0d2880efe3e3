import { type ImageSummary, lockedFindings, openFindings } from "./imageSummary";
import { hasLintFact, type LintCounts, type LintFact } from "./lint/lintCounts";

/** How an image of the data set can stand; several at a time may be true of one. */
export const imageStates = ["untouched", "searched", "changed", "findings", "reviewed", "excluded", "failed"] as const;
export type ImageStateName = (typeof imageStates)[number];

/** What the images are sorted by: as the data set names them, the worst score first, the changed ones first. */
export const imageSorts = ["name", "worst", "changed"] as const;
export type ImageSort = (typeof imageSorts)[number];

/** What a find would change: ids of classes. */
export interface ClassPair {
  readonly from: number;
  readonly to: number;
}

/** Which images are looked for. Every part must fit; those that are empty fit all. */
export interface ImageFilter {
  /** One of these is true of the image; empty: any. */
  readonly states: readonly ImageStateName[];
  /** Its label holds this class. */
  readonly classId: number | null;
  /** A find of this pair is undecided in it. */
  readonly pair: ClassPair | null;
  /** The rules say this of its label, as it was looked at last. */
  readonly lint: LintFact | null;
  /** Its score lies within, both ends included, 0..1; an image without a score fits only 0 to 1. */
  readonly score: { readonly min: number; readonly max: number };
  /** Part of its name, whatever the case. */
  readonly text: string;
}

export const noFilter: ImageFilter = {
  states: [],
  classId: null,
  pair: null,
  lint: null,
  score: { min: 0, max: 1 },
  text: "",
};

export function isNoFilter(filter: ImageFilter): boolean {
  const { states, classId, pair, lint, text } = filter;
  const isAny = states.length === 0 && classId === null && pair === null && lint === null;
  return isAny && text.trim() === "" && !hasScoreRange(filter);
}

export function hasScoreRange({ score }: ImageFilter): boolean {
  return score.min > 0 || score.max < 1;
}

/** What is known of an image that is looked for. */
export interface ImageFacts {
  readonly name: string;
  readonly summary: ImageSummary;
  readonly isChanged: boolean;
  /** It could not be searched or read. */
  readonly isFailed: boolean;
  /** Undefined where nobody looked, or the label changed since. */
  readonly lint: LintCounts | undefined;
}

function hasOpen(summary: ImageSummary): boolean {
  return openFindings(summary).length > 0;
}

/** It was searched for errors, and no find waits for a decision. */
function isSearched({ summary, isFailed }: ImageFacts): boolean {
  return summary.score !== null && !isFailed && !hasOpen(summary);
}

/** Whether something is true of an image; "untouched" where nothing else is. */
export function isInState(facts: ImageFacts, state: ImageStateName): boolean {
  const { summary, isChanged, isFailed } = facts;
  switch (state) {
    case "changed":
      return isChanged;
    case "findings":
      return hasOpen(summary);
    case "reviewed":
      return summary.reviewed;
    case "excluded":
      return summary.excluded;
    case "failed":
      return isFailed;
    case "searched":
      return isSearched(facts);
    case "untouched":
      return (
        !isChanged && !isFailed && !summary.reviewed && !summary.excluded && !hasOpen(summary) && !isSearched(facts)
      );
  }
}

const mostTelling: readonly ImageStateName[] = ["excluded", "failed", "reviewed", "findings", "changed", "searched"];

/** The one state that an image is shown in: whoever reviewed it is content with what is left undecided. */
export function shownState(facts: ImageFacts): ImageStateName {
  return mostTelling.find((state) => isInState(facts, state)) ?? "untouched";
}

const labels: Readonly<Record<ImageStateName, string>> = {
  untouched: "untouched",
  searched: "searched, nothing found",
  changed: "changed",
  findings: "has undecided findings",
  reviewed: "reviewed",
  excluded: "excluded",
  failed: "failed",
};

/** How one image stands, in words. */
export function stateLabel(state: ImageStateName, summary: Pick<ImageSummary, "findings">): string {
  if (state !== "searched" || summary.findings.length === 0) return labels[state];
  const locked = lockedFindings(summary).length;
  return `searched, every finding ${locked === 0 ? "decided" : "decided or of locked classes"}`;
}

export function passes(filter: ImageFilter, facts: ImageFacts): boolean {
  const { states, classId, pair, lint, score, text } = filter;
  const { summary, name } = facts;
  const wanted = text.trim().toLowerCase();
  if (wanted !== "" && !name.toLowerCase().includes(wanted)) return false;
  if (states.length > 0 && !states.some((state) => isInState(facts, state))) return false;
  if (classId !== null && !summary.classes?.has(classId)) return false;
  if (pair !== null && !openFindings(summary).some(({ from, to }) => from === pair.from && to === pair.to))
    return false;
  if (lint !== null && !hasLintFact(facts.lint, lint)) return false;
  if (!hasScoreRange(filter)) return true;
  return summary.score !== null && summary.score >= score.min && summary.score <= score.max;
}

/** Below 0 where `a` comes first, 0 where names decide. */
export function compareImages(sort: ImageSort, a: ImageFacts, b: ImageFacts): number {
  if (sort === "changed") return Number(b.isChanged) - Number(a.isChanged);
  if (sort === "worst") return (a.summary.score ?? 2) - (b.summary.score ?? 2);
  return 0;
}
