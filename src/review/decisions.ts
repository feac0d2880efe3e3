import { type Region, regionFromMask } from "../core/region";
import { runsOf, valueRunsOf } from "../core/runs";
import type { ClassPair, DecisionRecord, Edit } from "../document/types";
import type { Agreement } from "./agreement";
import { classPairs } from "./classShares";
import { isDoubtful, shownPercent } from "./doubt";
import { type Feedback, ranked } from "./feedback";
import { extendedHints, strokesAt, without, withoutMask } from "./hintStrokes";
import { isUndecided, openRows, rowMembers } from "./queue";
import { isOfMask, settled } from "./released";
import { LIVE } from "./sets";
import { asItStands, lockedPart, type StandingRule, trimmer } from "./standing";
import { type Decision, type OpenDocument, type Suggestion, type SuggestionSet, sourceOf } from "./types";
import { differs, newIds } from "./writing";

/**
 * What came of a decision: "stale" when `set` is no longer the document's of its name (it changed underneath, or a
 * newer one arrived) and nothing was done; "locked" when a class of the suggestion is locked; "void" when it is void
 * that is to be kept; "excluded" when it was excluded from finding; "nothing" when there is nothing left to decide.
 */
export type Outcome = "done" | "stale" | "locked" | "void" | "excluded" | "nothing";

export interface DecisionOptions {
  /** Time of the decision in ms since 1970, now by default. */
  readonly now?: number;
  readonly note?: string;
  /** What it keeps is not written. */
  readonly rule?: StandingRule;
  /** What is decided on, in the words of its undo step: "road to sky"; "suggestion" by default. */
  readonly what?: string;
  /** What is decided together, and what is sure enough, is as it says. */
  readonly feedback?: Feedback | null;
  /** The suggestion by itself, though a list folds it into a row with others. */
  readonly alone?: boolean;
}

/** Where an accept took what several answers agree on. */
interface AgreedOptions {
  readonly agreedRatios?: readonly number[];
  /** Stays masked, whatever is decided. */
  readonly stays?: Region;
}

/** How a suggestion is accepted. */
export interface AcceptOptions extends DecisionOptions {
  /** Gives all of the region this class, in place of what was proposed: the user's own decision. */
  readonly as?: number;
}

/**
 * Writes the suggestion's classes, takes its region out of the mask and marks it: one undo step. Pixels of locked classes
 * stay, and void that is kept. What others of the set propose and the label has by now goes from it. What a search for errors found leaves the mask alone. Like the other decisions it is about the suggestion's whole
 * row (`rowMembers`).
 */
export function accept(doc: OpenDocument, set: SuggestionSet, id: number, options: AcceptOptions = {}): Outcome {
  const found = find(doc, set, id, options);
  if (typeof found === "string") return found;
  const trim = trimmer(doc, set, found, options.rule);
  const chosen = found.map((suggestion) => given(suggestion, options.as));
  const trimmed = chosen.map(({ suggestion }) => trim(suggestion));
  // Where the user's class is there already, accepting it only marks.
  const free = chosen.filter((_, i) => trimmed[i].area > 0 || whyNothing([trimmed[i]]) === "nothing");
  if (free.length === 0) return whyNothing(trimmed);
  decide(doc, set, free, "accepted", stepName("Accept", free.length, options.what), options);
  return "done";
}

/**
 * Takes the region out of the mask (as above) and marks it: one undo step. The label stays, and hints that the suggestion
 * extends get the label they had before; not those that an accept covered, that another open suggestion extends too, or that
 * lie elsewhere.
 */
export function reject(doc: OpenDocument, set: SuggestionSet, id: number, options: DecisionOptions = {}): Outcome {
  const found = find(doc, set, id, options);
  if (typeof found === "string") return found;
  decide(doc, set, found.map(asProposed), "rejected", stepName("Reject", found.length, options.what), options);
  return "done";
}

/** Only marks the suggestion, which can still be decided: one undo step. */
export function skip(doc: OpenDocument, set: SuggestionSet, id: number, options: DecisionOptions = {}): Outcome {
  const found = find(doc, set, id, options);
  if (typeof found === "string") return found;
  if (found.every(({ decision }) => decision === "skipped")) return "nothing";
  decide(doc, set, found.map(asProposed), "skipped", stepName("Skip", found.length, options.what), options);
  return "done";
}

