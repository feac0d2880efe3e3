import { createPace } from "../core/pace";

/** Reads of files under way at once: hides the latency of handles without flooding memory. */
export const parallelReads = 8;

/**
 * Maps with at most `limit` promises under way; results keep the order. Where they settle at once (files that are in memory),
 * thousands would be one task: others get a turn in between.
 */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const pace = createPace();
  const work = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await map(items[index], index);
      await pace();
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
