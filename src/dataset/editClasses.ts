import { type ClassTable, classTable } from "../core/classTable";
import { rgbKey } from "../core/palette";
import type { Dataset } from "./types";

/**
 * The data set with other classes: renamed, recoloured, (un)ignored, added. Colours shown may change freely: how files
 * code their ids stays as it was read, and only a new class's colour becomes part of it.
 * @throws RangeError when an id occurs twice.
 */
export function withClasses(dataset: Dataset, classes: ClassTable): Dataset {
  const before = new Set(dataset.classes.map((info) => info.id));
  const coded = new Set(dataset.codec.colors.map((code) => rgbKey(code.color)));
  const added = classes.filter((info) => !before.has(info.id) && info.id < 0x8000 && !coded.has(rgbKey(info.color)));
  const isColorCoded = dataset.codec.colors.length > 0;
  const colors = isColorCoded
    ? [...dataset.codec.colors, ...added.map(({ color, id }) => ({ color, id }))]
    : dataset.codec.colors;
  return { ...dataset, classes: classTable(classes), codec: { ...dataset.codec, colors } };
}
