import type { RuleName } from "./types";

/** What a rule found in one label, without its pixels. */
export interface RuleCount {
  readonly rule: RuleName;
  /** Groups of pixels that its action would change, and their pixels. */
  readonly count: number;
  readonly pixels: number;
  /** The one class that they would get; null: several, or nothing was found. */
  readonly to: number | null;
  /** Groups of classes that the rule leaves alone. */
  readonly off: number;
}

/** What the rules said of a label when it was looked at. Replaced, never mutated. */
export interface LintCounts {
  /** What that depends on beside the label: sizes, classes, locks, excluded areas. */
  readonly stamp: string;
  /** Of the label's file, which another program may have written since. */
  readonly size: number;
  readonly revision: number | null;
  /** Why the label could not be looked at, in the user's words; null where it was. */
  readonly failure: string | null;
  /** One a rule that can exist for the label. */
  readonly rules: readonly RuleCount[];
  /** All of the label is one class, or void. */
  readonly empty: boolean;
}

/** What can be said of a label that was looked at: that a rule found something, or that it is empty. */
export const lintFacts = ["smears", "unknown-ids", "colours", "pinholes", "specks", "empty"] as const;
export type LintFact = (typeof lintFacts)[number];

/** What a rule found; undefined where it found nothing. */
export function ruleCount(counts: LintCounts | undefined, rule: RuleName): RuleCount | undefined {
  return counts?.rules.find((one) => one.rule === rule && one.count > 0);
}

/** Whether that is true of a label; not of one that nobody looked at. */
export function hasLintFact(counts: LintCounts | undefined, fact: LintFact): boolean {
  return fact === "empty" ? counts?.empty === true : ruleCount(counts, fact) !== undefined;
}
