import type { Dataset } from "../dataset/types";
import type { ReadingChoices, ReadingOption, ReadingQuestion } from "../formats/questions";

/** What was made of the files, for the bar above the picture and the import report. */
export interface ReadingSummary {
  /** "Read as Cityscapes, labelIds (also there: color). 0 is background, assumed." */
  readonly text: string;
  /** What the user is asked for, as nothing in the files tells. */
  readonly open: readonly ReadingQuestion[];
  /** What was taken as likely, chosen by the user, or one label set of several: one click chooses otherwise. */
  readonly likely: readonly ReadingQuestion[];
}

export function chosenOption({ options, chosen }: ReadingQuestion): ReadingOption {
  return options.find(({ value }) => value === chosen) ?? options[0];
}

/** Short, for a button. */
export const questionNames: Readonly<Record<ReadingQuestion["id"], string>> = {
  layout: "Layout",
  labels: "Labels",
  pairing: "Pairs",
  overlap: "Overlaps",
  classList: "Class list",
  order: "Order",
  background: "Background",
  void: "Void",
  coding: "Coding",
  sharedColor: "Shared colour",
  nearColors: "Near colours",
  offPalette: "Off-palette",
};

/** What an option speaks of where its text has no subject: "data.yaml", "The smaller one". */
const subjects: Readonly<Partial<Record<ReadingQuestion["id"], string>>> = {
  overlap: "Overlaps",
  coding: "Coding",
  classList: "Classes",
  order: "Names",
  sharedColor: "Shared colour",
  nearColors: "Near colours",
};

function sentence(one: ReadingQuestion, how: string): string {
  const text = chosenOption(one).text.replace(/\.$/, "");
  const subject = subjects[one.id];
  return `${subject ? `${subject}: ${text.replace(/^The /, "the ")}` : text}, ${how}.`;
}

export function readingSummary({ layout, questions }: Dataset, choices: ReadingChoices): ReadingSummary {
  const isAnswered = ({ id }: ReadingQuestion) => choices.has(id);
  const open = questions.filter((one) => one.certainty === "open" && !isAnswered(one));
  const likely = questions.filter(
    (one) =>
      !open.includes(one) &&
      (one.certainty !== "clear" || (one.options.length > 1 && (one.id === "labels" || isAnswered(one)))),
  );
  const labels = questions.find(({ id, options }) => id === "labels" && options.length > 1);
  const others = labels?.options.filter(({ value }) => value !== labels.chosen).map(({ text }) => text) ?? [];
  const set = labels ? `, ${chosenOption(labels).text} (also there: ${others.join(", ")})` : "";
  const said = likely
    .filter(({ id }) => id !== "labels" && id !== "layout")
    .map((one) => sentence(one, isAnswered(one) ? "chosen" : "assumed"));
  return { text: [`Read as ${layout}${set}.`, ...said].join(" "), open, likely };
}