function stepName(verb: string, count: number, what = count === 1 ? "suggestion" : `${count} suggestions`): string {
  return `${verb} ${what}`;
}

/**
 * What `acceptAll` would take: rows that are pending and of at least `threshold` confidence (0..1), a folded one only as a
 * whole. What the model is not sure of is left, whatever the threshold; so is what would change nothing now. @param standing the set `asItStands`.
 */
export function acceptable(standing: SuggestionSet, threshold: number): readonly Suggestion[] {
  return confident(standing, threshold).filter(({ area }) => area > 0);
}

function confident(set: SuggestionSet, threshold: number): readonly Suggestion[] {
  const isConfident = (one: Suggestion) =>
    one.decision === "pending" && shownPercent(one.confidence) >= shownPercent(threshold) && !isDoubtful(one);
  return openRows(set)
    .map((row) => rowMembers(set, row))
    .filter((members) => members.every(isConfident))
    .flat();
}

/** Accepts everything `acceptable` in one undo step. */
export function acceptAll(
  doc: OpenDocument,
  set: SuggestionSet,
  threshold: number,
  options: DecisionOptions = {},
): Outcome {
  if (doc.store.getState().proposals[set.name] !== set) return "stale";
  const sure = confident(asItStands(doc, set, options.rule, options.feedback), threshold);
  const free = new Set(sure.filter(({ area }) => area > 0).map(({ id }) => id));
  if (free.size === 0) return whyNothing(sure);
  const chosen = set.suggestions.filter(({ id }) => free.has(id));
  decide(doc, set, chosen.map(asProposed), "accepted", stepName("Accept", free.size), options, true);
  return "done";
}

/**
 * Decides on all of these that are open, whatever rows they are in, in one undo step. Accepting leaves out what would change
 * nothing now; nobody may have looked at each by itself, so that the records say "bulk" as those of `acceptAll` do.
 */
export function decideEach(
  doc: OpenDocument,
  set: SuggestionSet,
  ids: ReadonlySet<number>,
  decision: "accepted" | "rejected",
  options: DecisionOptions = {},
): Outcome {
  if (doc.store.getState().proposals[set.name] !== set) return "stale";
  const open = set.suggestions.filter((one) => ids.has(one.id) && isUndecided(one));
  const trimmed = open.map(trimmer(doc, set, open, options.rule));
  const chosen = decision === "rejected" ? open : open.filter((_, i) => trimmed[i].area > 0);
  if (chosen.length === 0) return whyNothing(trimmed);
  const verb = decision === "accepted" ? "Accept" : "Reject";
  decide(doc, set, chosen.map(asProposed), decision, stepName(verb, chosen.length, options.what), options, true);
  return "done";
}

/**
 * Accepts what all answers for the mask agree on, and no other pixel, in one undo step with all that an accept minds. What
 * they differ on stays masked, and the rows of `set`, which is one of the answers, stay with what is left of them.
 * @param ratios the mask ratios of the answers, for the record.
 */
export function acceptAgreed(
  doc: OpenDocument,
  set: SuggestionSet,
  { agreed, disputed }: Pick<Agreement, "agreed" | "disputed">,
  ratios: readonly number[],
  options: DecisionOptions = {},
): Outcome {
  if (doc.store.getState().proposals[set.name] !== set) return "stale";
  const first = 1 + Math.max(-1, ...set.suggestions.map(({ id }) => id));
  const own = agreed.map((one, i) => ({ ...one, id: first + i }));
  const trim = trimmer(doc, set, own, options.rule);
  const trimmed = own.map(trim);
  const chosen = own.filter((_, i) => trimmed[i].area > 0);
  if (chosen.length === 0) return whyNothing(trimmed);
  const withThese = { ...set, suggestions: [...set.suggestions, ...own.filter((one) => chosen.includes(one))] };
  const how = { ...options, agreedRatios: ratios, stays: disputed };
  decide(doc, withThese, chosen.map(asProposed), "accepted", "Accept where all ratios agree", how, true);
  return "done";
}

