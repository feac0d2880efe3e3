import { type ClassInfo, type ClassTable, classTable, type Rgb } from "../core/classTable";
import { isGrey, rgbKey, rgbOfKey, vocColor, vocIdOf } from "../core/palette";
import type { ClassList } from "./classList";
import { classOrders, isVoidId, listed, voidFits } from "./classOrder";
import type { LabelCodec } from "./labelCodec";
import type { LabelMeaning, SeenLabels } from "./layout";
import type { ReadingChoices, ReadingOption, ReadingQuestion } from "./questions";

/** What labels mean, and at which points they could mean something else. */
export interface ClassReading {
  readonly classes: ClassTable;
  readonly codec: LabelCodec;
  readonly questions: readonly ReadingQuestion[];
}

/** R = G = B: the grey is the id. */
export const greyCodes = Array.from({ length: 256 }, (_, id) => ({ color: [id, id, id] as Rgb, id }));

/** How files lead to the ids of a list's classes. */
type Way =
  /** By colours of the list, of pixels and of palettes. */
  | "colors"
  /** The list's colours are greys, which are the ids. */
  | "listed greys"
  /** Ids: of grey and indexed files, greys of R = G = B files, VOC's colours. */
  | "ids";

/**
 * What a class list makes of labels. A list with colours is the only colour table: what it does not list stays an
 * unlisted, ignored colour. Names without ids are laid on the ids in use.
 * @returns null where the list cannot tell the classes of these labels: they are colour-coded and it has no colours.
 */
export function readByList(
  list: ClassList,
  meaning: LabelMeaning,
  seen: SeenLabels,
  choices: ReadingChoices,
): ClassReading | null {
  const colors = [...seen.colors.keys()].map(rgbOfKey);
  const way = wayOf(list, seen, colors);
  const isVoc = meaning.vocColors || colors.every((color) => vocIdOf(color) >= 0);
  const isCodedByGrey = colors.length > 0 && way !== "colors" && colors.every(isGrey);
  const isCodedByVoc = colors.length > 0 && way !== "colors" && !isCodedByGrey;
  if (isCodedByVoc && (list.hasColors || !isVoc)) return null;

  const ids = usedIds(seen, way);
  const questions: ReadingQuestion[] = [];
  let classIds = list.entries.map(({ id }, i) => id ?? i);
  if (way === "listed greys") classIds = list.entries.map(({ color }) => color?.[0] ?? 0);
  if (way === "ids" && !list.hasIds) {
    const order = orderOf(list, meaning, seen, ids, choices);
    questions.push(order.question);
    classIds = [...order.ids];
  }
  const classes = list.entries.map(
    ({ name, color, ignored = false }, i): ClassInfo => ({
      id: classIds[i],
      name,
      color: color && way !== "listed greys" ? color : vocColor(classIds[i]),
      ignored,
    }),
  );
  const extra =
    way === "colors"
      ? unlistedBlack(list, classIds, seen, choices)
      : unlistedIds(classIds, ids, questions, choices, list.path);
  questions.push(...extra.questions);
  const codes = list.entries.flatMap(({ color }, i) => (color ? [{ color, id: classIds[i] }] : []));
  return {
    classes: classTable([...classes, ...extra.classes]),
    codec: {
      colors: isCodedByGrey
        ? greyCodes
        : list.hasColors && way !== "listed greys"
          ? [...codes, ...(way === "colors" ? extra.classes.map(({ color, id }) => ({ color, id })) : [])]
          : [],
      vocColors: isCodedByVoc,
      indexed: way === "colors" && isPaletteTheCoding(list, seen) ? "colors" : "ids",
    },
    questions,
  };
}

function wayOf(list: ClassList, seen: SeenLabels, colors: readonly Rgb[]): Way {
  if (!list.hasColors) return "ids";
  const inUse = [...seen.ids.keys(), ...colors.map((color) => (isGrey(color) ? color[0] : -1))];
  const greys = list.entries.map(({ color }) => (color && isGrey(color) ? color[0] : -1));
  const isOfGreys = seen.entries.length === 0 && !greys.includes(-1) && !list.hasIds;
  if (isOfGreys && inUse.every((value) => value === 0 || greys.includes(value))) return "listed greys";
  const listedColors = new Set(list.entries.map(({ color }) => color && rgbKey(color)));
  if (colors.some((color) => rgbKey(color) !== 0 && listedColors.has(rgbKey(color)))) return "colors";
  if (colors.length > 0 && colors.every((color) => rgbKey(color) === 0) && seen.ids.size === 0) return "colors";
  return colors.length === 0 && isPaletteTheCoding(list, seen) ? "colors" : "ids";
}

