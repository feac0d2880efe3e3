import type { Dataset, DatasetItem } from "../dataset/types";
import type { LintCounts, RuleCount } from "../review/lint/lintCounts";
import type { Linter } from "../review/lint/lintJob";
import type { LintReport, RuleReport } from "../review/lint/types";
import type { OpenDocument } from "../review/types";
import { takenOf } from "./checkTexts";
import { type LintedImage, lintJob } from "./lintJob";
import { type LintFrame, lintStamp } from "./lintStamp";

/** What the rules say of a label under a frame, as the check of the open image has it. */
export function lookAt(linter: Linter, frame: LintFrame, image: LintedImage): Promise<LintReport> {
  const { dataset, exclusions, locked, options } = frame;
  return linter.lint(lintJob({ exclusions }, dataset, image, locked), options);
}

/** Looks at labels that stay in memory only once, as long as they and the frame are the same. */
export function createLook(linter: Linter): (frame: LintFrame, image: LintedImage) => Promise<LintReport> {
  const known = new WeakMap<OpenDocument, { readonly of: readonly unknown[]; readonly report: Promise<LintReport> }>();
  return (frame, image) => {
    const of = [frame, image.document.store.getState().version];
    const before = known.get(image.document);
    if (before?.of.every((one, i) => one === of[i])) return before.report;
    const report = lookAt(linter, frame, image);
    known.set(image.document, { of, report });
    return report;
  };
}

/** What a report says, without pixels. */
export function countsOf(frame: LintFrame, item: DatasetItem, { rules, empty }: LintReport): LintCounts {
  return { ...made(frame, item), failure: null, rules: rules.map(ruleCountOf), empty };
}

/** That a label could not be looked at. */
export function failedCounts(frame: LintFrame, item: DatasetItem, failure: string): LintCounts {
  return { ...made(frame, item), failure, rules: [], empty: false };
}

function made(frame: LintFrame, item: DatasetItem) {
  const { size, revision = null } = item.label;
  return { stamp: lintStamp(frame, item), size, revision };
}

function ruleCountOf({ rule, groups, classes }: RuleReport): RuleCount {
  const { count, pixels, to } = takenOf(groups, () => false);
  const off = classes.reduce((sum, one) => sum + (one.on ? 0 : one.count), 0);
  const [only = null] = to;
  return { rule, count, pixels, to: to.size === 1 ? only : null, off };
}

/** The items of a data set by key. */
export function itemsByKey({ items }: Dataset): ReadonlyMap<string, DatasetItem> {
  return new Map(items.map((item) => [item.key, item]));
}