/** The open suggestions of a row. */
function find(
  doc: OpenDocument,
  set: SuggestionSet,
  id: number,
  { feedback = null, alone = false }: DecisionOptions,
): readonly Suggestion[] | "stale" | "nothing" {
  if (doc.store.getState().proposals[set.name] !== set) return "stale";
  const view = ranked(set, feedback);
  const suggestion = view.suggestions.find((candidate) => candidate.id === id);
  if (suggestion === undefined || !isUndecided(suggestion)) return "nothing";
  const members = new Set(alone ? [id] : rowMembers(view, suggestion).map((one) => one.id));
  // As stored: what is decided is what the model said.
  return set.suggestions.filter((one) => members.has(one.id));
}

/** A suggestion as it is decided on, and what was proposed where the user gives it another class. */
interface Chosen {
  readonly suggestion: Suggestion;
  readonly proposed?: Suggestion;
}

function asProposed(suggestion: Suggestion): Chosen {
  return { suggestion };
}

function given(proposed: Suggestion, as: number | undefined): Chosen {
  const { ids, ...single } = proposed;
  if (as === undefined || (as === proposed.to && ids === undefined)) return { suggestion: proposed };
  return { suggestion: { ...single, to: as }, proposed };
}

/** Why accepting changes nothing. @param trimmed what would change nothing, as it stands. */
export function whyNothing(trimmed: readonly Suggestion[]): Exclude<Outcome, "done" | "stale"> {
  if (trimmed.some(({ kept }) => (kept?.locked ?? 0) > 0)) return "locked";
  if (trimmed.some(({ kept }) => (kept?.excluded ?? 0) > 0)) return "excluded";
  return trimmed.some(({ kept }) => (kept?.void ?? 0) > 0) ? "void" : "nothing";
}

function decide(
  doc: OpenDocument,
  set: SuggestionSet,
  decided: readonly Chosen[],
  decision: Exclude<Decision, "pending">,
  name: string,
  options: DecisionOptions & AgreedOptions,
  isBulk = decided.length > 1,
): void {
  const chosen = decided.map(({ suggestion }) => suggestion);
  // A search for errors speaks of the label, and a mask is the user's.
  const ofMask = chosen.filter((suggestion) => sourceOf(suggestion) !== "find");
  doc.edit(name, (edit) => {
    const written = decision === "accepted" ? writeAll(doc, edit, set, chosen, options) : new Map<number, Written>();
    const marked = settled(set.suggestions).map((one) => {
      const suggestion = chosen.find(({ id }) => id === one.id);
      if (suggestion === undefined) return one;
      return { ...suggestion, area: written.get(one.id)?.suggestion.area ?? suggestion.area, decision };
    });
    const suggestions =
      decision === "accepted" ? marked.filter((one) => !isUndecided(one) || differs(doc, one)) : marked;
    // What a lock kept is not done with: it stays masked, to be rebuilt once it is unlocked.
    const locked = decision === "accepted" ? ofMask.map((one) => lockedPart(doc, one)) : [];
    const stays = options.stays === undefined ? locked : [...locked, options.stays];
    if (decision !== "skipped") for (const { region } of ofMask) edit.setMask(without(region, stays), false);
    const done = ofMask.map((suggestion) => suggestion.region);
    if (isOfMask(set) && set.name === LIVE && !suggestions.some(isUndecided)) {
      done.push(releaseRest(doc, edit, set, stays));
    }
    if (decision === "accepted") acceptHints(doc, edit, chosen, done);
    if (decision === "rejected") rejectHints(doc, edit, ofMask, suggestions.filter(isUndecided), done);
    for (const one of decided) {
      edit.addDecision(recordOf(set, one, decision, written.get(one.suggestion.id), options, isBulk));
    }
    edit.setProposal({ ...set, suggestions });
  });
}

