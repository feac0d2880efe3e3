import { createDocument } from "../document/document";
import type { DecisionRecord } from "../document/types";
import type { DecidedPart } from "../project/decidedActs";
import { type DecisionOptions, decideEach } from "../review/decisions";
import type { FindingSummary } from "../review/imageSummary";
import { isUndecided } from "../review/queue";
import { FOUND } from "../review/sets";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument, SuggestionSet } from "../review/types";
import { decidedNow } from "./decided";
import { feedbackOn } from "./feedbackOn";
import { type Live, rebuildAfter } from "./live";
import { type QueueImages, sessionWith } from "./queueImages";
import { type QueueEntry, suggestionOf } from "./queueList";
import { type OpenImage, type SessionStore, standingRule } from "./session";
import type { SettingsStore } from "./settings";

/** What decisions on many findings change, or changed. */
export interface BulkOutcome {
  /** Findings that are decided by it. */
  readonly findings: number;
  /** Images that they are in. */
  readonly images: number;
  /** Pixels that get another class. */
  readonly pixels: number;
  /** Of `pixels`, those that get another than most of their finding: small parts of it. */
  readonly others: number;
  /** Findings that stay open: nothing of them may change (locked, excluded, void), or their label changed since. */
  readonly left: number;
}

export const nothingDone: BulkOutcome = { findings: 0, images: 0, pixels: 0, others: 0, left: 0 };

interface Facts {
  readonly session: SessionStore;
  readonly settings: SettingsStore;
  readonly live: Pick<Live, "strokeEnded">;
  readonly images: Pick<QueueImages, "use">;
}

/** The findings of a bulk decision, one image after the other. */
export function byImage(entries: readonly QueueEntry[]): ReadonlyMap<string, readonly FindingSummary[]> {
  const images = new Map<string, FindingSummary[]>();
  for (const { key, finding } of entries) images.set(key, [...(images.get(key) ?? []), finding]);
  return images;
}

/** Those of findings that can still be decided in a document, by their ids, with its found set. */
function openIn(document: OpenDocument, findings: readonly FindingSummary[]) {
  const set = document.store.getState().proposals[FOUND] ?? null;
  const open = findings.flatMap((one) => {
    const suggestion = suggestionOf(set?.suggestions, one);
    return suggestion !== undefined && isUndecided(suggestion) ? [suggestion.id] : [];
  });
  return { set, ids: new Set(open) };
}

function prepare({ session, settings }: Facts, image: OpenImage, findings: readonly FindingSummary[]) {
  const { document } = image;
  const { set, ids } = openIn(document, findings);
  const view = sessionWith(session, image);
  const decided = decidedNow(session.getState());
  const rule = standingRule(view, settings.getState());
  return { document, set, ids, how: { rule, feedback: feedbackOn(document, set, { decided }, settings.getState()) } };
}

/** What accepting findings of one image would change: done to a copy, so that it is what accepting them does. */
export function previewIn(facts: Facts, key: string, findings: readonly FindingSummary[]): Promise<BulkOutcome> {
  return facts.images.use(key, (image) => {
    const { document, set, ids, how } = prepare(facts, image, findings);
    if (set === null) return { ...nothingDone, left: findings.length };
    const { decided, pixels, others } = acceptedOnCopy(document, set, ids, how);
    return { findings: decided, images: decided > 0 ? 1 : 0, pixels, others, left: findings.length - decided };
  });
}

function acceptedOnCopy(
  document: OpenDocument,
  set: SuggestionSet,
  ids: ReadonlySet<number>,
  how: DecisionOptions,
): { readonly decided: number } & Pick<BulkOutcome, "pixels" | "others"> {
  const { width, height, data } = document.labels;
  const labels = { width, height, data: data.slice() };
  const copy: OpenDocument = createDocument({ key: document.key, labels, traits: suggestionTraits });
  copy.setLocked(document.store.getState().locked);
  const own = { ...set, documentVersion: 0 };
  copy.propose(own);
  decideEach(copy, own, ids, "accepted", how);
  const { decisions, changedPixels } = copy.store.getState();
  return { decided: decisions.length, pixels: changedPixels, others: othersIn(decisions) };
}

function othersIn(decisions: readonly DecisionRecord[]): number {
  const others = decisions.flatMap(({ to, pairs = [] }) => pairs.filter((one) => one.to !== to));
  return others.reduce((sum, { area }) => sum + area, 0);
}

/** Decides on findings of one image in one step; `part` is null where none could be. */
export function decideIn(
  facts: Facts,
  key: string,
  findings: readonly FindingSummary[],
  decision: "accepted" | "rejected",
  what: (count: number) => string,
): Promise<{ readonly outcome: BulkOutcome; readonly part: DecidedPart | null }> {
  return facts.images.use(key, (image) => {
    const { document, set, ids, how } = prepare(facts, image, findings);
    const nothing = { outcome: { ...nothingDone, left: findings.length }, part: null };
    if (set === null) return nothing;
    const before = document.labels.data.slice();
    const { length } = document.store.getState().decisions;
    const change = () => decideEach(document, set, ids, decision, { ...how, what: what(ids.size) });
    const isOpen = facts.session.getState().image?.document === document;
    if ((isOpen ? rebuildAfter(facts.live, document, change) : change()) !== "done") return nothing;
    const records = document.store.getState().decisions.slice(length);
    const pixels = document.labels.data.reduce((sum, id, at) => sum + (id === before[at] ? 0 : 1), 0);
    const left = findings.length - records.length;
    const outcome = { findings: records.length, images: 1, pixels, others: othersIn(records), left };
    return { outcome, part: { key, record: records[0], findings: records.length } };
  });
}

/** ", 29 of them to other classes", after how many pixels change; empty where none of them do. */
export function othersText({ others }: Pick<BulkOutcome, "others">): string {
  return others === 0 ? "" : `, ${others.toLocaleString("en")} of them to other classes`;
}

export function plus(a: BulkOutcome, b: BulkOutcome): BulkOutcome {
  return {
    findings: a.findings + b.findings,
    images: a.images + b.images,
    pixels: a.pixels + b.pixels,
    others: a.others + b.others,
    left: a.left + b.left,
  };
}
