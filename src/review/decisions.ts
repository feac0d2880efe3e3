import { type Region, regionFromMask } from "../core/region";
import { runsOf, valueRunsOf } from "../core/runs";
import type { DecisionRecord, Edit } from "../document/types";
import { consumedHints } from "./consumedHints";
import { LINT } from "./lint";
import { isUndecided } from "./queue";
import { type Decision, type OpenDocument, type Suggestion, type SuggestionSet, sourceOf } from "./types";
import { newIds, writableBits } from "./writing";

/**
 * What came of a decision: "stale" when `set` is no longer the document's proposal (it changed underneath, or a
 * newer one arrived) and nothing was done; "locked" when a class of the suggestion is locked; "nothing" when there
 * is nothing left to decide.
 */
export type Outcome = "done" | "stale" | "locked" | "nothing";

export interface DecisionOptions {
  /** Time of the decision in ms since 1970, now by default. */
  readonly now?: number;
  readonly note?: string;
}

/**
 * Writes the suggestion's classes, takes its region out of the mask and marks it: one undo step. Pixels of locked classes
 * stay. What a search for errors found leaves the mask alone.
 */
export function accept(doc: OpenDocument, set: SuggestionSet, id: number, options: DecisionOptions = {}): Outcome {
  const found = find(doc, set, id);
  if (typeof found === "string") return found;
  if (isLocked(doc, found)) return "locked";
  decide(doc, set, [found], "accepted", "Accept suggestion", options);
  return "done";
}

/** Takes the region out of the mask (as above) and marks it; label and hints stay: one undo step. */
export function reject(doc: OpenDocument, set: SuggestionSet, id: number, options: DecisionOptions = {}): Outcome {
  const found = find(doc, set, id);
  if (typeof found === "string") return found;
  decide(doc, set, [found], "rejected", "Reject suggestion", options);
  return "done";
}

/** Only marks the suggestion, which can still be decided: one undo step. */
export function skip(doc: OpenDocument, set: SuggestionSet, id: number, options: DecisionOptions = {}): Outcome {
  const found = find(doc, set, id);
  if (typeof found === "string") return found;
  if (found.decision === "skipped") return "nothing";
  decide(doc, set, [found], "skipped", "Skip suggestion", options);
  return "done";
}

/**
 * What `acceptAll` would take: pending suggestions of at least `threshold` confidence (0..1). Those that need a hint are
 * left: their class is known to be wrong. So are those of locked classes, and lint, which has no confidence.
 */
export function acceptable(doc: OpenDocument, set: SuggestionSet, threshold: number): readonly Suggestion[] {
  const { locked } = doc.store.getState();
  const known = acceptables.get(set);
  if (known?.threshold === threshold && known.locked === locked) return known.list;
  const list = confident(set, threshold).filter((suggestion) => !isLocked(doc, suggestion));
  acceptables.set(set, { threshold, locked, list });
  return list;
}

/** Looking for locked pixels costs too much to be done at each move of the pointer. */
const acceptables = new WeakMap<SuggestionSet, Acceptable>();

interface Acceptable {
  readonly threshold: number;
  readonly locked: ReadonlySet<number>;
  readonly list: readonly Suggestion[];
}

function confident(set: SuggestionSet, threshold: number): readonly Suggestion[] {
  return set.suggestions.filter(
    ({ decision, confidence, needsHint }) =>
      decision === "pending" && confidence !== null && confidence >= threshold && !needsHint,
  );
}

/** Accepts everything `acceptable` in one undo step. */
export function acceptAll(
  doc: OpenDocument,
  set: SuggestionSet,
  threshold: number,
  options: DecisionOptions = {},
): Outcome {
  if (doc.store.getState().proposal !== set) return "stale";
  const free = acceptable(doc, set, threshold);
  if (free.length === 0) return confident(set, threshold).length > 0 ? "locked" : "nothing";
  const name = free.length === 1 ? "Accept suggestion" : `Accept ${free.length} suggestions`;
  decide(doc, set, free, "accepted", name, options);
  return "done";
}

