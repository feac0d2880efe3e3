import { createRandom } from "../core/random";
import { type LintCounts, ruleCount } from "../review/lint/lintCounts";
import type { RuleName } from "../review/lint/types";
import type { Session } from "./session";
import { summaryOf } from "./summaries";

/** Crops at a time. */
const mostCrops = 60;

/** One place of a rule in an image. */
export interface LintEntry {
  /** Unique in the data set. */
  readonly id: string;
  readonly key: string;
  readonly rule: RuleName;
  /** Its place among those that the rule found there. */
  readonly group: number;
  /** What the rules said of that label: it is another one as soon as the label is. */
  readonly counts: LintCounts;
}

/** The images in which a rule found something, in the order of the data set; not the excluded ones. */
export function imagesOf(
  { dataset, lint, summaries }: Pick<Session, "dataset" | "lint" | "summaries">,
  rule: RuleName,
): ReadonlyMap<string, LintCounts> {
  return new Map(
    (dataset?.items ?? []).flatMap(({ key }): [string, LintCounts][] => {
      const counts = lint.get(key);
      const isMeant = ruleCount(counts, rule) !== undefined && !summaryOf(summaries, key).excluded;
      return counts !== undefined && isMeant ? [[key, counts]] : [];
    }),
  );
}

/**
 * Places of a rule drawn at random from all images, the same for a seed. Of those drawn before, what is still true stays in
 * front: nobody wants a wall to change under the pointer.
 */
export function drawPlaces(
  images: ReadonlyMap<string, LintCounts>,
  rule: RuleName,
  seed: number,
  before: readonly LintEntry[] = [],
): readonly LintEntry[] {
  const entries = before.filter(({ key, counts }) => images.get(key) === counts);
  const shown = new Set(entries.map(({ id }) => id));
  const counted = [...images].map(([key, counts]) => ({ key, counts, count: ruleCount(counts, rule)?.count ?? 0 }));
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  for (const place of sample(total, Math.min(total, mostCrops), seed)) {
    if (entries.length >= mostCrops) break;
    let group = place;
    for (const { key, counts, count } of counted) {
      if (group < count) {
        const entry = { id: `${key}\n${rule} ${group}`, key, rule, group, counts };
        if (!shown.has(entry.id)) entries.push(entry);
        break;
      }
      group -= count;
    }
  }
  return entries;
}

/** `size` of the numbers below `total`, in random order. */
function sample(total: number, size: number, seed: number): readonly number[] {
  const random = createRandom(seed);
  // Floyd's way: no list of all of them is made.
  const chosen = new Set<number>();
  for (let last = total - size; last < total; last++) {
    const one = random.int(last + 1);
    chosen.add(chosen.has(one) ? last : one);
  }
  return random.shuffle([...chosen]);
}