/** Indices that lead nowhere while their colours are listed: palettes are the coding. */
function isPaletteTheCoding({ entries, hasColors }: ClassList, seen: SeenLabels): boolean {
  if (!hasColors || seen.entries.length === 0) return false;
  // Classes may share a colour (Cityscapes' do): then every one of their ids agrees with it.
  const idsOf = new Map<number, number[]>();
  for (const [i, { id = i, color }] of entries.entries()) {
    if (color) idsOf.set(rgbKey(color), [...(idsOf.get(rgbKey(color)) ?? []), id]);
  }
  const colorsOf = new Map<number, Set<number>>();
  for (const { index, color } of seen.entries) {
    colorsOf.set(index, (colorsOf.get(index) ?? new Set()).add(rgbKey(color)));
  }
  const differ = [...colorsOf.values()].some((colors) => colors.size > 1);
  const known = seen.entries.filter(({ color }) => idsOf.has(rgbKey(color)));
  const isAgreed = seen.entries.every(({ index, color }) => idsOf.get(rgbKey(color))?.includes(index));
  return !isAgreed && (known.length === seen.entries.length || (differ && known.length > seen.entries.length / 2));
}

/** Pixels of each id: of files of ids, R = G = B files and VOC's colours. */
function usedIds(seen: SeenLabels, way: Way): Map<number, number> {
  const ids = new Map(seen.ids);
  if (way === "colors") return ids;
  const isGreys = [...seen.colors.keys()].map(rgbOfKey).every(isGrey);
  for (const [key, count] of seen.colors) {
    const id = isGreys ? key & 255 : vocIdOf(rgbOfKey(key));
    if (id >= 0) ids.set(id, (ids.get(id) ?? 0) + count);
  }
  return ids;
}

function orderOf(
  { entries }: ClassList,
  meaning: LabelMeaning,
  seen: SeenLabels,
  ids: ReadonlyMap<number, number>,
  choices: ReadingChoices,
): { ids: readonly number[]; question: ReadingQuestion } {
  const names = entries.map(({ name }) => name);
  const { orders, certainty } = classOrders(names, [...ids.keys()]);
  // The layout's own classes under the same names settle it: SegNet's 11 names, and 11 is void.
  const own = meaning.defaultClasses(seen);
  const known = orders.find((order) => {
    const same = order.ids.filter((id, i) => own?.some((info) => info.id === id && isSameName(info.name, names[i])));
    return same.length > 0.7 * names.length;
  });
  const sorted = known ? [known, ...orders.filter((order) => order !== known)] : orders;
  const chosen = sorted.find(({ value }) => value === choices.get("order")) ?? sorted[0];
  const question: ReadingQuestion = {
    id: "order",
    title: "Which ids do the names stand for?",
    options: sorted.map(({ value, text, why }) => ({ value, text, why })),
    chosen: chosen.value,
    certainty: known ? "clear" : certainty,
  };
  return { ids: chosen.ids, question };
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase().replace(/\W/g, "") === b.toLowerCase().replace(/\W/g, "");
}

/** Ids that no name stands for and that are more than unknown: 0 as background, 255 as void. */
function unlistedIds(
  classIds: readonly number[],
  ids: ReadonlyMap<number, number>,
  asked: readonly ReadingQuestion[],
  choices: ReadingChoices,
  path: string,
): Pick<ClassReading, "classes" | "questions"> {
  const classes: ClassInfo[] = [];
  const questions: ReadingQuestion[] = [];
  const isNamed = (id: number) => classIds.includes(id);
  const order = asked.find(({ id }) => id === "order")?.chosen;
  const isAfter0 = order === "from 1" || order === "used after 0";
  const isSupervisely = /obj_class_to_machine_color\.json$/i.test(path);
  const part = share(ids, 0);
  if (!isNamed(0) && (isAfter0 || part >= offeredShare)) {
    const reason = isSupervisely ? "Supervisely writes 0 where there is no object." : covers("0", part);
    const question = backgroundQuestion(
      "What is id 0?",
      "0",
      isAfter0 ? "The names were laid on the ids after 0." : reason,
      isAfter0 ? "clear" : isSupervisely ? "likely" : certaintyOf(part),
      isAfter0 || isSupervisely,
      choices,
    );
    questions.push(question);
    if (question.chosen === "background") classes.push(background(0));
  }
  for (const { id, question } of voidQuestions([...ids.keys()], classIds.length, choices)) {
    if (isNamed(id)) continue;
    questions.push(question);
    classes.push(voidClass(id, question.chosen === "void"));
  }
  return { classes, questions };
}

