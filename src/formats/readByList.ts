import { type ClassInfo, type ClassTable, classTable, type Rgb } from "../core/classTable";
import { isGrey, rgbKey, rgbOfKey, vocColor, vocIdOf } from "../core/palette";
import type { ClassList } from "./classList";
import { isSurelyVoid, isVoidName } from "./classLists/classEntry";
import { classOrders, isVoidId, listed, voidFits } from "./classOrder";
import type { LabelCodec } from "./labelCodec";
import type { LabelMeaning, SeenLabels } from "./layout";
import { luminanceIds, nearMisses, paletteCoding, sharedColors, type Way, wayOf } from "./listCoding";
import { nearColors } from "./nearColors";
import { oddId, reversedOrder, share, shiftQuestion } from "./orderEvidence";
import { choose, type ReadingChoices, type ReadingOption, type ReadingQuestion } from "./questions";

/** What labels mean, and at which points they could mean something else. */
export interface ClassReading {
  readonly classes: ClassTable;
  readonly codec: LabelCodec;
  readonly questions: readonly ReadingQuestion[];
  /** What of the labels it cannot tell, as sentences with a remedy. */
  readonly notes?: readonly { readonly reason: string; readonly remedy: string }[];
}

/** R = G = B: the grey is the id. */
export const greyCodes = Array.from({ length: 256 }, (_, id) => ({ color: [id, id, id] as Rgb, id }));

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
  const palette = paletteCoding(list, seen, choices);
  const way = wayOf(list, seen, colors, palette.isByPalette || palette.question !== undefined);
  const isByPalette = way === "colors" && palette.isByPalette;
  const isVoc = meaning.vocColors || colors.every((color) => vocIdOf(color) >= 0);
  const isCodedByGrey = colors.length > 0 && way !== "colors" && colors.every(isGrey);
  const isCodedByVoc = colors.length > 0 && way !== "colors" && !isCodedByGrey;
  if (isCodedByVoc && (list.hasColors || !isVoc)) return null;

  const ids = usedIds(seen, way);
  const questions: ReadingQuestion[] = [];
  let classIds = list.entries.map(({ id }, i) => id ?? i);
  if (way === "listed greys") classIds = list.entries.map(({ color }) => color?.[0] ?? 0);
  const luminance = way === "ids" ? luminanceIds(list, seen) : null;
  if (palette.question) questions.push(palette.question);
  else if (luminance && list.hasIds) {
    const question = luminanceQuestion(luminance.isShared, choices);
    questions.push(question);
    if (question.chosen === "luminance") classIds = [...luminance.ids];
  } else if (way === "ids" && list.hasIds) {
    const question = shiftQuestion(list, ids, choices);
    if (question) questions.push(question);
    if (question?.chosen === "after 0") classIds = classIds.map((id) => id + 1);
    if (question?.chosen === "before 1") classIds = classIds.map((id) => id - 1);
  } else if (way === "ids") {
    const order = orderOf(list, meaning, seen, ids, luminance, choices);
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
      : unlistedIds(classIds, ids, questions, choices, list.path, seen.isVoidApart);
  questions.push(...extra.questions);
  const namedVoid = questions.some(({ id }) => id === "void") ? null : namedVoidQuestion(classes, choices);
  if (namedVoid) questions.push(namedVoid);
  const shared = way === "colors" ? sharedColors(list, seen, isByPalette) : [];
  const codes = ownCodes(list, classIds, shared, questions, choices);
  const colorCodes = [...codes, ...(way === "colors" ? extra.classes.map(({ color, id }) => ({ color, id })) : [])];
  const snaps = way === "colors" && snapping(colorCodes, seen, isByPalette, questions, choices);
  return {
    classes: classTable([...(namedVoid?.chosen === "class" ? withoutVoid(classes) : classes), ...extra.classes]),
    codec: {
      colors: isCodedByGrey ? greyCodes : list.hasColors && way !== "listed greys" ? colorCodes : [],
      vocColors: isCodedByVoc,
      indexed: isByPalette ? "colors" : "ids",
      ...(snaps ? { snaps } : {}),
    },
    questions,
    notes: mixedNotes(list, seen, way),
  };
}

