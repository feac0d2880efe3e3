/** Pixels counted by true and predicted id. `counts[t * ids.length + p]`; `ids` ascend. */
export interface Confusion {
  readonly ids: readonly number[];
  readonly counts: Float64Array;
}

/** Which pixels count: `select[i]` = 1 (all by default) and the true id not in `ignored` (void). */
export interface Scope {
  readonly select?: Uint8Array;
  readonly ignored?: ReadonlySet<number>;
}

/** @throws RangeError when the rasters differ in size. */
export function confusion(predicted: Uint16Array, truth: Uint16Array, scope: Scope = {}): Confusion {
  requireEqualLength(predicted, truth);
  const pairs = new Map<number, number>();
  for (let i = 0; i < truth.length; i++) {
    const id = truth[i];
    if ((scope.select !== undefined && scope.select[i] !== 1) || scope.ignored?.has(id)) continue;
    const pair = id * 65536 + predicted[i];
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return fromPairs(pairs);
}

/** The sum of two confusions: over a set, counts are added before any ratio is taken. */
export function addConfusion(a: Confusion, b: Confusion): Confusion {
  const pairs = new Map<number, number>();
  for (const { ids, counts } of [a, b]) {
    counts.forEach((count, i) => {
      const row = ids[Math.floor(i / ids.length)];
      const pair = row * 65536 + ids[i % ids.length];
      if (count > 0) pairs.set(pair, (pairs.get(pair) ?? 0) + count);
    });
  }
  return fromPairs(pairs);
}

function fromPairs(pairs: ReadonlyMap<number, number>): Confusion {
  const occurring = new Set<number>();
  for (const pair of pairs.keys()) occurring.add(Math.floor(pair / 65536)).add(pair % 65536);
  const ids = [...occurring].sort((a, b) => a - b);
  const place = new Map(ids.map((id, i) => [id, i]));
  const counts = new Float64Array(ids.length * ids.length);
  for (const [pair, count] of pairs) {
    const row = place.get(Math.floor(pair / 65536)) as number;
    counts[row * ids.length + (place.get(pair % 65536) as number)] = count;
  }
  return { ids, counts };
}

/** Intersection over union of each id that occurs in the truth. */
export function classIous({ ids, counts }: Confusion): Map<number, number> {
  const size = ids.length;
  const ious = new Map<number, number>();
  ids.forEach((id, c) => {
    let truth = 0;
    let predicted = 0;
    for (let k = 0; k < size; k++) {
      truth += counts[c * size + k];
      predicted += counts[k * size + c];
    }
    const both = counts[c * size + c];
    if (truth > 0) ious.set(id, both / (truth + predicted - both));
  });
  return ious;
}

/** Mean IoU over the ids that occur in the truth, 0..1; NaN when no pixel counts. */
export function meanIou(table: Confusion): number {
  const ious = [...classIous(table).values()];
  return ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
}

/** Share of right pixels, 0..1; NaN when no pixel counts. */
export function pixelAccuracy({ ids, counts }: Confusion): number {
  let right = 0;
  let all = 0;
  counts.forEach((count, i) => {
    all += count;
    if (i % (ids.length + 1) === 0) right += count;
  });
  return right / all;
}

/** PA-mIoU ("predict area"): mean IoU over the hidden pixels only (`hidden[i]` = 1). */
export function paMiou(
  predicted: Uint16Array,
  truth: Uint16Array,
  hidden: Uint8Array,
  ignored?: ReadonlySet<number>,
): number {
  return meanIou(confusion(predicted, truth, ignored === undefined ? { select: hidden } : { select: hidden, ignored }));
}

/** Euclidean distance between the one-hot codings of two label rasters: sqrt(2 * differing pixels). */
export function euclideanDistance(a: Uint16Array, b: Uint16Array): number {
  requireEqualLength(a, b);
  let differing = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) differing++;
  return Math.sqrt(2 * differing);
}

function requireEqualLength(a: Uint16Array, b: Uint16Array): void {
  if (a.length !== b.length) throw new RangeError(`Rasters of ${a.length} and ${b.length} ids cannot be compared`);
}
