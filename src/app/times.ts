/** How long a reconstruction took, ms from its request on. */
export interface RunTimes {
  /** To the first preview: what support says, the windows encoded, one pass. */
  readonly firstMs: number;
  readonly totalMs: number;
  readonly passes: number;
}

/** How long the search of an image took, ms, and at how many windows the network looked at most. */
export interface SearchTimes {
  readonly totalMs: number;
  readonly looks: number;
}
