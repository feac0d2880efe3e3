import { type ClassInfo, classTable, type Rgb } from "../core/classTable";
import { counted } from "../core/counted";
import { displayPalette, isGrey, rgbKey, rgbOfKey, rgbToHex, vocColor, vocIdOf } from "../core/palette";
import { voidFits } from "./classOrder";
import type { SeenLabels } from "./layout";
import { choose, noChoices, type ReadingChoices, type ReadingQuestion } from "./questions";
import { type ClassReading, greyCodes, greyIds, voidQuestions } from "./readByList";

/**
 * Classes for a data set without a class list, from what its labels hold. Ids keep their numbers, the greys of R = G = B
 * files too; 255 (65535 in 16-bit files) is void where that leaves an object besides it. Colours become their VOC ids
 * where all are VOC's, so that the order of files plays no part; else ids from 0 in order of colour. Indexed files hold
 * ids, unless their palettes contradict each other: then only the colours can mean anything. Beside RGB files in the
 * colours of their palettes they are read by colour too.
 */
export function guessClasses(seen: SeenLabels, choices: ReadingChoices = noChoices): ClassReading {
  const colorOfIndex = new Map(seen.entries.map((entry) => [entry.index, rgbKey(entry.color)]));
  const differ = seen.entries.some((entry) => colorOfIndex.get(entry.index) !== rgbKey(entry.color));
  const mixed = differ ? null : paletteQuestion(seen, choices);
  const isByPalette = differ || mixed?.chosen === "colors";
  const keys = new Set(seen.colors.keys());
  if (isByPalette) for (const { color } of seen.entries) keys.add(rgbKey(color));
  const found = [...keys].sort((a, b) => a - b).map(rgbOfKey);
  const isGreys = !isByPalette && found.every(isGrey);

  const plainIds = greyIds(seen);
  const stored = [...(isByPalette ? plainIds : seen.ids).keys()];
  const ids = [...new Set([...stored, ...(isGreys ? found.map(([grey]) => grey) : [])])];
  const voids = voidQuestions(ids, 0, choices, seen.isVoidApart);
  const questions = [...(mixed ? [mixed] : []), ...voids.map(({ question }) => question)];
  const isVoid = (id: number) => voids.some((one) => one.id === id && one.question.chosen === "void");
  const fromIds = ids.map((id): ClassInfo => {
    const name = isVoid(id) ? "void" : `class ${id}`;
    return { id, name, color: colorOfId(id, colorOfIndex.get(id)), ignored: isVoid(id) };
  });
  if (isGreys) {
    const colors = found.length > 0 ? greyCodes : [];
    return { classes: classTable(fromIds), codec: { colors, vocColors: false, indexed: "ids" }, questions };
  }

  const notes = [...(plainIds.size > 0 ? [unrelated] : []), ...(differ ? [paletteNote] : [])];
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
    notes,
  };
}

const paletteNote = {
  reason: "The palettes of indexed labels differ: they are read by colour, whatever the index.",
  remedy: "Check that equal colours mean the same class in all of them.",
};

const unrelated = {
  reason: "Some labels hold ids, others colours, and no class list tells which belong together.",
  remedy: "Add a class list with ids and colours, or open the two kinds one at a time.",
};

/** RGB files beside indexed ones: whether palettes and pixels share their colours. Null where ids and colours agree. */
function paletteQuestion(seen: SeenLabels, choices: ReadingChoices): ReadingQuestion | null {
  const isSeen = (color: Rgb) => seen.colors.has(rgbKey(color));
  const colors = [...seen.colors.keys()].map(rgbOfKey);
  if (seen.entries.length === 0 || colors.every(isGrey)) return null;
  const areVoc = colors.every((color) => vocIdOf(color) >= 0);
  if (areVoc && seen.entries.every(({ index, color }) => vocIdOf(color) === index)) return null;
  const entries = seen.entries.filter(({ color }) => rgbKey(color) !== 0);
  const shared = entries.filter(({ color }) => isSeen(color)).length;
  const keys = new Set(entries.map(({ color }) => rgbKey(color)));
  const common = [...keys].filter((key) => seen.colors.has(key)).length;
  const why = `${common} of the palettes' ${counted(keys.size, "colour")} ${common === 1 ? "occurs" : "occur"} in the RGB files.`;
  const options = [
    { value: "colors", text: "Colours tell the classes, in palettes too", why },
    { value: "ids", text: "Indices are ids; RGB files hold other classes", why },
  ];
  if (shared === 0) options.reverse();
  const isAll = shared === entries.length || colors.every((color) => rgbKey(color) === 0 || keys.has(rgbKey(color)));
  const certainty = shared > 0 && isAll ? "likely" : "open";
  return choose("coding", "What do indexed labels hold?", options, certainty, choices);
}

const idColors = displayPalette(97);

function colorOfId(id: number, paletteColor: number | undefined): Rgb {
  if (paletteColor !== undefined) return rgbOfKey(paletteColor);
  return id < 256 ? vocColor(id) : idColors[id % 97];
}
