import type { DatasetItem } from "../dataset/types";
import {
  type ClassPair,
  compareImages,
  type ImageFacts,
  type ImageStateName,
  imageStates,
  isInState,
  isNoFilter,
  passes,
} from "../review/imageFilter";
import { openFindings } from "../review/imageSummary";
import type { LintCounts } from "../review/lint/lintCounts";
import type { Session } from "./session";
import { summaryOf } from "./summaries";

type Known = Pick<Session, "dataset" | "summaries" | "imageStates" | "unreadable" | "lint">;
type Looked = Known & Pick<Session, "filter" | "sort">;

/** The images of the data set in the order they are looked at, by their place in the data set. */
export interface ImageOrder {
  /** Those that the filter shows. */
  readonly shown: readonly number[];
  readonly keys: readonly string[];
  /** Where an image stands among `shown`, or -1. */
  placeOf(index: number): number;
  /** The next (1) or previous (-1) image that is shown, from any image, shown or not; null: there is none. */
  neighbour(index: number, direction: 1 | -1): number | null;
}

/** What is known of an image for filters and sorting. */
export function factsOf(known: Omit<Known, "dataset">, item: DatasetItem): ImageFacts {
  const { summaries, imageStates, unreadable, lint } = known;
  const { key, name } = item;
  const summary = summaryOf(summaries, key);
  // Work is kept of searched images too: it says whether it changed anything.
  const isChanged = imageStates.get(key)?.changed === true;
  return { name, summary, isChanged, isFailed: summary.failure !== null || unreadable.has(key), lint: lint.get(key) };
}

/** The value of `make` for the inputs it was called with last. */
export function remembered<Inputs extends readonly unknown[], T>(
  make: (...inputs: Inputs) => T,
): (...inputs: Inputs) => T {
  let last: { readonly inputs: Inputs; readonly value: T } | null = null;
  return (...inputs) => {
    if (last === null || inputs.some((one, i) => one !== last?.inputs[i])) last = { inputs, value: make(...inputs) };
    return last.value;
  };
}

const noItems: readonly DatasetItem[] = [];
const noFacts: readonly ImageFacts[] = [];

/** Those of the last call: of most images nothing changes, and what follows from them need not be found out anew. */
let factsBefore: readonly ImageFacts[] = [];

const factsOfAll = remembered(
  (
    items: readonly DatasetItem[],
    summaries: Known["summaries"],
    imageStates: Known["imageStates"],
    unreadable: Known["unreadable"],
    lint: ReadonlyMap<string, LintCounts>,
  ): readonly ImageFacts[] => {
    const all = items.map((item, i) => {
      const now = factsOf({ summaries, imageStates, unreadable, lint }, item);
      return isSame(factsBefore[i], now) ? factsBefore[i] : now;
    });
    factsBefore = all;
    return all;
  },
);

function isSame(a: ImageFacts | undefined, b: ImageFacts): boolean {
  if (a === undefined || a.name !== b.name || a.summary !== b.summary || a.lint !== b.lint) return false;
  return a.isChanged === b.isChanged && a.isFailed === b.isFailed;
}

function allFacts({ dataset, summaries, imageStates, unreadable, lint }: Known): readonly ImageFacts[] {
  return factsOfAll(dataset?.items ?? noItems, summaries, imageStates, unreadable, lint);
}

const orderOf = remembered(
  (
    items: readonly DatasetItem[],
    facts: readonly ImageFacts[],
    filter: Looked["filter"],
    sort: Looked["sort"],
  ): ImageOrder => {
    const all = items.map((_, at) => at);
    if (sort !== "name") all.sort((a, b) => compareImages(sort, facts[a], facts[b]) || a - b);
    const shown = isNoFilter(filter) ? all : all.filter((at) => passes(filter, facts[at]));
    const [rank, place] = [new Int32Array(items.length), new Int32Array(items.length).fill(-1)];
    all.forEach((at, i) => {
      rank[at] = i;
    });
    shown.forEach((at, i) => {
      place[at] = i;
    });
    return {
      shown,
      keys: shown.map((at) => items[at].key),
      placeOf: (index) => place[index] ?? -1,
      neighbour(index, direction) {
        const start = rank[index] ?? (direction > 0 ? -1 : all.length);
        for (let at = start + direction; at >= 0 && at < all.length; at += direction) {
          if (place[all[at]] >= 0) return all[at];
        }
        return null;
      },
    };
  },
);

/** The order of the open data set; the same value as long as nothing changes it. */
export function imageOrder(session: Looked): ImageOrder {
  const { dataset, filter, sort } = session;
  // The grid of thousands is not ordered anew for what neither is asked.
  const facts = sort === "name" && isNoFilter(filter) ? noFacts : allFacts(session);
  return orderOf(dataset?.items ?? noItems, facts, filter, sort);
}

/**
 * How many images of the whole data set each state is true of, and how many images several are; `leftOut`: those with
 * findings that are excluded, which the review leaves out.
 */
export type ImageCounts = Readonly<Record<ImageStateName | "several" | "leftOut", number>>;

const knownStates = new WeakMap<ImageFacts, readonly ImageStateName[]>();

function statesOf(facts: ImageFacts): readonly ImageStateName[] {
  const known = knownStates.get(facts);
  if (known !== undefined) return known;
  const states = imageStates.filter((state) => isInState(facts, state));
  knownStates.set(facts, states);
  return states;
}

const countsOf = remembered((facts: readonly ImageFacts[]): ImageCounts => {
  const counts = {
    untouched: 0,
    searched: 0,
    changed: 0,
    findings: 0,
    reviewed: 0,
    excluded: 0,
    failed: 0,
    several: 0,
    leftOut: 0,
  };
  for (const one of facts) {
    const states = statesOf(one);
    for (const state of states) counts[state] += 1;
    if (states.length > 1) counts.several += 1;
    if (states.includes("findings") && states.includes("excluded")) counts.leftOut += 1;
  }
  return counts;
});

export function imageCounts(session: Known): ImageCounts {
  return countsOf(allFacts(session));
}

/** Undecided finds of one pair of classes. */
export interface PairCount extends ClassPair {
  readonly count: number;
}

const pairsOf = remembered((facts: readonly ImageFacts[]): readonly PairCount[] => {
  const counts = new Map<string, PairCount>();
  for (const { summary } of facts) {
    if (summary.excluded) continue;
    for (const { from, to } of openFindings(summary)) {
      const pair = `${from} ${to}`;
      counts.set(pair, { from, to, count: (counts.get(pair)?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to);
});

/** The undecided finds of all images that are not excluded, by their classes; the most frequent pair first. */
export function openPairs(session: Known): readonly PairCount[] {
  return pairsOf(allFacts(session));
}