/** What was accepted covers the hints in it and those it extends. Strokes with nothing masked around are done: labels as any. */
function acceptHints(
  doc: OpenDocument,
  edit: Edit<SuggestionSet>,
  chosen: readonly Suggestion[],
  settled: readonly Region[],
): void {
  for (const suggestion of chosen) {
    edit.confirmHints(suggestion.region);
    if (sourceOf(suggestion) === "model") for (const part of extendedHints(doc, suggestion)) edit.confirmHints(part);
  }
  for (const stroke of withoutMask(doc.mask, strokesAt(doc, settled))) edit.clearHints(stroke);
}

/** @param open what is still to be decided. */
function rejectHints(
  doc: OpenDocument,
  edit: Edit<SuggestionSet>,
  refused: readonly Suggestion[],
  open: readonly Suggestion[],
  settled: readonly Region[],
): void {
  const needed = open.filter((one) => sourceOf(one) === "model").flatMap((one) => extendedHints(doc, one));
  for (const suggestion of refused) {
    for (const part of extendedHints(doc, suggestion)) edit.takeBackHints(without(part, needed));
  }
  for (const stroke of withoutMask(doc.mask, strokesAt(doc, settled))) edit.takeBackHints(stroke);
}

/** What an accept wrote of a suggestion, and how many pixels went from which class to which. */
interface Written {
  readonly suggestion: Suggestion;
  readonly pairs: readonly ClassPair[];
}

/** Writes suggestions that may overlap: the surer over the less sure. Returns what each wrote, by its id. */
function writeAll(
  doc: OpenDocument,
  edit: Edit<SuggestionSet>,
  set: SuggestionSet,
  chosen: readonly Suggestion[],
  options: DecisionOptions,
): ReadonlyMap<number, Written> {
  const trim = trimmer(doc, set, chosen, options.rule);
  const sure = new Map(ranked(set, options.feedback ?? null).suggestions.map((one) => [one.id, one.confidence]));
  return new Map(
    // Of two that are as sure the one that comes first.
    [...chosen]
      .reverse()
      .sort((a, b) => (sure.get(a.id) ?? 0) - (sure.get(b.id) ?? 0))
      .map((suggestion) => {
        // Only now: a less sure one may have written here.
        const left = trim(suggestion);
        const pairs = classPairs(doc.labels, left);
        edit.setLabels(left.region, newIds(left));
        return [suggestion.id, { suggestion: left, pairs }];
      }),
  );
}

/** Once all is decided, what stays masked is what the model agrees with: the mask has done its work there. */
function releaseRest(
  doc: OpenDocument,
  edit: Edit<SuggestionSet>,
  set: SuggestionSet,
  stays: readonly Region[],
): Region {
  const rest = without(regionFromMask(doc.mask, set.confidence.rect), stays);
  edit.setMask(rest, false);
  return rest;
}

function recordOf(
  set: SuggestionSet,
  { suggestion, proposed }: Chosen,
  decision: DecisionRecord["decision"],
  written: Written | undefined,
  { now = Date.now(), note, agreedRatios }: DecisionOptions & AgreedOptions,
  isBulk: boolean,
): DecisionRecord {
  const { from, to, area, confidence, region, ids } = written?.suggestion ?? suggestion;
  const source = sourceOf(suggestion);
  return {
    at: now,
    decision,
    from,
    to,
    area,
    // The model's confidence says nothing of a class that the user chose.
    confidence: proposed === undefined ? confidence : null,
    ...(proposed === undefined ? {} : { proposed: { to: proposed.to, confidence: suggestion.confidence } }),
    model: set.model,
    ratio: set.ratio,
    passes: set.passesDone,
    bounds: region.rect,
    source,
    ...(suggestion.ruleConfidence === undefined ? {} : { ruleConfidence: suggestion.ruleConfidence }),
    ...(isBulk ? { bulk: true } : {}),
    ...(agreedRatios === undefined ? {} : { agreedRatios }),
    ...(written === undefined ? {} : { written: runsOf(region.bits) }),
    ...(written === undefined || ids === undefined
      ? {}
      : { ids: valueRunsOf(ids.filter((_, i) => region.bits[i] === 1)) }),
    ...(written !== undefined && written.pairs.length > 1 ? { pairs: written.pairs } : {}),
    ...(note === undefined ? {} : { note }),
  };
}
