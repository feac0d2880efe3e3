import type { Rgb } from "../core/classTable";
import { isGrey, rgbKey, rgbOfKey, rgbToHex } from "../core/palette";
import type { ClassList } from "./classList";
import type { SeenLabels } from "./layout";
import { nearColors } from "./nearColors";
import { choose, type ReadingChoices, type ReadingQuestion } from "./questions";

/** How files lead to the ids of a list's classes. */
export type Way =
  /** By colours of the list, of pixels and of palettes. */
  | "colors"
  /** The list's colours are greys, which are the ids. */
  | "listed greys"
  /** Ids: of grey and indexed files, greys of R = G = B files, VOC's colours. */
  | "ids";

/** Values that labels hold as greys, with their pixels. */
function greyValues(seen: SeenLabels): Map<number, number> {
  const values = new Map(seen.ids);
  for (const [key, count] of seen.colors) {
    if (isGrey(rgbOfKey(key))) values.set(key & 255, (values.get(key & 255) ?? 0) + count);
  }
  return values;
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

function colorsOf({ entries }: ClassList): readonly Rgb[] {
  return entries.flatMap(({ color }) => (color ? [color] : []));
}

export function wayOf(list: ClassList, seen: SeenLabels, colors: readonly Rgb[], isByPalette: boolean): Way {
  if (!list.hasColors) return "ids";
  if (areListedGreys(list, seen, colors)) return "listed greys";
  const listed = colorsOf(list);
  const keys = new Set(listed.map(rgbKey));
  if (colors.some((color) => rgbKey(color) !== 0 && keys.has(rgbKey(color)))) return "colors";
  if (colors.length > 0 && colors.every((color) => rgbKey(color) === 0) && seen.ids.size === 0) return "colors";
  const { placeOf } = nearColors(listed);
  const near = [...seen.colors].filter(([key]) => placeOf(rgbOfKey(key)) >= 0);
  const isNearly = near.length > 1 && 2 * sum(near.map(([, count]) => count)) > sum(seen.colors.values());
  if (isNearly && !colors.every(isGrey)) return "colors";
  return colors.length === 0 && isByPalette ? "colors" : "ids";
}

/** A list of greys names those of grey files, though some there be unlisted. */
function areListedGreys({ entries, hasIds }: ClassList, seen: SeenLabels, colors: readonly Rgb[]): boolean {
  const greys = new Set(entries.map(({ color }) => (color && isGrey(color) ? color[0] : -1)));
  if (greys.has(-1) || seen.entries.length > 0 || !colors.every(isGrey)) return false;
  const used = [...greyValues(seen)].filter(([value]) => value !== 0);
  const listed = used.filter(([value]) => greys.has(value));
  const ids = new Set(entries.map(({ id }, i) => id ?? i));
  const areIds = used.every(([value]) => ids.has(value));
  if (listed.length === used.length) return !hasIds || !areIds;
  const pixels = (values: typeof used) => sum(values.map(([, count]) => count));
  return !areIds && listed.length * 2 >= used.length && pixels(listed) * 2 >= pixels(used);
}

/** Whether an indexed file's palette, not its indices, leads to a list's classes; a question where they disagree. */
export function paletteCoding(
  list: ClassList,
  seen: SeenLabels,
  choices: ReadingChoices,
): { isByPalette: boolean; question?: ReadingQuestion } {
  if (!list.hasColors || seen.entries.length === 0) return { isByPalette: false };
  // Classes may share a colour (Cityscapes' do): then every one of their ids agrees with it.
  const idsOf = new Map<number, Set<number>>();
  for (const [i, { id = i, color }] of list.entries.entries()) {
    if (color) idsOf.set(rgbKey(color), (idsOf.get(rgbKey(color)) ?? new Set()).add(id));
  }
  const held = new Map<number, Set<number>>();
  for (const { index, color } of seen.entries) {
    held.set(index, (held.get(index) ?? new Set()).add(rgbKey(color)));
  }
  const differ = [...held.values()].some((colors) => colors.size > 1);
  const known = seen.entries.filter(({ color }) => idsOf.has(rgbKey(color)));
  const disagreeing = known.filter(({ index, color }) => !idsOf.get(rgbKey(color))?.has(index));
  const isAgreed = disagreeing.length === 0 && known.length === seen.entries.length;
  const isKnown = known.length === seen.entries.length || (differ && known.length > seen.entries.length / 2);
  const isByPalette = !isAgreed && isKnown;
  const ids = new Set(list.entries.map(({ id }, i) => id ?? i));
  const areIds = seen.entries.every(({ index }) => ids.has(index));
  // Palettes that share black alone, or a chance colour, say nothing.
  const isChance = disagreeing.filter(({ color }) => rgbKey(color) !== 0).length < 2;
  if (disagreeing.length === 0 || !areIds || differ || (!isByPalette && isChance)) return { isByPalette };
  const [{ index, color }] = disagreeing;
  const nameOf = (id: number) => list.entries.find((entry, i) => (entry.id ?? i) === id)?.name ?? `class ${id}`;
  const [first = 0] = idsOf.get(rgbKey(color)) ?? [];
  const byColor = nameOf(first);
  const example = `Index ${index} has the colour ${rgbToHex(color)} in the labels.`;
  const options = [
    {
      value: "by color",
      text: `the palette's colours: ${index} is ${byColor}`,
      why: `${example} In the list that is ${byColor}.`,
    },
    {
      value: "by index",
      text: `the indices: ${index} is ${nameOf(index)}`,
      why: `${example} In the list ${index} is ${nameOf(index)}.`,
    },
  ];
  if (!isByPalette) options.reverse();
  const certainty = list.hasIds && isByPalette ? "open" : "likely";
  const question = choose("order", "What tells the classes of indexed labels?", options, certainty, choices);
  return { isByPalette: question.chosen === "by color", question };
}

/** ITU-R BT.601 as Pillow, OpenCV and MATLAB round it, and BT.709 as scikit-image weights it. */
const weights = [
  [0.299, 0.587, 0.114],
  [0.2125, 0.7154, 0.0721],
];

/**
 * Where colour labels were converted to grey, the grey that each of a list's colours became: its luminance.
 * @returns an id a class, and whether two classes share a grey; null where the labels hold something else.
 */
export function luminanceIds(list: ClassList, seen: SeenLabels): { ids: readonly number[]; isShared: boolean } | null {
  const colors = colorsOf(list);
  const isGreyOnly = seen.entries.length === 0 && [...seen.colors.keys()].every((key) => isGrey(rgbOfKey(key)));
  if (!list.hasColors || !isGreyOnly || colors.every(isGrey)) return null;
  const values = greyValues(seen);
  const ids = new Set(list.entries.map(({ id }, i) => id ?? i));
  const used = [...values].filter(([value]) => value !== 0);
  // Of so many values less than the share asked for below are greys of 8 bits.
  if (used.length < 2 || 0.7 * used.length > 256 || used.every(([value]) => ids.has(value))) return null;
  for (const [r, g, b] of weights) {
    const greys = colors.map((color) => r * color[0] + g * color[1] + b * color[2]);
    const told = used.filter(([value]) => greys.some((grey) => Math.abs(grey - value) <= 1));
    const pixels = sum(told.map(([, count]) => count)) / sum(used.map(([, count]) => count));
    if (told.length < 2 || told.length < 0.7 * used.length || pixels < 0.7) continue;
    const taken = new Set<number>();
    let isShared = false;
    let free = 256;
    const found = greys.map((grey) => {
      const near = [...values.keys()].filter((value) => Math.abs(grey - value) <= 1);
      isShared ||= near.length > 1 || near.some((value) => taken.has(value));
      const id = near.find((value) => !taken.has(value)) ?? Math.round(grey);
      const own = taken.has(id) ? free++ : id;
      taken.add(own);
      return own;
    });
    return { ids: found, isShared };
  }
  return null;
}

/** Classes of one colour that occurs in the labels: which of them it is, no file says. */
export function sharedColors(list: ClassList, seen: SeenLabels, isByPalette: boolean): readonly (readonly string[])[] {
  const met = new Set([...seen.colors.keys(), ...(isByPalette ? seen.entries.map(({ color }) => rgbKey(color)) : [])]);
  const byColor = new Map<number, ClassList["entries"][number][]>();
  for (const entry of list.entries) {
    if (!entry.color || !met.has(rgbKey(entry.color))) continue;
    const others = byColor.get(rgbKey(entry.color));
    if (others) others.push(entry);
    else byColor.set(rgbKey(entry.color), [entry]);
  }
  return [...byColor.values()]
    .filter((entries) => entries.length > 1 && !entries.every(({ ignored }) => ignored))
    .map((entries) => entries.map(({ name }) => name));
}

/** Colours that a list lacks but that lie next to one of its own, with their pixels; not those next to several. */
export function nearMisses(
  listed: readonly Rgb[],
  seen: SeenLabels,
  isByPalette: boolean,
): { values: number; pixels: number } {
  const keys = new Set(listed.map(rgbKey));
  const held: [number, number][] = [...seen.colors];
  if (isByPalette) held.push(...seen.entries.map(({ color, count }): [number, number] => [rgbKey(color), count]));
  const { placeOf } = nearColors(listed);
  const near = held.filter(([key]) => !keys.has(key) && placeOf(rgbOfKey(key)) >= 0);
  return { values: near.length, pixels: sum(near.map(([, count]) => count)) };
}
