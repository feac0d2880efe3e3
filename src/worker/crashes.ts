/** So many crashes within minutes, and a worker is not started again by itself, whatever it answered between them. */
const MOST = 3;
/** What lies farther back does not count: a computer that sleeps now and then loses its graphics device each time. */
const RECENT_MS = 5 * 60_000;

/** Counts crashes, to tell when to give up. */
export interface Crashes {
  /** There was another one; returns true where that is one too many. */
  add(): boolean;
  /** What comes now is another matter. */
  forget(): void;
}

/** @param now Milliseconds. */
export function createCrashes(now: () => number = () => performance.now()): Crashes {
  let recent: readonly number[] = [];
  return {
    add() {
      recent = [...recent.filter((time) => now() - time < RECENT_MS), now()];
      return recent.length >= MOST;
    },
    forget() {
      recent = [];
    },
  };
}
