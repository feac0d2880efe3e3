/**
 * Candidates: classes of the data set that no label of a window shows, but that its support sees in the hole. They get
 * a slot all the same. The same numbers as in `training/lmae/evaluation/supported.py`.
 */

/** The least mean posterior over a window's hole that makes a class a candidate there. */
const LEAST_MEAN = 0.01;
/** The most candidates of a window, and the most classes that a request has only as candidates. */
const MOST_CANDIDATES = 3;

/** Mean posterior over a window's hole, by class id. */
export type HoleMeans = ReadonlyMap<number, number>;

/**
 * The classes that get a slot of a request although none of its windows shows them, the best one first: ranked by the
 * window where support sees most of them.
 *
 * @param free slots left.
 * @param refused ids that have a slot already or may not be proposed.
 */
export function requestCandidates(windows: readonly HoleMeans[], free: number, refused: ReadonlySet<number>): number[] {
  const best = new Map<number, number>();
  for (const means of windows) for (const [id, mean] of means) best.set(id, Math.max(mean, best.get(id) ?? 0));
  return bestOf(best, Math.min(free, MOST_CANDIDATES), (id) => !refused.has(id));
}

/** Which classes of `ids` are candidates of a window that does not show them. */
export function windowCandidates(means: HoleMeans, ids: readonly number[]): number[] {
  return bestOf(means, MOST_CANDIDATES, (id) => ids.includes(id));
}

function bestOf(means: HoleMeans, most: number, isMeant: (id: number) => boolean): number[] {
  return [...means]
    .filter(([id, mean]) => mean >= LEAST_MEAN && isMeant(id))
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b)
    .slice(0, Math.max(0, most))
    .map(([id]) => id);
}
