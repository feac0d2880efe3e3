import type { ClassTable } from "../core/classTable";
import { counted } from "../core/counted";
import { rgbKey, rgbOfKey, vocIdOf } from "../core/palette";
import { channelQuestion, chosenChannel, seenInChannel } from "../formats/channelCoding";
import { type ClassList, nameTells } from "../formats/classList";
import { guessClasses } from "../formats/guessClasses";
import { joinLists } from "../formats/joinLists";
import { knownPaletteQuestion } from "../formats/knownPalette";
import type { LabelCodec } from "../formats/labelCodec";
import type { FileRoles, LabelMeaning, SeenLabels } from "../formats/layout";
import { mixedPalettesQuestion } from "../formats/mixedPalettes";
import { nearColors } from "../formats/nearColors";
import { findSmear, offPaletteQuestion, withOffPalette } from "../formats/offPalette";
import { stemOf } from "../formats/paths";
import { noChoices, type ReadingChoices, type ReadingOption, type ReadingQuestion } from "../formats/questions";
import { type ClassReading, readByList } from "../formats/readByList";
import type { ReadTexts } from "./classTexts";
import { isOfRun, listsOfParts, otherLists } from "./listPlaces";
import type { Problem } from "./types";

/** The classes of a data set, how its labels code them, and what of it could be read otherwise. */
export interface ChosenClasses extends ClassReading {
  readonly guessed: boolean;
  readonly problems: readonly Problem[];
}

/** A source of classes with what speaks for it. */
interface Candidate extends ReadingOption {
  readonly reading: ClassReading;
  readonly score: number;
  /** Share of what the labels hold that it names, 0..1. */
  readonly coverage: number;
  /** Words alone or with numbers, in a file whose name does not say what they are; a trained model's classes. */
  readonly isBare: boolean;
  /** Ids and names alone, in a file of any name: persons and places have both too. */
  readonly isUnnamed: boolean;
  /** Names of one file with colours of another. */
  readonly isJoined: boolean;
}

/** Whether a list has a colour, other than black, that is among those asked for. */
function hasColor({ entries }: Pick<ClassList, "entries">, isHeld: (key: number) => boolean): boolean {
  return entries.some(({ color }) => color !== undefined && rgbKey(color) !== 0 && isHeld(rgbKey(color)));
}

/**
 * The classes of a data set: of the list that names most of what its labels hold, else the layout's, else made from what
 * the labels hold. A pure function of what the texts say, what was seen and the choices.
 */
