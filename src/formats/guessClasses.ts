import { type ClassInfo, type ClassTable, classTable, type Rgb } from "../core/classTable";
import { displayPalette, rgbKey, rgbToHex, vocColor, vocIdOf } from "../core/palette";
import type { LabelCodec } from "./labelCodec";
import type { SeenLabels } from "./layout";

/** Beyond this many colours the rare ones are taken for smoothed edges, not for classes. */
const manyColors = 64;
const rareShare = 0.001;

/** Classes made up from labels, and the coding that goes with them. */
export interface GuessedClasses {
  readonly classes: ClassTable;
  readonly codec: LabelCodec;
}

/**
 * Classes for a data set without a class list, from what its labels hold. Ids keep their numbers; 255 (65535 in
 * 16-bit files) is void unless only one other id occurs, as in binary masks. Colours become their VOC ids where all
 * are VOC's, so that the order of files plays no part; else ids from 0 in order of colour. Indexed files hold ids,
 * unless their palettes contradict each other: then only the colours can mean anything.
 */
export function guessClasses(seen: SeenLabels): GuessedClasses {
  const colorOfIndex = new Map(seen.entries.map((entry) => [entry.index, rgbKey(entry.color)]));
  const indexed = seen.entries.every((entry) => colorOfIndex.get(entry.index) === rgbKey(entry.color))
    ? "ids"
    : "colors";
  const counts = new Map(seen.colors);
  if (indexed === "colors") {
    for (const { color, count } of seen.entries) counts.set(rgbKey(color), (counts.get(rgbKey(color)) ?? 0) + count);
  }
  const indices = new Set(seen.entries.map((entry) => entry.index));
  const ids = [...seen.ids.keys()].filter((id) => indexed === "ids" || !indices.has(id));
  const fromIds = ids.map((id): ClassInfo => {
    const isVoid = ids.length > 2 && (id === 255 || id === 65535);
    return { id, name: isVoid ? "void" : `class ${id}`, color: colorOfId(id, colorOfIndex.get(id)), ignored: isVoid };
  });
  const colors = commonColors(counts);
  const vocColors = colors.length > 0 && colors.every((rgb) => vocIdOf(rgb) >= 0);
  const firstId = Math.max(-1, ...ids) + 1;
  const fromColors = colors.map((color, index): ClassInfo => {
    if (!vocColors) return { id: firstId + index, name: rgbToHex(color), color, ignored: false };
    const id = vocIdOf(color);
    return { id, name: id === 255 ? "void" : `class ${id}`, color, ignored: id === 255 };
  });
  const taken = new Set(ids);
  return {
    classes: classTable([...fromIds, ...fromColors.filter((info) => !taken.has(info.id))]),
    codec: { colors: vocColors ? [] : fromColors.map(({ color, id }) => ({ color, id })), vocColors, indexed },
  };
}

function commonColors(counts: ReadonlyMap<number, number>): Rgb[] {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts]
    .filter(([, count]) => counts.size <= manyColors || count >= total * rareShare)
    .map(([key]) => key)
    .sort((a, b) => a - b)
    .map(rgbOfKey);
}

function rgbOfKey(key: number): Rgb {
  return [key >> 16, (key >> 8) & 255, key & 255];
}

function colorOfId(id: number, paletteColor: number | undefined): Rgb {
  if (paletteColor !== undefined) return rgbOfKey(paletteColor);
  return id < 256 ? vocColor(id) : displayPalette((id % 97) + 1)[id % 97];
}