/** Whether colours next to listed ones stand for their classes. */
function snapping(
  codes: readonly { readonly color: Rgb }[],
  seen: SeenLabels,
  isByPalette: boolean,
  questions: ReadingQuestion[],
  choices: ReadingChoices,
): boolean {
  const listedColors = codes.map(({ color }) => color);
  const { values, pixels } = nearMisses(listedColors, seen, isByPalette);
  if (values === 0) return false;
  const found = `${values.toLocaleString("en")} unlisted ${values === 1 ? "colour lies" : "colours lie"} within 8 levels of a listed one (${pixels.toLocaleString("en")} px)`;
  const options: ReadingOption[] = [
    {
      value: "snap",
      text: "the listed colour next to them",
      why: `${found}: compression or rounding moves colours so.`,
    },
    { value: "unlisted", text: "unlisted: kept and ignored", why: `${found}, and the list may lack classes.` },
  ];
  const certainty = nearColors(listedColors).areNear ? "open" : "likely";
  const question = choose("nearColors", "What are colours next to listed ones?", options, certainty, choices);
  questions.push(question);
  return question.chosen === "snap";
}

/** Colours and ids in one data set: a list that has colours but no ids says nothing of the ids. */
function mixedNotes(list: ClassList, seen: SeenLabels, way: Way): NonNullable<ClassReading["notes"]> {
  const hasColors = [...seen.colors.keys()].some((key) => !isGrey(rgbOfKey(key)));
  if (way !== "colors" || list.hasIds || !hasColors || greyIds(seen).size === 0) return [];
  const reason = "Some labels hold colours, others ids, and the list gives no ids: ids are read in the list's order.";
  return [{ reason, remedy: "Check the labels of ids, or give the classes ids in the list." }];
}

/** Pixels of each id in files without a palette. */
export function greyIds(seen: SeenLabels): Map<number, number> {
  const ids = new Map(seen.ids);
  for (const { index, count } of seen.entries) ids.set(index, (ids.get(index) ?? 0) - count);
  return new Map([...ids].filter(([, count]) => count > 0));
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
  luminance: ReturnType<typeof luminanceIds>,
  choices: ReadingChoices,
): { ids: readonly number[]; question: ReadingQuestion } {
  const names = entries.map(({ name }) => name);
  const odd = oddId(names.length, ids);
  const told = classOrders(names, odd === null ? [...ids.keys()] : [...ids.keys()].filter((id) => id !== odd));
  const reversed = odd === null ? reversedOrder(names, ids) : [];
  const byUse = odd === null ? [] : classOrders(names, [...ids.keys()]).orders;
  const orders = [...told.orders, ...reversed, ...byUse].filter(
    (order, i, all) => all.findIndex(({ value }) => value === order.value) === i,
  );
  const isOpposed = reversed.length > 0 && told.certainty === "clear";
  const certainty = isOpposed ? "open" : odd !== null && told.certainty === "clear" ? "likely" : told.certainty;
  // The layout's own classes under the same names settle it: SegNet's 11 names, and 11 is void.
  const own = meaning.defaultClasses(seen);
  const known = orders.find((order) => {
    const same = order.ids.filter((id, i) => own?.some((info) => info.id === id && isSameName(info.name, names[i])));
    return same.length > 0.7 * names.length;
  });
  const byLuminance = luminance ? [{ ...luminanceOption, ids: luminance.ids }] : [];
  const sorted = known ? [known, ...orders.filter((order) => order !== known)] : [...byLuminance, ...orders];
  const chosen = sorted.find(({ value }) => value === choices.get("order")) ?? sorted[0];
  const question: ReadingQuestion = {
    id: "order",
    title: "Which ids do the names stand for?",
    options: sorted.map(({ value, text, why }) => ({ value, text, why })),
    chosen: chosen.value,
    certainty: known ? "clear" : luminance ? (luminance.isShared ? "open" : "likely") : certainty,
  };
  return { ids: chosen.ids, question };
}

const luminanceOption = {
  value: "luminance",
  text: "the greys that the list's colours become",
  why: "The labels hold the luminance of the list's colours: colour labels that were converted to grey.",
};

function luminanceQuestion(isShared: boolean, choices: ReadingChoices): ReadingQuestion {
  const ids = { value: "ids", text: "the list's ids", why: "The list gives ids." };
  const certainty = isShared ? "open" : "likely";
  return choose("order", "Which ids do the names stand for?", [luminanceOption, ids], certainty, choices);
}

