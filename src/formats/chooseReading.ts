import type { LabelSet, Reading } from "./layout";
import type { ReadingChoices, ReadingOption, ReadingQuestion } from "./questions";
import { type NamedPairing, pairingsOf } from "./readingPairs";
import type { RatedReading } from "./recognise";

/** A reading, one of its label sets and what goes with what, as chosen; and what else could have been. */
export interface ChosenReading {
  readonly reading: Reading;
  readonly set: LabelSet;
  readonly pairing: NamedPairing;
  readonly questions: readonly ReadingQuestion[];
}

/** A runner-up is offered from this share of the best one's rating on, and said above the canvas from the second. */
const plausible = 0.5;
const close = 0.75;

/**
 * The best reading and its first label set, unless the user chose others. Null where there is none. Where another
 * reading takes other files for labels, or there are several label sets, a question says so.
 */
export function chooseReading(rated: readonly RatedReading[], choices: ReadingChoices): ChosenReading | null {
  if (rated.length === 0) return null;
  const candidates = rated.filter(
    (one, at) =>
      one.rating >= plausible * rated[0].rating &&
      rated.findIndex((other) => filesOf(other.reading) === filesOf(one.reading)) === at,
  );
  const values = candidates.map(({ reading }, at) => {
    const isFirst = candidates.findIndex((other) => other.reading.layout === reading.layout) === at;
    return isFirst ? reading.layout : `${reading.layout} ${at + 1}`;
  });
  const candidate = candidates[Math.max(0, values.indexOf(choices.get("layout") ?? values[0]))];
  const ways = candidate.reading.ways ?? [];
  const way = ways.find(({ name }) => name === choices.get("labels")) ?? ways[0];
  const reading = way?.reading ?? candidate.reading;
  const set = reading.sets.find(({ name }) => name === choices.get("labels")) ?? reading.sets[0];
  const joins = pairingsOf(reading, set);
  const pairing = joins.find(({ value }) => value === choices.get("pairing")) ?? joins[0];
  const { overlap: asked } = reading.annotations?.set ?? {};
  const overlap = asked ? [asked] : [];
  const layout: ReadingQuestion = {
    id: "layout",
    title: "How are the files laid out?",
    options: candidates.map((one, at) => ({ value: values[at], text: values[at], why: reasons(one.reading) })),
    chosen: values[candidates.indexOf(candidate)],
    certainty: candidates.length > 1 && candidates[1].rating >= close * candidates[0].rating ? "likely" : "clear",
  };
  return {
    reading,
    set,
    pairing,
    questions: [
      layout,
      ...(way ? [waysQuestion(ways, way.name)] : labelsQuestion(reading, set)),
      ...pairingQuestion(joins, pairing),
      ...overlap,
    ],
  };
}

function filesOf({ images, sets }: Reading): string {
  return [[...images].sort().join("\n"), [...sets[0].labels].sort().join("\n")].join("\n\n");
}

function reasons({ evidence, images, sets }: Reading): string {
  const counts = `${counted(images.length, "photograph")}, ${counted(sets[0].labels.length, "label")}.`;
  return [...evidence.for, ...evidence.against.map((sentence) => `But: ${sentence}`), counts].join(" ");
}

/** Which of two folders or files holds the labels, where no name tells. */
function waysQuestion(ways: NonNullable<Reading["ways"]>, chosen: string): ReadingQuestion {
  const options = ways.map(({ name, reading, why: given }): ReadingOption => {
    const first = reading.sets[0].labels[0];
    const why = given ?? `Each folder holds few values, and no name tells which are labels. Then ${first} is a label.`;
    return { value: name, text: `${name}: ${counted(reading.sets[0].labels.length, "label")}`, why };
  });
  const title = `Which ${ways.some(({ why }) => why) ? "file" : "folder"} holds the labels?`;
  return { id: "labels", title, options, chosen, certainty: "open" };
}

function labelsQuestion(reading: Reading, set: LabelSet): ReadingQuestion[] {
  if (reading.sets.length < 2) return [];
  const options = reading.sets.map(
    ({ name, what, labels }): ReadingOption => ({
      value: name,
      text: name,
      why: `${what}, in ${counted(labels.length, "file")}.`,
    }),
  );
  const rivals = reading.sets.filter(({ form }) => form === reading.sets[0].form);
  const certainty = rivals.length < 2 ? "clear" : reading.isSetOpen ? "open" : "likely";
  return [{ id: "labels", title: "Which files are the labels?", options, chosen: set.name, certainty }];
}

function pairingQuestion(ways: readonly NamedPairing[], { value: chosen, isClear }: NamedPairing): ReadingQuestion[] {
  const options = ways.flatMap(({ value, rule, pairs }): ReadingOption[] => {
    if (pairs.length === 0) return [];
    const why = `${counted(pairs.length, "pair")}. First: ${pairs[0].image} with ${pairs[0].label}.`;
    return [{ value, text: rule, why }];
  });
  if (options.length === 0) return [];
  const title = "Which image goes with which label?";
  return [{ id: "pairing", title, options, chosen, certainty: isClear ? "clear" : "likely" }];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
