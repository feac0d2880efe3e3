import { confidenceWith, type Feedback, feedbackOf, rankOf } from "../review/feedback";
import {
  type FindingSummary,
  type ImageSummary,
  lockedFindings,
  openFindings,
  sureOfLeft,
} from "../review/imageSummary";
import type { Suggestion } from "../review/types";
import { decidedNow } from "./decided";
import type { Session } from "./session";
import type { Settings } from "./settings";
import { summaryOf } from "./summaries";

/** A tab of the queue: what is about objects, and what shifts borders. */
export type QueueKind = "objects" | "boundaries";
/** Also what the rules find without the model, which is never mixed with it. */
export type QueueTab = QueueKind | "lint";
/** As they stand side by side. */
export const queueTabs: readonly QueueTab[] = ["objects", "boundaries", "lint"];

/** Undecided ones of each kind. */
export type QueueCounts = Readonly<Record<QueueKind, number>>;

/** A find that waits for a decision, without its pixels. */
export interface QueueEntry {
  /** Unique in the data set. */
  readonly id: string;
  /** Of the image. */
  readonly key: string;
  readonly finding: FindingSummary;
  /** As decisions leave it, 0..1; the finding's own is the model's. */
  readonly confidence: number;
}

/** All finds that would turn one class into another. */
export interface PairGroup {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly entries: readonly QueueEntry[];
  /** In so many images. */
  readonly images: number;
}

export function kindOf({ finding }: QueueEntry): QueueKind {
  return finding.isBoundary ? "boundaries" : "objects";
}

/** Said when all of one kind is decided: what of the other waits. */
export function whatWaits({ kind, counts }: { readonly kind: QueueTab; readonly counts: QueueCounts }): string {
  if (kind === "lint") return "";
  const other = otherKind(kind);
  return counts[other] === 0 ? "All is decided." : `All ${kind} are decided, ${waitingText(other, counts[other])}.`;
}

/** "1 boundary waits", "7 boundaries wait" */
export function waitingText(kind: QueueKind, count: number): string {
  if (count === 1) return `1 ${kind === "objects" ? "object" : "boundary"} waits`;
  return `${count.toLocaleString("en")} ${kind} wait`;
}

export function otherKind(kind: QueueKind): QueueKind {
  return kind === "objects" ? "boundaries" : "objects";
}

/**
 * What is undecided in the data set, the likeliest errors first as decisions on all images rank them; what was skipped comes
 * last. Excluded images have none.
 */
export function openEntries(
  session: Pick<Session, "dataset" | "summaries" | "decided" | "image">,
  settings: Pick<Settings, "feedback">,
): readonly QueueEntry[] {
  const feedbackFor = settings.feedback ? feedbackBy(decidedNow(session)) : () => none;
  const found = (session.dataset?.items ?? []).flatMap(({ key }) => {
    const summary = summaryOf(session.summaries, key);
    return summary.excluded ? [] : openFindings(summary).map((finding) => entryOf(key, finding, feedbackFor));
  });
  // Equal ones stay in the order of the data set and of the found set.
  return found.sort((a, b) => Number(a.skipped) - Number(b.skipped) || b.rank - a.rank).map(({ entry }) => entry);
}

/** How many that are, without ranking them. */
export function openCount({ dataset, summaries }: Pick<Session, "dataset" | "summaries">): number {
  return countOf(dataset, summaries, openFindings);
}

/** How many wait for their classes to be unlocked. */
export function lockedCount({ dataset, summaries }: Pick<Session, "dataset" | "summaries">): number {
  return countOf(dataset, summaries, lockedFindings);
}

function countOf(
  dataset: Session["dataset"],
  summaries: Session["summaries"],
  those: (summary: ImageSummary) => readonly FindingSummary[],
): number {
  return (dataset?.items ?? []).reduce((sum, { key }) => {
    const summary = summaryOf(summaries, key);
    return summary.excluded ? sum : sum + those(summary).length;
  }, 0);
}

function entryOf(key: string, finding: FindingSummary, feedbackFor: (model: string) => Feedback) {
  const feedback = feedbackFor(finding.model ?? "");
  // Decisions are told of what was found: what locks leave of it has other classes, perhaps.
  const { wasFound = finding } = finding;
  const confidence = sureOfLeft(finding, confidenceWith(wasFound, feedback));
  const entry: QueueEntry = { id: `${key}\n${finding.id}`, key, finding, confidence };
  return { entry, rank: rankOf(wasFound, feedback), skipped: finding.decision === "skipped" };
}

const none: Feedback = { shift: () => 0 };
const fitted = new WeakMap<object, Map<string, Feedback>>();

/** By model; fitted once for the same decisions. */
function feedbackBy(decided: ReturnType<typeof decidedNow>): (model: string) => Feedback {
  const known = fitted.get(decided) ?? new Map<string, Feedback>();
  fitted.set(decided, known);
  return (model) => {
    const feedback = known.get(model) ?? feedbackOf(decided, model) ?? none;
    known.set(model, feedback);
    return feedback;
  };
}

/** By old and new class, the pair with the most finds first. */
export function pairGroups(entries: readonly QueueEntry[]): readonly PairGroup[] {
  const groups = new Map<string, QueueEntry[]>();
  for (const entry of entries) {
    const id = pairId(entry);
    const members = groups.get(id);
    if (members === undefined) groups.set(id, [entry]);
    else members.push(entry);
  }
  return [...groups]
    .map(([id, members]) => ({
      ...{ id, from: members[0].finding.from, to: members[0].finding.to, entries: members },
      images: new Set(members.map(({ key }) => key)).size,
    }))
    .sort((a, b) => b.entries.length - a.entries.length);
}

export function pairId({ finding: { from, to } }: QueueEntry): string {
  return `${from} ${to}`;
}

/**
 * What to show after the list changed: the same as before; else what took its place, the next but never the one before it,
 * since decisions rank the rest anew and the likeliest come first.
 */
export function nextEntry(
  before: readonly QueueEntry[],
  current: QueueEntry | null,
  after: readonly QueueEntry[],
): QueueEntry | null {
  if (current === null) return after[0] ?? null;
  const same = after.find((one) => one.id === current.id && isSameFinding(one.finding, current.finding));
  // What was skipped just now is at the end: the next is wanted.
  const isSkipped = same?.finding.decision === "skipped" && current.finding.decision !== "skipped";
  if (same !== undefined && !isSkipped) return same;
  const left = new Set(after.map(({ id }) => id));
  const at = before
    .slice(
      0,
      Math.max(
        0,
        before.findIndex(({ id }) => id === current.id),
      ),
    )
    .filter(({ id }) => left.has(id));
  return after[at.length] ?? after.at(-1) ?? null;
}

/** Whether it is the same find, whatever was decided on it: a newer search numbers its own from 0 too. */
export function isSameFinding(a: FindingSummary, b: FindingSummary): boolean {
  return a.from === b.from && a.to === b.to && isSamePlace(a.bounds, b.bounds);
}

/** The suggestion that a summary is about; undefined where it is not there any more. */
export function suggestionOf(
  suggestions: readonly Suggestion[] | undefined,
  { id, bounds }: FindingSummary,
): Suggestion | undefined {
  const found = suggestions?.find((one) => one.id === id);
  return found !== undefined && isSamePlace(found.region.rect, bounds) ? found : undefined;
}

function isSamePlace(a: FindingSummary["bounds"], b: FindingSummary["bounds"]): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