/** The list's colours with their ids; of classes that share one, those of one class alone. */
function ownCodes(
  list: ClassList,
  classIds: readonly number[],
  shared: readonly (readonly string[])[],
  questions: ReadingQuestion[],
  choices: ReadingChoices,
): { color: Rgb; id: number }[] {
  const codes = list.entries.flatMap(({ color }, i) => (color ? [{ color, id: classIds[i] }] : []));
  if (shared.length === 0) return codes;
  const named = shared.map((names) => names.join(" and ")).join("; ");
  const why = `The list gives one colour to ${named}.`;
  const options = [
    { value: "first", text: shared.map((names) => names[0]).join(", "), why },
    { value: "last", text: shared.map((names) => names[names.length - 1]).join(", "), why },
  ];
  const question = choose("sharedColor", "Which class has a colour that several share?", options, "open", choices);
  questions.push(question);
  return question.chosen === "last" ? codes.reverse() : codes;
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
  isVoidApart = false,
): Pick<ClassReading, "classes" | "questions"> {
  const classes: ClassInfo[] = [];
  const questions: ReadingQuestion[] = [];
  const named = new Set(classIds);
  const isNamed = (id: number) => named.has(id);
  const order = asked.find(({ id }) => id === "order")?.chosen;
  const isAfter0 = order === "from 1" || order === "used after 0" || order === "after 0";
  const isAfterBackground = /\.pbtxt$/i.test(path);
  const isSupervisely = isAfterBackground || /obj_class_to_machine_color\.json$/i.test(path);
  const part = share(ids, 0);
  if (!isNamed(0) && (isAfter0 || part >= offeredShare)) {
    const reason = isAfterBackground
      ? "TensorFlow's label maps number classes from 1 and keep 0 for the background."
      : isSupervisely
        ? "Supervisely writes 0 where there is no object."
        : covers("0", part);
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
  for (const { id, question } of voidQuestions([...ids.keys()], classIds.length, choices, isVoidApart)) {
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
  return choose("background", title, options, certainty, choices);
}

/** Whether 255 (65535) is void, by the ids beside it; no question where it is one of a row of ids. */
export function voidQuestions(
  ids: readonly number[],
  count: number,
  choices: ReadingChoices,
  isApart = false,
): { readonly id: number; readonly question: ReadingQuestion }[] {
  const others = ids.filter((id) => !isVoidId(id)).sort((a, b) => a - b);
  const asked = ids.filter((id) => isVoidId(id) && (others[others.length - 1] ?? 0) < id - 1);
  return asked.map((id) => {
    const isVoid = voidFits(id, ids, count);
    const options: ReadingOption[] = [
      { value: "void", text: `${id} is void: ignored`, why: `The other ids are small: ${listed(others)}.` },
      { value: "class", text: `${id} is a class`, why: `The labels hold ${listed([...others, id])}.` },
    ];
    // Files of 0 and 255 beside files of 0 and 1: the same object, written twice.
    if (isVoid && isApart && others.filter((other) => other !== 0).length === 1) {
      const why = `No label holds ${id} together with ${listed(others.filter((other) => other !== 0))}.`;
      const asked = [{ ...options[1], why }, options[0]];
      return { id, question: choose("void", `What is id ${id}?`, asked, "open", choices) };
    }
    if (!isVoid) options.reverse();
    const isClear = isVoid ? count > 0 || others.length > 3 : others.length < 2;
    return { id, question: choose("void", `What is id ${id}?`, options, isClear ? "clear" : "likely", choices) };
  });
}

/** Whether a class that is called void is ignored: in the midst of a list it may be a class (pores of a material). */
function namedVoidQuestion(classes: readonly ClassInfo[], choices: ReadingChoices): ReadingQuestion | null {
  const voids = classes.filter(({ name, ignored }) => ignored && isVoidName(name));
  if (voids.length === 0) return null;
  const names = voids.map(({ name }) => name).join(", ");
  const ids = classes.map(({ id }) => id);
  const isAmid = voids.every(({ id }) => id !== Math.min(...ids) && id !== Math.max(...ids) && !isVoidId(id));
  const options: ReadingOption[] = [
    { value: "void", text: "ignored", why: "That is what the name says elsewhere." },
    { value: "class", text: "a class", why: `The list has ${names} among its classes.` },
  ];
  const isDoubtful = (isAmid && voids.length === 1) || !voids.every(({ name }) => isSurelyVoid(name));
  return choose("void", `What is ${names}?`, options, isDoubtful ? "likely" : "clear", choices);
}

function withoutVoid(classes: readonly ClassInfo[]): ClassInfo[] {
  return classes.map((info) => (isVoidName(info.name) ? { ...info, ignored: false } : info));
}

function background(id: number): ClassInfo {
  return { id, name: "background", color: [0, 0, 0], ignored: false };
}

function voidClass(id: number, isVoid: boolean): ClassInfo {
  return { id, name: isVoid ? "void" : `class ${id}`, color: vocColor(id % 256), ignored: isVoid };
}