function unlistedBlack(
  { entries }: ClassList,
  classIds: readonly number[],
  seen: SeenLabels,
  choices: ReadingChoices,
): Pick<ClassReading, "classes" | "questions"> {
  const counts = new Map(seen.colors);
  for (const { color, count } of seen.entries) counts.set(rgbKey(color), (counts.get(rgbKey(color)) ?? 0) + count);
  const isListed = entries.some(({ color }) => color && rgbKey(color) === 0);
  if (isListed || share(counts, 0) < offeredShare) return { classes: [], questions: [] };
  const why = covers("Black", share(counts, 0));
  const question = backgroundQuestion("What is black?", "Black", why, certaintyOf(share(counts, 0)), false, choices);
  const free = classIds.includes(0) ? Math.max(...classIds.filter((id) => !isVoidId(id))) + 1 : 0;
  return { classes: question.chosen === "background" ? [background(free)] : [], questions: [question] };
}

/** An id or colour outside the list that covers less is no background. */
const offeredShare = 0.2;

function share(counts: ReadonlyMap<number, number>, key: number): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return (counts.get(key) ?? 0) / Math.max(1, total);
}

function covers(what: string, part: number): string {
  return `${what} covers ${Math.round(100 * part)} % of the labels, and no class in the list is ${what.toLowerCase()}.`;
}

function certaintyOf(part: number): "likely" | "open" {
  return part >= 0.5 ? "open" : "likely";
}

function backgroundQuestion(
  title: string,
  what: string,
  why: string,
  certainty: ReadingQuestion["certainty"],
  isBackground: boolean,
  choices: ReadingChoices,
): ReadingQuestion {
  const options: ReadingOption[] = [
    { value: "unlisted", text: `${what} is unlisted: kept and ignored`, why: "The list names all classes." },
    { value: "background", text: `${what} is background`, why },
  ];
  if (isBackground) options.reverse();
  return question("background", title, options, certainty, choices);
}

/** Whether 255 (65535) is void, by the ids beside it; no question where it is one of a row of ids. */
export function voidQuestions(
  ids: readonly number[],
  count: number,
  choices: ReadingChoices,
): { readonly id: number; readonly question: ReadingQuestion }[] {
  const others = ids.filter((id) => !isVoidId(id)).sort((a, b) => a - b);
  const asked = ids.filter((id) => isVoidId(id) && (others[others.length - 1] ?? 0) < id - 1);
  return asked.map((id) => {
    const isVoid = voidFits(id, ids, count);
    const options: ReadingOption[] = [
      { value: "void", text: `${id} is void: ignored`, why: `The other ids are small: ${listed(others)}.` },
      { value: "class", text: `${id} is a class`, why: `The labels hold ${listed([...others, id])}.` },
    ];
    if (!isVoid) options.reverse();
    const isClear = isVoid ? count > 0 || others.length > 3 : others.length < 2;
    return { id, question: question("void", `What is id ${id}?`, options, isClear ? "clear" : "likely", choices) };
  });
}

/** A question with the user's choice, else the first option. */
function question(
  id: ReadingQuestion["id"],
  title: string,
  options: readonly ReadingOption[],
  certainty: ReadingQuestion["certainty"],
  choices: ReadingChoices,
): ReadingQuestion {
  const chosen = options.find(({ value }) => value === choices.get(id)) ?? options[0];
  return { id, title, options, chosen: chosen.value, certainty };
}

function background(id: number): ClassInfo {
  return { id, name: "background", color: [0, 0, 0], ignored: false };
}

function voidClass(id: number, isVoid: boolean): ClassInfo {
  return { id, name: isVoid ? "void" : `class ${id}`, color: vocColor(id % 256), ignored: isVoid };
}
