/**
 * What decisions say of how far the search for errors is right here, by the classes it would change: a logistic model whose
 * log odds are the search's own plus a shift. Shifts have a Gaussian prior around 0, shared by what has classes in common.
 */
import type { DecisionRecord } from "../document/types";
import { isUndecided } from "./queue";
import { FOUND } from "./sets";
import type { Suggestion, SuggestionSet } from "./types";

/** Decisions on each image of a data set, by its key. */
export type Decided = ReadonlyMap<string, readonly DecisionRecord[]>;

export interface Feedback {
  /** By what the log odds of a suggestion move that would turn `from` into `to`. */
  shift(from: number, to: number): number;
}

/**
 * Prior variance of a shift: the part that all suggestions share, that of one old class, of one new class, and of one pair.
 * In all 1, so that at 64 % the prior is worth about five decisions, and four accepted in a row of the same pair show as 79 %.
 */
const VARIANCE = { all: 0.04, from: 0.16, to: 0.16, pair: 0.64 } as const;
/** What the model is surest of counts as this sure, 0..1: decisions could not move it otherwise. */
const MOST_SURE = 0.99;

/** What is known of one pair of classes: the search's log odds of suggestions that were decided, and how many were right. */
interface Evidence {
  readonly from: number;
  readonly to: number;
  readonly logOdds: number[];
  accepted: number;
}

/**
 * What decisions on one model's findings teach; null where none does. Not: what was decided with others by one press, since
 * nobody may have looked at it, and skipped ones. Found again and decided again, the latest decision counts.
 */
export function feedbackOf(decided: Decided, model: string): Feedback | null {
  const evidence = evidenceOf(decided, model);
  if (evidence.length === 0) return null;
  const weights = weightsOf(evidence);
  const shift = (from: number, to: number) =>
    evidence.reduce((sum, one, i) => sum + weights[i] * covariance(one, { from, to }), 0);
  return { shift };
}

/** Whether feedback is made of a decision. */
export function isEvidence({ source, decision, bulk }: DecisionRecord): boolean {
  return source === "find" && decision !== "skipped" && bulk !== true;
}