function find(doc: OpenDocument, set: SuggestionSet, id: number): Suggestion | "stale" | "nothing" {
  if (doc.store.getState().proposal !== set) return "stale";
  const suggestion = set.suggestions.find((candidate) => candidate.id === id);
  return suggestion !== undefined && isUndecided(suggestion) ? suggestion : "nothing";
}

/** Found regions may hold several classes: they are locked when no pixel is left to change. */
function isLocked(doc: OpenDocument, suggestion: Suggestion): boolean {
  const { locked } = doc.store.getState();
  if (sourceOf(suggestion) !== "find") return locked.has(suggestion.from) || locked.has(suggestion.to);
  return !writableBits(doc.labels, suggestion, locked).includes(1);
}

function decide(
  doc: OpenDocument,
  set: SuggestionSet,
  chosen: readonly Suggestion[],
  decision: Exclude<Decision, "pending">,
  name: string,
  options: DecisionOptions,
): void {
  const ids = new Set(chosen.map((suggestion) => suggestion.id));
  const suggestions = set.suggestions.map((suggestion) =>
    ids.has(suggestion.id) ? { ...suggestion, decision } : suggestion,
  );
  // A search for errors speaks of the label, and a mask is the user's.
  const ofMask = chosen.filter((suggestion) => sourceOf(suggestion) !== "find");
  doc.edit(name, (edit) => {
    const written = decision === "accepted" ? writeAll(doc, edit, chosen) : new Map<number, Uint8Array>();
    if (decision !== "skipped") for (const { region } of ofMask) edit.setMask(region, false);
    const settled = ofMask.map((suggestion) => suggestion.region);
    const rebuilt = set.suggestions.some((suggestion) => sourceOf(suggestion) === "model");
    if (rebuilt && !suggestions.some(isUndecided)) settled.push(releaseRest(doc, edit, set));
    if (decision === "accepted") {
      for (const stroke of consumedHints(doc.mask, doc.hints, settled)) edit.clearHints(stroke);
    }
    for (const suggestion of chosen) {
      edit.addDecision(recordOf(set, suggestion, decision, written.get(suggestion.id), options));
    }
    edit.setProposal({ ...set, suggestions });
  });
}

/** Writes suggestions that may overlap: the surer over the less sure. Returns what each wrote, by its id. */
function writeAll(
  doc: OpenDocument,
  edit: Edit<SuggestionSet>,
  chosen: readonly Suggestion[],
): ReadonlyMap<number, Uint8Array> {
  const { locked } = doc.store.getState();
  return new Map(
    [...chosen]
      .sort((a, b) => (a.confidence ?? 0) - (b.confidence ?? 0))
      .map((suggestion) => {
        const bits = writableBits(doc.labels, suggestion, locked);
        edit.setLabels({ rect: suggestion.region.rect, bits }, newIds(suggestion));
        return [suggestion.id, bits];
      }),
  );
}

/** Once all is decided, what stays masked is what the model agrees with: the mask has done its work there. */
function releaseRest(doc: OpenDocument, edit: Edit<SuggestionSet>, set: SuggestionSet): Region {
  const rest = regionFromMask(doc.mask, set.confidence.rect);
  edit.setMask(rest, false);
  return rest;
}

function recordOf(
  set: SuggestionSet,
  suggestion: Suggestion,
  decision: DecisionRecord["decision"],
  written: Uint8Array | undefined,
  { now = Date.now(), note }: DecisionOptions,
): DecisionRecord {
  const { from, to, area, confidence, region, ids } = suggestion;
  const source = sourceOf(suggestion);
  return {
    at: now,
    decision,
    from,
    to,
    area: written === undefined ? area : written.reduce((sum, bit) => sum + bit, 0),
    confidence,
    model: source === "lint" ? LINT : set.model,
    ratio: set.ratio,
    passes: set.passesDone,
    bounds: region.rect,
    source,
    ...(written === undefined ? {} : { written: runsOf(written) }),
    ...(written === undefined || ids === undefined ? {} : { ids: valueRunsOf(ids.filter((_, i) => written[i] === 1)) }),
    ...(note === undefined ? {} : { note }),
  };
}
