/** The middle of some numbers, NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * `names` in the order in which a round runs them: every second round backwards, so that neither a clock that falls nor a
 * neighbour that wakes up meets the same one each time.
 */
export function orderOf<T>(names: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? names : names.toReversed();
}

/** "median (least) ms" with as many digits as say something. */
export function inMs(values: readonly number[]): string {
  if (values.length === 0) return "-";
  const text = (value: number) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
  return `${text(median(values))} (${text(Math.min(...values))}) ms`;
}

/** The median of a / b over the rounds in which both were measured; NaN where none is. */
export function ratioOf(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  return median(
    [...a].map(([round, value]) => value / (b.get(round) ?? Number.NaN)).filter((one) => !Number.isNaN(one)),
  );
}