export function chooseClasses(
  meaning: LabelMeaning & Partial<Pick<FileRoles, "labels">>,
  texts: ReadTexts,
  stored: SeenLabels,
  choices: ReadingChoices = noChoices,
): ChosenClasses {
  const { lists: single, palettes } = texts;
  const problems = [...texts.problems];
  const joined = joinLists(single, palettes, stored);
  const lists = [...single, ...joined];
  const isOwnCoding = meaning.codedColors === true && meaning.defaultClasses(stored) !== null;
  const ofPalette = new Set(stored.entries.map(({ color }) => rgbKey(color)));
  const isListed = lists.some((list) => hasColor(list, (key) => stored.colors.has(key)));
  const coding = isOwnCoding || isListed ? null : channelQuestion(stored, choices);
  const channel = chosenChannel(coding);
  const isPaletteListed = lists.some((list) => hasColor(list, (key) => ofPalette.has(key)));
  const ownClasses = meaning.defaultClasses(stored);
  const idSets = [
    ...lists.map(({ entries }) => entries.map(({ id }, i) => id ?? i)),
    ownClasses?.map(({ id }) => id) ?? [],
  ];
  const named = idSets.map((ids) => new Set(ids));
  const palette = isPaletteListed
    ? null
    : (knownPaletteQuestion(stored, ownClasses, named, choices) ?? mixedPalettesQuestion(stored, named, choices));
  const byPalette = palette?.question.chosen === "colors" ? palette : null;
  const all = byPalette ? byPalette.seen : channel === null ? stored : seenInChannel(stored, channel);
  const listed = new Set(lists.flatMap(({ entries }) => entries.map(({ color }) => (color ? rgbKey(color) : -1))));
  const smear = findSmear(all, (color) => listed.has(color));
  const offPalette = smear && offPaletteQuestion(smear, choices);
  const seen = smear && offPalette?.chosen === "group" ? smear.seen : all;
  const found: Candidate[] = [];
  for (const list of lists) {
    // Of several columns of colours, those that labels hold count.
    if (list.isByColor && !hasColor(list, (key) => stored.colors.has(key) || ofPalette.has(key))) continue;
    const candidate = candidateOf(list, meaning, seen, choices);
    if (typeof candidate !== "string") found.push(candidate);
    else if (
      nameTells(list.path) === 2 &&
      list.way === undefined &&
      !lists.some(({ path, way }) => path === list.path && way) &&
      !joined.some(({ path }) => path.startsWith(`${list.path} with `))
    )
      problems.push(unusable(list.path, candidate));
  }
  const own = meaning.defaultClasses(seen);
  if (own) found.push(ownCandidate(own, meaning, seen));
  found.sort((a, b) => b.score - a.score);
  const candidates = found.filter(
    ({ reading }, i) => !found.slice(0, i).some((better) => isSameReading(better.reading, reading)),
  );

  // Words in a file of any name may as well be persons or places, numbers beside them counts: offered, not taken.
  const taken = candidates.filter(({ isBare }) => !isBare);
  const none = { value: "none", text: "No list", why: "Classes are made from what the labels hold." };
  const options = [...taken, none, ...candidates.filter(({ isBare }) => isBare)];
  const chosen = options.find(({ value }) => value === choices.get("classList")) ?? options[0];
  const reading = "reading" in chosen ? (chosen as Candidate).reading : guessClasses(seen, choices);
  const parts = listsOfParts(taken, meaning.labels ?? []);
  const question: ReadingQuestion = {
    id: "classList",
    title: "Where do the classes come from?",
    options: options.map(({ value, text, why }) => ({ value, text, why: `${why}${parts.get(value) ?? ""}` })),
    chosen: chosen.value,
    certainty: parts.has(chosen.value)
      ? "open"
      : taken.length > 0
        ? leastSure(certaintyOf(taken), borrowed(taken[0], meaning, seen))
        : "likely",
  };
  const whole = seen === all ? reading : withOffPalette(reading, all, seen);
  return {
    ...whole,
    codec: byPalette
      ? { ...whole.codec, ...byPalette.codec }
      : channel === null
        ? whole.codec
        : { ...whole.codec, channel },
    questions: [
      ...(coding ? [coding] : []),
      ...(palette ? [palette.question] : []),
      ...(candidates.length > 0 ? [question] : []),
      ...reading.questions,
      ...(offPalette ? [offPalette] : []),
    ],
    guessed: chosen === none,
    problems: [
      ...problems,
      ...(parts.has(chosen.value) ? [otherLists(chosen.value, [...parts.keys()])] : []),
      ...(reading.notes ?? []).map((note): Problem => ({ path: "", ...note, severity: "warning" })),
    ],
  };
}

type Certainty = ReadingQuestion["certainty"];

function leastSure(a: Certainty, b: Certainty): Certainty {
  return a === "open" || b === "open" ? "open" : a === "likely" ? a : b;
}

/** A layout's own classes are a guess where its label files have other names: "open" for a few ids from 0. */
function borrowed(
  { value, isJoined, isUnnamed }: Candidate,
  { labels = [], ownNames, defaultClasses }: LabelMeaning & Partial<Pick<FileRoles, "labels">>,
  seen: SeenLabels,
): Certainty {
  if (isJoined || isUnnamed) return "likely";
  if (value !== "layout" || !ownNames || labels.every((path) => ownNames.test(stemOf(path)))) return "clear";
  const ids = [...seen.ids.keys()].filter((id) => id !== 255);
  const isRow = ids.every((id) => id < ids.length);
  return isRow && 2 * ids.length < (defaultClasses(seen)?.length ?? 0) ? "open" : "likely";
}

