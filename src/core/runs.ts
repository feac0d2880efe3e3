/** Lengths of the runs of equal bits, off first (0 long where the first bit is on). */
export type Runs = Uint32Array;

/** A bitmap (bytes 0 or 1) as runs: regions take a few numbers a row. */
export function runsOf(bits: Uint8Array): Runs {
  const runs: number[] = [];
  let value = 0;
  let start = 0;
  while (start < bits.length) {
    const next = bits.indexOf(1 - value, start);
    const end = next < 0 ? bits.length : next;
    runs.push(end - start);
    start = end;
    value = 1 - value;
  }
  return Uint32Array.from(runs);
}

/** The runs of a bitmap whose bits at `places` are on; the places in ascending order, each once. */
export function runsAt(places: readonly number[]): Runs {
  const runs: number[] = [];
  let end = 0;
  for (const place of places) {
    if (place === end && runs.length > 0) runs[runs.length - 1]++;
    else runs.push(place - end, 1);
    end = place + 1;
  }
  return Uint32Array.from(runs);
}

/** Values in order as runs: a length and its value, in turn. */
export type ValueRuns = Uint32Array;

/** Values of a few kinds (class ids) as runs. */
export function valueRunsOf(values: ArrayLike<number>): ValueRuns {
  const runs: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (i > 0 && values[i] === values[i - 1]) runs[runs.length - 2]++;
    else runs.push(1, values[i]);
  }
  return Uint32Array.from(runs);
}

/** The values that were made into runs, one after the other. */
export function* valuesOf(runs: ValueRuns): Generator<number, void, void> {
  for (let i = 0; i + 1 < runs.length; i += 2) {
    for (let left = runs[i]; left > 0; left--) yield runs[i + 1];
  }
}

/** Calls `visit` with the index of every bit that is on, in order. */
export function forEachOn(runs: Runs, visit: (index: number) => void): void {
  let index = 0;
  runs.forEach((length, i) => {
    const end = index + length;
    if (i % 2 === 0) index = end;
    else while (index < end) visit(index++);
  });
}
