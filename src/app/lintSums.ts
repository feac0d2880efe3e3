import type { DatasetItem } from "../dataset/types";
import type { LintCounts } from "../review/lint/lintCounts";
import type { RuleName } from "../review/lint/types";
import { remembered } from "./imageOrder";
import type { Session } from "./session";
import { summaryOf } from "./summaries";

/** What a rule found in all labels that were looked at. */
export interface RuleSum {
  readonly rule: RuleName;
  readonly count: number;
  readonly pixels: number;
  readonly images: number;
  /** Of classes that the rule leaves alone. */
  readonly off: number;
}

/** What the rules say of a data set. Excluded images do not count. */
export interface LintSums {
  /** One a rule that can exist for a label, in the order in which they claim pixels. */
  readonly rules: readonly RuleSum[];
  /** Labels of one class or nothing but void. */
  readonly empty: number;
  /** Labels that were looked at as they are now, and all. */
  readonly checked: number;
  readonly total: number;
  /** Labels that could not be looked at. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
}

const order: readonly RuleName[] = ["smears", "unknown-ids", "colours", "pinholes", "specks"];

const sumsOf = remembered(
  (items: readonly DatasetItem[], lint: Session["lint"], summaries: Session["summaries"]): LintSums => {
    const judged = items.filter(({ key }) => !summaryOf(summaries, key).excluded);
    const known = judged.flatMap(({ key, name }): { readonly name: string; readonly counts: LintCounts }[] => {
      const counts = lint.get(key);
      return counts === undefined ? [] : [{ name, counts }];
    });
    const sums = new Map<RuleName, RuleSum>();
    for (const { counts } of known) {
      for (const { rule, count, pixels, off } of counts.rules) {
        const sum = sums.get(rule) ?? { rule, count: 0, pixels: 0, images: 0, off: 0 };
        sums.set(rule, {
          rule,
          count: sum.count + count,
          pixels: sum.pixels + pixels,
          images: sum.images + (count > 0 ? 1 : 0),
          off: sum.off + off,
        });
      }
    }
    return {
      rules: order.flatMap((rule) => sums.get(rule) ?? []),
      empty: known.filter(({ counts }) => counts.empty).length,
      checked: known.length,
      total: judged.length,
      failed: known.flatMap(({ name, counts: { failure } }) => (failure === null ? [] : [{ name, reason: failure }])),
    };
  },
);

const noItems: readonly DatasetItem[] = [];

/** The same value as long as nothing that it says changes. */
export function lintSums({ dataset, lint, summaries }: Pick<Session, "dataset" | "lint" | "summaries">): LintSums {
  return sumsOf(dataset?.items ?? noItems, lint, summaries);
}