function evidenceOf(decided: Decided, model: string): Evidence[] {
  const latest = new Map<string, DecisionRecord>();
  for (const [image, records] of decided) {
    for (const record of records) {
      if (!isEvidence(record) || record.model !== model) continue;
      const place = `${image} ${placeOf({ ...record, to: proposedOf(record).to })}`;
      if ((latest.get(place)?.at ?? Number.NEGATIVE_INFINITY) <= record.at) latest.set(place, record);
    }
  }
  const pairs = new Map<string, Evidence>();
  for (const record of latest.values()) {
    const { to, confidence: known } = proposedOf(record);
    // Not the share of many that is right: to accept what the rules were surest of would be a surprise then, again and again.
    const confidence = record.ruleConfidence ?? known;
    if (confidence === null) continue;
    const key = `${record.from},${to}`;
    const pair = pairs.get(key) ?? { from: record.from, to, logOdds: [], accepted: 0 };
    pairs.set(key, pair);
    pair.logOdds.push(logOddsOf(confidence));
    // With another class than the one proposed it was wrong too.
    if (record.decision === "accepted" && record.proposed === undefined) pair.accepted++;
  }
  // In one order, whatever that of the decisions: sums of fractions depend on it in their last digits.
  for (const { logOdds } of pairs.values()) logOdds.sort((a, b) => a - b);
  return [...pairs.values()].sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Tells a find by where it is and what it would change. */
export function placeOf({ bounds, from, to }: Pick<DecisionRecord, "bounds" | "from" | "to">): string {
  return [bounds.x, bounds.y, bounds.width, bounds.height, from, to].join();
}

/** The places of an image's finds of one model whose latest decision is a rejection, also of the class proposed in favour of another. */
export function rejectedPlaces(decisions: readonly DecisionRecord[], model: string): ReadonlySet<string> {
  const latest = new Map<string, DecisionRecord["decision"]>();
  for (const record of decisions) {
    if (record.source !== "find" || record.model !== model) continue;
    latest.set(placeOf(record), record.decision);
    const { bounds, to, proposed } = record;
    if (proposed !== undefined) latest.set(placeOf({ bounds, from: to, to: proposed.to }), "rejected");
  }
  return new Set([...latest].filter(([, decision]) => decision === "rejected").map(([place]) => place));
}

function proposedOf(record: DecisionRecord): { readonly to: number; readonly confidence: number | null } {
  return record.proposed ?? record;
}

/** Of the shifts of two pairs of classes. */
function covariance(a: Pick<Evidence, "from" | "to">, b: Pick<Evidence, "from" | "to">): number {
  const [from, to] = [a.from === b.from, a.to === b.to];
  return VARIANCE.all + (from ? VARIANCE.from : 0) + (to ? VARIANCE.to : 0) + (from && to ? VARIANCE.pair : 0);
}

/**
 * The likeliest shifts are covariances times these weights, one for each pair: by how many more of it were right than was to
 * be expected. Newton's method with halved steps; the likelihood has one maximum.
 */
function weightsOf(evidence: readonly Evidence[]): number[] {
  const kernel = evidence.map((a) => evidence.map((b) => covariance(a, b)));
  const times = (weights: readonly number[]) =>
    kernel.map((row) => row.reduce((sum, value, i) => sum + value * weights[i], 0));
  const likelihood = (weights: readonly number[]) => {
    const shifts = times(weights);
    return evidence.reduce((sum, { logOdds, accepted }, i) => {
      const log = logOdds.reduce((all, own) => all - Math.log1p(Math.exp(own + shifts[i])), 0);
      return sum + log + accepted * shifts[i] - (weights[i] * shifts[i]) / 2;
    }, 0);
  };
  let weights = evidence.map(() => 0);
  for (let step = 0; step < 50; step++) {
    const shifts = times(weights);
    const chances = evidence.map(({ logOdds }, i) => logOdds.map((own) => 1 / (1 + Math.exp(-own - shifts[i]))));
    const surplus = chances.map((ones, i) => ones.reduce((sum, chance) => sum - chance, evidence[i].accepted));
    const spread = chances.map((ones) => ones.reduce((sum, chance) => sum + chance * (1 - chance), 0));
    // (I + W K) move = surplus - weights, as a symmetric system: move = W^1/2 (I + W^1/2 K W^1/2)^-1 W^-1/2 (...).
    const roots = spread.map(Math.sqrt);
    const matrix = kernel.map((row, i) => row.map((value, j) => (i === j ? 1 : 0) + roots[i] * value * roots[j]));
    const solved = solve(
      matrix,
      surplus.map((one, i) => (one - weights[i]) / roots[i]),
    );
    const move = solved.map((one, i) => one * roots[i]);
    if (move.every((one) => Math.abs(one) < 1e-9)) break;
    const before = likelihood(weights);
    let size = 1;
    const moved = () => weights.map((one, i) => one + size * move[i]);
    while (size > 1e-6 && likelihood(moved()) < before) size /= 2;
    weights = moved();
  }
  return weights;
}

/** x in matrix x = right, by Cholesky's decomposition; `matrix` is symmetric and positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const lower: number[][] = [];
  const dot = (a: readonly number[], b: readonly number[], count: number) => {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += a[k] * b[k];
    return sum;
  };
  matrix.forEach((row, i) => {
    const line: number[] = [];
    lower.push(line);
    for (let j = 0; j < i; j++) line.push((row[j] - dot(line, lower[j], j)) / lower[j][j]);
    line.push(Math.sqrt(row[i] - dot(line, line, i)));
  });
  const half: number[] = [];
  for (const [i, value] of right.entries()) half.push((value - dot(lower[i], half, i)) / lower[i][i]);
  const solution = half.map(() => 0);
  for (let i = half.length - 1; i >= 0; i--) {
    let rest = half[i];
    for (let k = i + 1; k < half.length; k++) rest -= lower[k][i] * solution[k];
    solution[i] = rest / lower[i][i];
  }
  return solution;
}

function logOddsOf(confidence: number): number {
  const within = Math.min(Math.max(confidence, 1 - MOST_SURE), MOST_SURE);
  return Math.log(within / (1 - within));
}

/** A confidence whose log odds move by a shift; the same at 0, and never the other way. */
function moved(confidence: number, shift: number): number {
  if (shift === 0) return confidence;
  const from = shift < 0 ? Math.min(confidence, MOST_SURE) : confidence;
  const times = Math.exp(shift);
  return (from * times) / (1 - from + from * times);
}

const views = new WeakMap<SuggestionSet, { readonly feedback: Feedback; readonly set: SuggestionSet }>();

/**
 * A set of what was found as decisions rank it: what is open with the confidence they leave it and in its order, as many of
 * them folded as before. What is decided stays, and so do pixels, ids and the set's own raster. The same value where there is
 * no feedback, and for every other set.
 */
export function ranked(set: SuggestionSet, feedback: Feedback | null): SuggestionSet {
  if (feedback === null || set.name !== FOUND) return set;
  const known = views.get(set);
  if (known?.feedback === feedback) return known.set;
  const open = set.suggestions.filter(isUndecided);
  const shown = open.filter(({ folded }) => !folded).length;
  const inOrder = open
    .map((one) => ({ ...withFeedback(one, feedback), rank: rankOf(one, feedback) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ rank, ...one }) => one)
    .map(({ folded, ...one }, i): Suggestion => (i < shown ? one : { ...one, folded: true }));
  const next = inOrder.values();
  const suggestions = set.suggestions.map((one) => (isUndecided(one) ? (next.next().value ?? one) : one));
  const view = { ...set, suggestions };
  views.set(set, { feedback, set: view });
  return view;
}

/** By the rules' own confidence: many rows are as often right as each other, and a hair's breadth must not decide then. */
export function rankOf(
  { ruleConfidence, confidence, from, to }: Pick<Suggestion, "ruleConfidence" | "confidence" | "from" | "to">,
  feedback: Feedback,
): number {
  return logOddsOf(ruleConfidence ?? confidence) + feedback.shift(from, to);
}

function withFeedback(one: Suggestion, feedback: Feedback): Suggestion {
  return { ...one, confidence: confidenceWith(one, feedback), modelConfidence: one.confidence };
}

/** How sure decisions leave a find, 0..1. */
export function confidenceWith(
  { confidence, from, to }: Pick<Suggestion, "confidence" | "from" | "to">,
  feedback: Feedback,
): number {
  return moved(confidence, feedback.shift(from, to));
}
