import type { LabelMap } from "../core/labelMap";
import type { Rect } from "../core/rect";
import { isBoundaryShift } from "./boundaryShift";
import { classPairs, mainClasses } from "./classShares";
import { ABSTAINS } from "./doubt";
import type { Decision, Suggestion, SuggestionSet } from "./types";

/** One suspicious region of an image, without its pixels. */
export interface FindingSummary {
  /** The suggestion's id in the image's found set. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly area: number;
  /** What the model said, 0..1. */
  readonly confidence: number;
  readonly bounds: Rect;
  readonly decision: Decision;
  /** How sure the rules were, 0..1, where that is another number: it ranks. */
  readonly ruleConfidence?: number;
  /** The model that found it; absent in summaries of earlier versions. */
  readonly model?: string;
  readonly needsHint?: true;
  /**
   * Every pair of an old and a new class in it, with its pixels, so that locks can be told; absent in summaries of earlier
   * versions, or without the pixels.
   */
  readonly pairs?: readonly (readonly [from: number, to: number, area?: number])[];
  /** What the locks that are set now, and edits, leave of it, where that is a part (`withLocks`). */
  readonly left?: Part;
  /** Of one that `left` says it of: as it was found. */
  readonly wasFound?: FindingSummary;
  /** Accepting it would change nothing while the classes are locked that are locked now (`withLocks`). */
  readonly locked?: true;
  /** It shifts a border between classes (`isBoundaryShift`); else it is about an object. */
  readonly isBoundary?: true;
}

/** The classes that most pixels of a part of a find have and get, and how many it has. */
type Part = Pick<FindingSummary, "from" | "to" | "area">;

/** What is known of an image's label without opening it. Replaced, never mutated. */
export interface ImageSummary {
  /** Label quality at the newest search, 0 (certainly wrong) to 1; null before any. */
  readonly score: number | null;
  /** The scan that searched it, or that failed on it; null where nobody did, or the user searched it alone. */
  readonly scan: string | null;
  /** Why the newest search of it failed, in the user's words; null where it did not. */
  readonly failure: string | null;
  /** What was found and still stands, decided or not; in the order of the found set. */
  readonly findings: readonly FindingSummary[];
  /** Pixels by class id in the label as it is worked on; null where nobody looked. */
  readonly classes: ReadonlyMap<number, number> | null;
  /** The user looked at it and is content. */
  readonly reviewed: boolean;
  /** The user leaves it out of scans and of what is learnt from. */
  readonly excluded: boolean;
}

export const unknownImage: ImageSummary = {
  score: null,
  scan: null,
  failure: null,
  findings: [],
  classes: null,
  reviewed: false,
  excluded: false,
};

/**
 * What a summary says of a found set; nothing where there is none.
 * @param labels of the image, to tell shifted borders; without them all are taken for objects.
 */
export function findingsOf(set: SuggestionSet | null | undefined, labels: LabelMap): readonly FindingSummary[] {
  if (!set) return [];
  return set.suggestions.filter(({ covered }) => !covered).map((one) => summaryOf(one, set.model, labels));
}

function summaryOf(one: Suggestion, model: string, labels: LabelMap): FindingSummary {
  const { id, from, to, area, confidence, region, decision, ruleConfidence, needsHint } = one;
  const pairs = classPairs(labels, one).flatMap((pair) =>
    pair.from === pair.to ? [] : [[pair.from, pair.to, pair.area] as const],
  );
  return {
    ...{ id, from, to, area, confidence, bounds: region.rect, decision, model, pairs },
    ...(ruleConfidence === undefined ? {} : { ruleConfidence }),
    ...(needsHint ? { needsHint } : {}),
    ...(isBoundaryShift(labels, one) ? { isBoundary: true } : {}),
  };
}

/** The finds that wait for a decision, of which locks leave something to change. */
export function openFindings({ findings }: Pick<ImageSummary, "findings">): readonly FindingSummary[] {
  return findings.filter((one) => isUndecidedFind(one) && one.locked !== true).map(asLeft);
}

/** A find as the locks leave it: of less than half of it nobody measured how often it is right (`review/standing.ts`). */
function asLeft(one: FindingSummary): FindingSummary {
  const { left } = one;
  if (left === undefined) return one;
  return { ...one, ...left, wasFound: one };
}

/** How sure a find is at most that locks leave this of. */
export function sureOfLeft({ area, wasFound }: FindingSummary, confidence: number): number {
  return wasFound !== undefined && 2 * area < wasFound.area ? Math.min(confidence, ABSTAINS) : confidence;
}

/** Those that wait for their classes to be unlocked. */
export function lockedFindings({ findings }: Pick<ImageSummary, "findings">): readonly FindingSummary[] {
  return findings.filter((one) => isUndecidedFind(one) && one.locked === true);
}

function isUndecidedFind({ decision }: FindingSummary): boolean {
  return decision === "pending" || decision === "skipped";
}

/** A summary whose findings say what these locks leave of them; the same value where they say so already. */
export function withLocks(summary: ImageSummary, locked: ReadonlySet<number>): ImageSummary {
  const findings = summary.findings.map((one) => {
    const { pairs = [] } = one;
    const free = pairs.filter((ids) => !locked.has(ids[0]) && !locked.has(ids[1]));
    const isLocked = pairs.length > 0 && free.length === 0;
    const part = isLocked || free.length === 0 ? null : partOf(free);
    // Of a label that was edited since, less may be left without any lock.
    const left = part?.area === one.area ? null : part;
    const isSame = isLocked === (one.locked ?? false) && isSamePart(left, one.left ?? null);
    if (isSame) return one;
    const { locked: _, left: __, ...found } = one;
    if (isLocked) return { ...found, locked: true as const };
    return left === null ? found : { ...found, left };
  });
  return findings.every((one, i) => one === summary.findings[i]) ? summary : { ...summary, findings };
}

/** The classes that most of these pairs' pixels have and get; null where their pixels are not known. */
function partOf(pairs: NonNullable<FindingSummary["pairs"]>): Part | null {
  const [ofFrom, ofTo] = [new Map<number, number>(), new Map<number, number>()];
  let sum = 0;
  for (const [from, to, area] of pairs) {
    if (area === undefined) return null;
    ofFrom.set(from, (ofFrom.get(from) ?? 0) + area);
    ofTo.set(to, (ofTo.get(to) ?? 0) + area);
    sum += area;
  }
  return { from: mainClasses(ofFrom)[0], to: mainClasses(ofTo)[0], area: sum };
}

function isSamePart(a: Part | null, b: Part | null): boolean {
  return a?.from === b?.from && a?.to === b?.to && a?.area === b?.area;
}
