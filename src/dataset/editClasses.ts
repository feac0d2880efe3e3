import { type ClassInfo, type ClassTable, classTable } from "../core/classTable";
import { rgbKey } from "../core/palette";
import type { Dataset } from "./types";

/**
 * The data set with other classes: renamed, recoloured, (un)ignored, added. Colours shown may change freely: how files
 * code their ids stays as it was read. Where they code them by colour, the colours of added classes become part of it.
 * @throws RangeError when an id occurs twice.
 */
export function withClasses(dataset: Dataset, classes: ClassTable): Dataset {
  const { read = { classes: dataset.classes, codec: dataset.codec } } = dataset;
  const before = new Set(read.classes.map((info) => info.id));
  const coded = new Set(read.codec.colors.map((code) => rgbKey(code.color)));
  const codedIds = new Set(read.codec.colors.map((code) => code.id));
  const isNew = ({ id, color }: ClassInfo) => !before.has(id) && !codedIds.has(id) && !coded.has(rgbKey(color));
  const added = classes.filter((info) => info.id < 0x8000 && isNew(info));
  const isColorCoded = read.codec.colors.length > 0;
  const colors = isColorCoded
    ? [...read.codec.colors, ...added.map(({ color, id }) => ({ color, id }))]
    : read.codec.colors;
  const { offPalette } = read.codec;
  const real = [...(offPalette?.ids ?? []), ...classes.filter(({ id }) => !before.has(id)).map(({ id }) => id)];
  const codec = { ...read.codec, colors, ...(offPalette ? { offPalette: { ...offPalette, ids: real } } : {}) };
  return { ...dataset, read, classes: classTable(classes), codec };
}
