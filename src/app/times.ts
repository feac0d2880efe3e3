/** How long a reconstruction took, ms from its request on. */
export interface RunTimes {
  /** To the first preview: what support says, the windows encoded, one pass. */
  readonly firstMs: number;
  readonly totalMs: number;
  readonly passes: number;
  /** How many passes were asked for, where it was stopped before the last: its times are to the preview that stays. */
  readonly stoppedOf?: number;
}

/** The last reconstruction in a few words. */
export function lastRunText(run: RunTimes | null): string {
  // Rows may be there nonetheless, from an earlier visit.
  if (run === null) return "no times yet";
  const { passes, stoppedOf, totalMs } = run;
  return stoppedOf === undefined ? `last ${Math.round(totalMs)} ms` : `stopped after pass ${passes} of ${stoppedOf}`;
}

/** How long the search of an image took, ms, and at how many windows the network looked at most. */
export interface SearchTimes {
  readonly totalMs: number;
  readonly looks: number;
}