function candidateOf(
  list: ClassList,
  meaning: LabelMeaning & Partial<Pick<FileRoles, "labels">>,
  seen: SeenLabels,
  choices: ReadingChoices,
): Candidate | string {
  const reading = readByList(list, meaning, seen, choices);
  if (!reading) {
    return list.hasColors
      ? "None of the list's colours occurs in the labels."
      : "The class list gives no colours, but the labels are colour-coded.";
  }
  // Choices do not count: one of them must not drop the list that it was made for.
  const plain = readByList(list, meaning, seen, noChoices) ?? reading;
  const { coverage, named } = coverageOf(plain, seen);
  const tells = nameTells(list.path);
  const isLaidAtWill = plain.questions.some(
    ({ chosen, certainty }) => chosen.startsWith("used") && certainty === "open",
  );
  // A file that is only perhaps a list must fit all that is seen.
  if (coverage < [0.999, 0.5, 0.05][tells] || (tells === 0 && isLaidAtWill))
    return "Its classes are not those in the labels.";
  const used = Math.min(1, named / reading.classes.length);
  const depth = Math.min(4, list.path.split("/").length);
  const way = list.way === undefined ? "" : list.way === "by train id" ? "#trainId" : `#${list.way.slice(3)}`;
  return {
    value: `${list.path}${way}`,
    text: list.way ? `${list.path} ${list.way}` : list.path,
    why: `${list.kind}, ${counted(list.entries.length, "class", "classes")}: ${percent(coverage)} of what the labels hold has a name there.`,
    reading,
    coverage,
    isBare:
      list.isLoose === true ||
      list.isOfModel === true ||
      isOfRun(list.path, meaning.labels ?? []) ||
      (tells === 0 && !list.hasIds && !list.hasColors),
    isUnnamed: tells === 0 && !list.hasColors,
    isJoined: list.isJoined === true,
    score: 4 * coverage + tells + 0.5 * used + (list.hasIds ? 0.3 : 0) + (list.hasColors ? 0.2 : 0) - 0.1 * depth,
  };
}

function ownCandidate(classes: ClassTable, meaning: LabelMeaning, seen: SeenLabels): Candidate {
  const colors = meaning.codedColors ? classes.map(({ color, id }) => ({ color, id })) : [];
  const codec: LabelCodec = { colors, vocColors: meaning.vocColors, indexed: "ids" };
  const reading: ClassReading = { classes, codec, questions: [] };
  const { coverage } = coverageOf(reading, seen);
  const why = `The layout's ${counted(classes.length, "class", "classes")}: ${percent(coverage)} of what the labels hold has a name there.`;
  return {
    value: "layout",
    text: "The layout's own classes",
    why,
    reading,
    coverage,
    isBare: false,
    isUnnamed: false,
    isJoined: false,
    score: 4 * coverage + 1,
  };
}

function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

/** "open" where two sources name the same labels differently and equally well. */
function certaintyOf([best, next]: readonly Candidate[]): ReadingQuestion["certainty"] {
  if (!best || (!next && best.coverage > 0.5)) return "clear";
  if (!next) return "likely";
  const lead = best.score - next.score;
  return lead > 1.5 ? "clear" : lead > 0.05 ? "likely" : "open";
}

function isSameReading(a: ClassReading, b: ClassReading): boolean {
  const names = (reading: ClassReading) => reading.classes.map(({ id, name }) => `${id} ${name}`).join("\n");
  const codes = ({ codec }: ClassReading) =>
    JSON.stringify([codec.indexed, codec.vocColors, codec.colors, codec.snaps]);
  return names(a) === names(b) && codes(a) === codes(b);
}

/** Which of the ids and colours in labels the classes name; black, 0 and void are no evidence. */
function coverageOf({ classes, codec }: ClassReading, seen: SeenLabels): { coverage: number; named: number } {
  const ids = new Set(classes.map(({ id }) => id));
  const isColor = colorTest(codec, classes);
  const held: { isNamed: boolean; count: number }[] = [];
  if (codec.indexed === "colors") {
    for (const { color, count } of seen.entries)
      if (rgbKey(color) !== 0) held.push({ isNamed: isColor(rgbKey(color)), count });
  } else {
    for (const [id, count] of seen.ids) if (id !== 0 && id !== 255) held.push({ isNamed: ids.has(id), count });
    if (held.length === 0 && seen.ids.has(255)) held.push({ isNamed: ids.has(255), count: 1 });
  }
  for (const [key, count] of seen.colors) if (key !== 0) held.push({ isNamed: isColor(key), count });
  if (held.length === 0) return { coverage: 1, named: 1 };
  const named = held.filter(({ isNamed }) => isNamed);
  const pixels = (list: typeof held) => list.reduce((sum, { count }) => sum + count, 0);
  return { coverage: (named.length / held.length + pixels(named) / pixels(held)) / 2, named: named.length };
}

