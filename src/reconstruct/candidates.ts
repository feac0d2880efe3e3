/**
 * Candidates: classes of the data set that no label of a window shows, but that its support sees in the hole. They get
 * a slot all the same. The same numbers as in `training/lmae/evaluation/supported.py`.
 */

/** The least evidence in a window's hole that makes a class a candidate there. */
export const LEAST_BEST = 0.2;
/** The most candidates of a window, and the most classes that a request has only as candidates. */
export const CANDIDATES = 3;

/** How surely support sees each class somewhere in a window's hole, 0..1 by id: `bestInHole`. */
export type HoleEvidence = ReadonlyMap<number, number>;

/**
 * The classes that get a slot of a request although none of its windows shows them, the best one first: ranked by the
 * window where support sees them best.
 *
 * @param free slots left.
 * @param refused ids that have a slot already or may not be proposed.
 */
export function requestCandidates(
  windows: readonly HoleEvidence[],
  free: number,
  refused: ReadonlySet<number>,
): number[] {
  const best = new Map<number, number>();
  for (const window of windows) for (const [id, value] of window) best.set(id, Math.max(value, best.get(id) ?? 0));
  return bestOf(best, Math.min(free, CANDIDATES), (id) => !refused.has(id));
}

/** Which classes of `ids` are candidates of a window that does not show them. */
export function windowCandidates(window: HoleEvidence, ids: readonly number[]): number[] {
  return bestOf(window, CANDIDATES, (id) => ids.includes(id));
}

function bestOf(evidence: HoleEvidence, most: number, isMeant: (id: number) => boolean): number[] {
  return [...evidence]
    .filter(([id, value]) => value >= LEAST_BEST && isMeant(id))
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b)
    .slice(0, Math.max(0, most))
    .map(([id]) => id);
}
