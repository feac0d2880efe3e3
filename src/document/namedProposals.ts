import type { PixelChange, Proposals, ProposalTraits, Swap } from "./types";

/** Proposals by name, before and after a step. */
type Swaps<Proposal> = ReadonlyMap<string, Swap<Proposal | null>>;

/** What a step leaves of proposals: what it says itself, else what its change of pixels lets be. */
export function afterStep<Proposal>(
  proposals: Proposals<Proposal>,
  said: ReadonlyMap<string, Proposal | null>,
  change: PixelChange,
  traits: ProposalTraits<Proposal>,
): Proposals<Proposal> {
  return replaced(proposals, namesOf(proposals, said), (name, now) => {
    const own = said.get(name);
    if (own !== undefined) return own;
    return now !== null && change.rects.length > 0 ? traits.afterChange(now, change) : now;
  });
}

/**
 * What undo ("before") or redo ("after") of a step makes of proposals, and the swaps that take exactly this back: rows that an
 * undo drops, since they speak of labels that came later, return with redo.
 */
export function afterTravel<Proposal>(
  proposals: Proposals<Proposal>,
  swaps: Swaps<Proposal>,
  to: "before" | "after",
  change: PixelChange,
  traits: ProposalTraits<Proposal>,
): { readonly proposals: Proposals<Proposal>; readonly swaps: Swaps<Proposal> } {
  const from = to === "before" ? "after" : "before";
  const names = namesOf(proposals, swaps);
  const next = replaced(proposals, names, (name, now) => {
    const swap = swaps.get(name);
    if (swap !== undefined && (now === null || traits.continues(now, swap[from]))) return swap[to];
    return now === null || change.rects.length === 0 ? now : traits.afterChange(now, change);
  });
  const [before, after] = to === "before" ? [next, proposals] : [proposals, next];
  return { proposals: next, swaps: swapsOf(before, after, swaps.keys()) };
}

/** @param kept names that are listed also where the proposal is the same before and after. */
export function swapsOf<Proposal>(
  before: Proposals<Proposal>,
  after: Proposals<Proposal>,
  kept: Iterable<string>,
): Swaps<Proposal> {
  const listed = new Set(kept);
  const names = namesOf(before, new Map(Object.entries(after)));
  return new Map(
    [...names, ...listed]
      .filter((name) => listed.has(name) || before[name] !== after[name])
      .map((name) => [name, { before: before[name] ?? null, after: after[name] ?? null }]),
  );
}

function namesOf(proposals: Proposals<unknown>, others: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  return new Set([...Object.keys(proposals), ...others.keys()]);
}

/** The same value where nothing changes. */
function replaced<Proposal>(
  proposals: Proposals<Proposal>,
  names: Iterable<string>,
  next: (name: string, now: Proposal | null) => Proposal | null,
): Proposals<Proposal> {
  const all = [...names].map((name) => [name, next(name, proposals[name] ?? null)] as const);
  if (all.every(([name, proposal]) => proposal === (proposals[name] ?? null))) return proposals;
  return Object.fromEntries(all.filter((one): one is [string, Proposal] => one[1] !== null));
}
