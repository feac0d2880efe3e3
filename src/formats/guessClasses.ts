import { type ClassInfo, classTable, type Rgb } from "../core/classTable";
import { displayPalette, isGrey, rgbKey, rgbOfKey, rgbToHex, vocColor, vocIdOf } from "../core/palette";
import { voidFits } from "./classOrder";
import type { SeenLabels } from "./layout";
import { noChoices, type ReadingChoices } from "./questions";
import { type ClassReading, greyCodes, voidQuestions } from "./readByList";

/**
 * Classes for a data set without a class list, from what its labels hold. Ids keep their numbers, the greys of R = G = B
 * files too; 255 (65535 in 16-bit files) is void where that leaves an object besides it. Colours become their VOC ids
 * where all are VOC's, so that the order of files plays no part; else ids from 0 in order of colour. Indexed files hold
 * ids, unless their palettes contradict each other: then only the colours can mean anything.
 */
export function guessClasses(seen: SeenLabels, choices: ReadingChoices = noChoices): ClassReading {
  const colorOfIndex = new Map(seen.entries.map((entry) => [entry.index, rgbKey(entry.color)]));
  const isByPalette = seen.entries.some((entry) => colorOfIndex.get(entry.index) !== rgbKey(entry.color));
  const keys = new Set(seen.colors.keys());
  if (isByPalette) for (const { color } of seen.entries) keys.add(rgbKey(color));
  const found = [...keys].sort((a, b) => a - b).map(rgbOfKey);
  const isGreys = !isByPalette && found.every(isGrey);

  const indices = new Set(seen.entries.map((entry) => entry.index));
  const stored = [...seen.ids.keys()].filter((id) => !isByPalette || !indices.has(id));
  const ids = [...new Set([...stored, ...(isGreys ? found.map(([grey]) => grey) : [])])];
  const voids = voidQuestions(ids, 0, choices);
  const questions = voids.map(({ question }) => question);
  const isVoid = (id: number) => voids.some((one) => one.id === id && one.question.chosen === "void");
  const fromIds = ids.map((id): ClassInfo => {
    const name = isVoid(id) ? "void" : `class ${id}`;
    return { id, name, color: colorOfId(id, colorOfIndex.get(id)), ignored: isVoid(id) };
  });
  if (isGreys) {
    const colors = found.length > 0 ? greyCodes : [];
    return { classes: classTable(fromIds), codec: { colors, vocColors: false, indexed: "ids" }, questions };
  }

  const vocColors = found.every((rgb) => vocIdOf(rgb) >= 0);
  const firstId = Math.max(-1, ...ids) + 1;
  const vocIds = found.map(vocIdOf);
  const fromColors = found.map((color, index): ClassInfo => {
    if (!vocColors) return { id: firstId + index, name: rgbToHex(color), color, ignored: false };
    const ignored = voidFits(vocIds[index], vocIds);
    return { id: vocIds[index], name: ignored ? "void" : `class ${vocIds[index]}`, color, ignored };
  });
  const taken = new Set(ids);
  return {
    classes: classTable([...fromIds, ...fromColors.filter((info) => !taken.has(info.id))]),
    codec: {
      colors: vocColors ? [] : fromColors.map(({ color, id }) => ({ color, id })),
      vocColors,
      indexed: isByPalette ? "colors" : "ids",
    },
    questions,
  };
}

const idColors = displayPalette(97);

function colorOfId(id: number, paletteColor: number | undefined): Rgb {
  if (paletteColor !== undefined) return rgbOfKey(paletteColor);
  return id < 256 ? vocColor(id) : idColors[id % 97];
}
