import { type Region, regionFromMask } from "../core/region";
import { runsOf } from "../core/runs";
import type { DecisionRecord, Edit } from "../document/types";
import { LINT } from "./lint";
import { isUndecided } from "./queue";
import { spentHints } from "./spentHints";
import type { ReviewDocument } from "./suggestions";
import type { Decision, Suggestion, SuggestionSet } from "./types";

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

/** Writes the suggestion's class, takes its region out of the mask and marks it: one undo step. */
export function accept(doc: ReviewDocument, set: SuggestionSet, id: number, options: DecisionOptions = {}): Outcome {
  const found = find(doc, set, id);
  if (typeof found === "string") return found;
  if (isLocked(doc, found)) return "locked";
  decide(doc, set, [found], "accepted", "Accept suggestion", options);
  return "done";
}

/** Takes the region out of the mask and marks it; label and hints stay: one undo step. */
export function reject(doc: ReviewDocument, set: SuggestionSet, id: number, options: DecisionOptions = {}): Outcome {
  const found = find(doc, set, id);
  if (typeof found === "string") return found;
  decide(doc, set, [found], "rejected", "Reject suggestion", options);
  return "done";
}

/** Only marks the suggestion, which can still be decided: one undo step. */
export function skip(doc: ReviewDocument, set: SuggestionSet, id: number, options: DecisionOptions = {}): Outcome {
  const found = find(doc, set, id);
  if (typeof found === "string") return found;
  if (found.decision === "skipped") return "nothing";
  decide(doc, set, [found], "skipped", "Skip suggestion", options);
  return "done";
}

/**
 * Accepts every pending suggestion of at least `threshold` confidence (0..1) in one undo step. Those that need a
 * hint are left: their class is known to be wrong. So are those of locked classes.
 */
export function acceptAll(
  doc: ReviewDocument,
  set: SuggestionSet,
  threshold: number,
  options: DecisionOptions = {},
): Outcome {
  if (doc.store.getState().proposal !== set) return "stale";
  const wanted = set.suggestions.filter(
    (suggestion) => suggestion.decision === "pending" && suggestion.confidence >= threshold && !suggestion.needsHint,
  );
  const free = wanted.filter((suggestion) => !isLocked(doc, suggestion));
  if (free.length === 0) return wanted.length > 0 ? "locked" : "nothing";
  const name = free.length === 1 ? "Accept suggestion" : `Accept ${free.length} suggestions`;
  decide(doc, set, free, "accepted", name, options);
  return "done";
}

function find(doc: ReviewDocument, set: SuggestionSet, id: number): Suggestion | "stale" | "nothing" {
  if (doc.store.getState().proposal !== set) return "stale";
  const suggestion = set.suggestions.find((candidate) => candidate.id === id);
  return suggestion !== undefined && isUndecided(suggestion) ? suggestion : "nothing";
}

function isLocked(doc: ReviewDocument, { from, to }: Suggestion): boolean {
  const { locked } = doc.store.getState();
  return locked.has(from) || locked.has(to);
}

function decide(
  doc: ReviewDocument,
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
  doc.edit(name, (edit) => {
    for (const { region, to } of chosen) {
      if (decision === "accepted") edit.setLabels(region, new Uint16Array(region.bits.length).fill(to));
      if (decision !== "skipped") edit.setMask(region, false);
    }
    const settled = chosen.map((suggestion) => suggestion.region);
    if (set.model !== LINT && !suggestions.some(isUndecided)) settled.push(releaseRest(doc, edit, set));
    if (decision === "accepted") {
      for (const stroke of spentHints(doc.mask, doc.hints, settled)) edit.clearHints(stroke);
    }
    for (const suggestion of chosen) edit.addDecision(recordOf(set, suggestion, decision, options));
    edit.setProposal({ ...set, suggestions });
  });
}

/** Once all is decided, what stays masked is what the model agrees with: the mask has done its work there. */
function releaseRest(doc: ReviewDocument, edit: Edit<SuggestionSet>, set: SuggestionSet): Region {
  const rest = regionFromMask(doc.mask, set.confidence.rect);
  edit.setMask(rest, false);
  return rest;
}

function recordOf(
  set: SuggestionSet,
  { from, to, area, confidence, region }: Suggestion,
  decision: DecisionRecord["decision"],
  { now = Date.now(), note }: DecisionOptions,
): DecisionRecord {
  const { model, ratio, passesDone } = set;
  const facts = {
    at: now,
    decision,
    from,
    to,
    area,
    confidence,
    model,
    ratio,
    passes: passesDone,
    bounds: region.rect,
    ...(decision === "accepted" ? { written: runsOf(region.bits) } : {}),
  };
  return note === undefined ? facts : { ...facts, note };
}