/** Whether a colour stands for a class. */
function colorTest({ colors, vocColors, snaps }: LabelCodec, classes: ClassTable): (key: number) => boolean {
  const ids = new Set(classes.map(({ id }) => id));
  const listed = new Map(colors.map(({ color, id }) => [rgbKey(color), id]));
  const near = snaps ? nearColors(colors.map(({ color }) => color)) : null;
  const snapped = (key: number) => (near ? colors[near.placeOf(rgbOfKey(key))]?.id : undefined);
  return (key) => ids.has(listed.get(key) ?? snapped(key) ?? (vocColors ? vocIdOf(rgbOfKey(key)) : -1));
}

const offPaletteRemedy =
  "They are kept as one ignored class, off-palette; check the label to give each the nearest class of its neighbourhood.";

/** More ids than this without names are no classes. */
const manyIds = 256;

/** Warnings about ids and colours in the labels that no class of `chosen` stands for; `name` is the data set's. */
export function unknownProblems(name: string, chosen: ChosenClasses, seen: SeenLabels): Problem[] {
  const { classes, codec } = chosen;
  const warn = (reason: string, remedy: string): Problem => ({ path: name, reason, remedy, severity: "warning" });
  const alpha = transparentProblem(seen, warn);
  if (chosen.guessed && classes.length > manyIds) {
    const reason = `The labels look like instances: ${classes.length.toLocaleString("en")} ids and no class list.`;
    return [
      ...alpha,
      warn(reason, "Open the labels of classes instead if there are any; ids can be repaired all the same."),
    ];
  }
  const { offPalette } = codec;
  const isOffId = (id: number) => offPalette !== undefined && !offPalette.ids.includes(id);
  const isOffColor = (key: number) =>
    offPalette !== undefined && !offPalette.colors.includes(key) && seen.colors.has(key) && !isNamed(key);
  const known = new Set(classes.map((info) => info.id));
  const isNamed = colorTest(codec, classes);
  const counts = new Map(seen.colors);
  if (codec.indexed === "colors") {
    for (const { color, count } of seen.entries) counts.set(rgbKey(color), (counts.get(rgbKey(color)) ?? 0) + count);
  }
  const colors = [...counts].filter(([key]) => codec.channel === undefined && !isNamed(key) && !isOffColor(key));
  const ids = [...seen.ids].filter(([id]) => !known.has(id) && codec.indexed === "ids" && !isOffId(id));
  const remedy = "They are kept as they are and ignored; name them in the class list to work with them.";
  const most = (list: readonly [number, number][], show: (key: number) => string) =>
    [...list]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 8)
      .map(([key, count]) => `${show(key)} (${count} px)`)
      .join(", ");
  const are = (count: number, what: string) => `${count} ${what}${count === 1 ? " is" : "s are"}`;
  const hex = (key: number) => `#${key.toString(16).padStart(6, "0")}`;
  const unlisted = (list: readonly [number, number][], what: string, show: (key: number) => string) =>
    list.length > 0 ? [warn(`${are(list.length, what)} in no class list: ${most(list, show)}.`, remedy)] : [];
  const smeared = [...seen.ids]
    .filter(([id]) => isOffId(id))
    .concat([...seen.colors].filter(([key]) => isOffColor(key)));
  const pixels = smeared.reduce((sum, [, count]) => sum + count, 0);
  const off =
    smeared.length > 0
      ? [warn(`Smeared: ${pixels.toLocaleString("en")} px off the palette in the labels looked at.`, offPaletteRemedy)]
      : [];
  return [...alpha, ...off, ...unlisted(colors, "colour", hex), ...unlisted(ids, "id", String)];
}

/** Alpha is no class: a mask drawn in it alone would be read as one class, and what it hides as what it hid. */
function transparentProblem(
  { transparent = 0 }: SeenLabels,
  warn: (reason: string, remedy: string) => Problem,
): readonly Problem[] {
  if (transparent === 0) return [];
  const reason = `${transparent.toLocaleString("en")} px of the labels looked at are transparent; they are read by their colour, whatever their alpha.`;
  return [
    warn(
      reason,
      "Check that they are what they should be; if the mask is in the alpha channel, save it as colours or ids.",
    ),
  ];
}

function unusable(path: string, reason: string): Problem {
  return { path, reason, remedy: "Another list is used, or none. Add a colour to each class.", severity: "warning" };
}
