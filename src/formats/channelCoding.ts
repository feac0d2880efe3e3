import { counted } from "../core/counted";
import { rgbOfKey } from "../core/palette";
import type { SeenLabels } from "./layout";
import { choose, type ReadingChoices, type ReadingOption, type ReadingQuestion } from "./questions";

/** Colours from here on are meant to be seen; ids of classes are lower. */
const mostIds = 64;
const names = ["red", "green", "blue"] as const;

/**
 * Labels whose class is the value of one channel: alone (CARLA writes ids into red) or with the numbers of objects in the
 * others (SYNTHIA). Such colours are too dark to be told by eye, and more than there are classes.
 * @returns a question, or null where the colours are a palette.
 */
export function channelQuestion(seen: SeenLabels, choices: ReadingChoices): ReadingQuestion | null {
  const colors = [...seen.colors.keys()].map(rgbOfKey);
  const values = names.map((_, at) => new Set(colors.map((color) => color[at])));
  const fits = ([0, 2, 1] as const).filter((at) => {
    const most = Math.max(0, ...values[at]);
    return values[at].size > 1 && most < mostIds && (most < 2 * values[at].size + 8 || values[at].size > 8);
  });
  const varying = names.filter((_, at) => values[at].size > 1).length;
  if (fits.length === 0) return null;
  const isAlone = varying === 1 && colors.every((color) => color.every((part, at) => at === fits[0] || part === 0));
  const channels = fits.filter((at) => isAlone || colors.length > values[at].size);
  if (channels.length === 0 || (varying === 1 && !isAlone)) return null;
  const options: ReadingOption[] = channels.map((at) => ({
    value: names[at],
    text: isAlone
      ? `The ${names[at]} channel is the id`
      : `The ${names[at]} channel is the class, the others number objects`,
    why: `${capital(names[at])} has only ${values[at].size} values, all too dark to see, as numbers of classes are.`,
  }));
  const apart = {
    value: "colors",
    text: "Each colour is a class",
    why: `There ${colors.length === 1 ? "is" : "are"} ${counted(colors.length, "colour")}.`,
  };
  return choose("coding", "What do the pixels hold?", [...options, apart], isAlone ? "likely" : "open", choices);
}

function capital(word: string): string {
  return word[0].toUpperCase() + word.slice(1);
}

/** The channel that a question chose. */
export function chosenChannel(question: ReadingQuestion | null): 0 | 1 | 2 | null {
  const at = (names as readonly (string | undefined)[]).indexOf(question?.chosen);
  return at < 0 ? null : (at as 0 | 1 | 2);
}

/** What labels hold if one channel is the id. */
export function seenInChannel(seen: SeenLabels, channel: 0 | 1 | 2): SeenLabels {
  const add = (ids: ReadonlyMap<number, number>, colors: ReadonlyMap<number, number>) => {
    const sums = new Map(ids);
    for (const [key, count] of colors) {
      const id = rgbOfKey(key)[channel];
      sums.set(id, (sums.get(id) ?? 0) + count);
    }
    return sums;
  };
  const solid = seen.solid && { ids: add(seen.solid.ids, seen.solid.colors), colors: new Map<number, number>() };
  return { ...seen, ids: add(seen.ids, seen.colors), colors: new Map(), ...(solid ? { solid } : {}) };
}
