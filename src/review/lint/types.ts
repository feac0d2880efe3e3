import type { Rgb } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import type { PixelMask } from "../../core/region";

/** What is looked for in a label without the model, in the order in which the rules claim pixels. */
export type RuleName = "smears" | "unknown-ids" | "colours" | "pinholes" | "specks";

/** A label and what is known of it: all that a rule looks at. Survives structured cloning. */
export interface LintInput {
  readonly labels: LabelMap;
  /** Void and what is treated like it. */
  readonly ignored: ReadonlySet<number>;
  /** Ids that no rule may change, from or to. */
  readonly locked: ReadonlySet<number>;
  /** Ids of this label that no class stands for. */
  readonly unknown: ReadonlySet<number>;
  /** The colours that stand for the ids, unknown ones too, where the file is coded by colours; null: it holds ids. */
  readonly colors: ReadonlyMap<number, Rgb> | null;
  /** Pixels that are not to be judged. */
  readonly excluded: PixelMask | null;
}

export interface LintOptions {
  /** The largest pinhole and the largest speck, px. */
  readonly pinholes: number;
  readonly specks: number;
  /** Classes that the user switched on or off, by `classKey`. The rest is as the rule finds it right. */
  readonly classes: ReadonlyMap<string, boolean>;
}

/** Names the class of an id in a rule. */
export function classKey(rule: RuleName, id: number): string {
  return `${rule} ${id}`;
}

/** Connected groups of pixels and the id each pixel would get, one after the other: a million of them is three arrays. */
export interface PixelGroups {
  /** Where each group begins in `pixels`, and the number of all pixels at the end. */
  readonly starts: Uint32Array;
  /** y * width + x. The first of a group names it. */
  readonly pixels: Uint32Array;
  /** The new id of each. */
  readonly to: Uint16Array;
}

/** What a rule found of one class, whether it is switched on or not. */
export interface ClassShare {
  readonly id: number;
  readonly count: number;
  readonly pixels: number;
  readonly on: boolean;
  /**
   * Why the rule leaves the class alone until the user switches it on: its components are mostly "thin" or "small", so they
   * were drawn on purpose; it covers regions too "large" to be anything but a class that the list lacks; too "few" boundaries of
   * the label are smeared for it to have been resampled.
   */
  readonly spared: "thin" | "small" | "large" | "few" | null;
}

export interface RuleReport {
  readonly rule: RuleName;
  /** Of the classes that are on. */
  readonly groups: PixelGroups;
  /** The classes the pixels have now, the most common first. */
  readonly classes: readonly ClassShare[];
}

/** What the rules say of a label. */
export interface LintReport {
  /** One a rule that can exist for the label, in the order of `RuleName`. */
  readonly rules: readonly RuleReport[];
  /** All of the label is one class, or void: it may never have been drawn. */
  readonly empty: boolean;
}
