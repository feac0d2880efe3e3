import { mapConcurrent } from "./concurrent";
import { fileError, problemOf } from "./errors";
import { seePhotograph } from "./inspect";
import { readsOf } from "./sources/gather";
import { type Turns, turnedItem } from "./turns";
import type { Dataset, DatasetItem, Problem } from "./types";

/** What came of looking at photographs. */
export interface SeenPhotographs {
  /** Those that can be used, by key. */
  readonly items: ReadonlyMap<string, DatasetItem>;
  /** Keys of those that cannot. */
  readonly unusable: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Whether the photograph of any was left unseen. */
export function hasUnseen({ items }: Pick<Dataset, "items">): boolean {
  return items.some(({ isUnseen }) => isUnseen);
}

/**
 * Looks at the photographs that were left unseen when a data set of many was opened, without decoding any. Null when the signal
 * aborts.
 */
export async function seePhotographs(
  { items }: Pick<Dataset, "items">,
  signal: AbortSignal,
  onSeen: (done: number) => void,
): Promise<SeenPhotographs | null> {
  const unseen = items.filter(({ isUnseen }) => isUnseen);
  const seen = new Map<string, DatasetItem>();
  const unusable = new Set<string>();
  const problems: Problem[] = [];
  const reads = readsOf(unseen.flatMap(({ image }) => image ?? []));
  await mapConcurrent(unseen, reads.parallel, async (item) => {
    if (signal.aborted) return;
    try {
      const { item: known, warnings } = await seePhotograph(item, reads.whole);
      seen.set(item.key, known);
      problems.push(...warnings);
    } catch (error) {
      unusable.add(item.key);
      problems.push(problemOf(fileError(item.labelPath, error)));
    }
    onSeen(seen.size + unusable.size);
  });
  return signal.aborted ? null : { items: seen, unusable, problems };
}

/**
 * The data set as it would be had its photographs been seen when it was opened: without those that cannot be used. An item that
 * was looked at by itself meanwhile stays the same value.
 */
export function withSeen(dataset: Dataset, seen: SeenPhotographs, turns: Turns): Dataset {
  const items = dataset.items.flatMap((item) => {
    if (!item.isUnseen) return [item];
    const known = seen.items.get(item.key);
    return known === undefined ? [] : [turnedItem(known, turns)];
  });
  return { ...dataset, items, problems: [...dataset.problems, ...seen.problems] };
}
