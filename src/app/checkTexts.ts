import { type ClassTable, classNameOf } from "../core/classTable";
import type { KeptLintRun } from "../project/lintRecords";
import type { LintFact } from "../review/lint/lintCounts";
import { groupCount } from "../review/lint/pixelGroups";
import type { LintReport, PixelGroups, RuleName, RuleReport } from "../review/lint/types";
import { pixels } from "./summary";

interface RuleText {
  readonly title: string;
  /** What it means, in a sentence. */
  readonly what: string;
  /** One of what it finds. */
  readonly one: string;
}

export const ruleTexts: Readonly<Record<RuleName, RuleText>> = {
  smears: {
    title: "Smeared boundaries",
    what: "Thin runs between two classes that are a mixture of both, as smoothing or resampling a label makes them.",
    one: "smeared run",
  },
  "unknown-ids": {
    title: "Unknown ids",
    what: "Pixels of ids that the class list lacks. Name the id in the class list if it is a class of its own.",
    one: "group of unknown pixels",
  },
  colours: {
    title: "Off-palette colours",
    what: "Pixels of colours that no class has. Name the colour in the class list if it is a class of its own.",
    one: "group of off-palette pixels",
  },
  pinholes: {
    title: "Pinholes",
    what: "Small parts inside one class. Those within 2 px of a larger part of their own class are its ragged edge, and left.",
    one: "pinhole",
  },
  specks: {
    title: "Specks",
    what: "Small parts where several classes meet, or at the image's edge, more than 2 px from larger parts of their own.",
    one: "speck",
  },
};

/** What a label is filtered by. */
export function factText(fact: LintFact): string {
  return fact === "empty" ? "Empty labels" : ruleTexts[fact].title;
}

/** Stands for a rule's action where it found nothing, while so many labels are not checked as they are now. */
export function nothingText(unchecked: number, run: KeptLintRun["state"] | null): string {
  if (unchecked === 0) return "Nothing is left to change";
  return run === "running" ? "Labels are being checked again" : "Nothing in the checked labels";
}

/** Why a label may have to be checked another time. */
export const checkedAgain =
  "A label that is edited has to be checked again; all have to be when classes, locks, sizes of a rule or excluded areas change.";

export const emptyText = "The label holds a single class or nothing but void: it may not have been drawn yet.";

/** What of a rule's groups is taken, and how many there are. */
export interface Taken {
  readonly count: number;
  readonly pixels: number;
  readonly of: number;
  /** The new classes. */
  readonly to: ReadonlySet<number>;
}

export function takenOf(groups: PixelGroups, leftOut: (key: number) => boolean): Taken {
  const { starts, pixels: all, to } = groups;
  const ids = new Set<number>();
  let [count, taken] = [0, 0];
  for (let group = 0; group + 1 < starts.length; group++) {
    if (leftOut(all[starts[group]])) continue;
    count++;
    taken += starts[group + 1] - starts[group];
    for (let k = starts[group]; k < starts[group + 1]; k++) ids.add(to[k]);
  }
  return { count, pixels: taken, of: groupCount(groups), to: ids };
}

/** The one action of a rule, with its numbers: "Fill 11 of 12 pinholes of up to 3 px in road". */
export function actionText(rule: RuleName, taken: Taken, sizes: Sizes, classes: ClassTable): string {
  const places = `${of(taken)} ${plural(ruleTexts[rule].one, taken.of)}`;
  const [only] = taken.to;
  const into = taken.to.size === 1 ? classNameOf(classes, only) : null;
  const odd = (kind: string): string => `${number(taken.pixels)} ${kind} ${taken.pixels === 1 ? "pixel" : "pixels"}`;
  switch (rule) {
    case "pinholes":
      return `Fill ${places} of up to ${sizes.pinholes} px${into === null ? "" : ` in ${into}`}`;
    case "specks":
      return `Give ${places} of up to ${sizes.specks} px the class around them`;
    case "smears":
      return `Give ${odd("smeared")} the nearer class`;
    case "unknown-ids":
      return `Give ${odd("unknown")} the nearest class`;
    case "colours":
      return `Give ${odd("off-palette")} the nearest class`;
  }
}

/** The same once it is done: "Filled 11 of 12 pinholes of up to 3 px in road". */
export function doneText(action: string): string {
  return action.replace(/^Fill /, "Filled ").replace(/^Give /, "Gave ");
}

/** Why there is nothing for the action to do: "All 12 pinholes are left out: take one in". */
export function allLeftOut(rule: RuleName, count: number): string {
  const { one } = ruleTexts[rule];
  if (count === 1) return `The ${one} is left out: take it in`;
  return `All ${number(count)} ${plural(one, count)} are left out: take one in`;
}

interface Sizes {
  readonly pinholes: number;
  readonly specks: number;
}

/** What all rules found, for announcements. */
export function reportText({ rules, empty }: LintReport): string {
  const found = rules.filter(({ groups }) => groupCount(groups) > 0).map(foundText);
  const said = found.length > 0 ? `${found.join(", ")}.` : "Nothing found.";
  return empty ? `${emptyText} ${said}` : said;
}

/** "12 pinholes (31 pixels)" */
export function foundText({ rule, groups }: RuleReport): string {
  const count = groupCount(groups);
  return `${number(count)} ${plural(ruleTexts[rule].one, count)} (${pixels(groups.pixels.length)})`;
}

function of({ count, of: all }: Taken): string {
  return count === all ? number(count) : `${number(count)} of ${number(all)}`;
}

function plural(one: string, count: number): string {
  return count === 1 ? one : one.replace(/^\w+( run)?/, "$&s");
}

function number(count: number): string {
  return count.toLocaleString("en");
}
