import { type ClassTable, mergeClasses, type Rgb } from "../core/classTable";
import { rgbKey, vocColor, vocIdOf } from "../core/palette";
import { readClassList } from "../formats/classList";
import { guessClasses } from "../formats/guessClasses";
import type { LabelCodec } from "../formats/labelCodec";
import type { FileRoles, SeenLabels } from "../formats/layout";
import { fileError, problemOf } from "./errors";
import type { Problem } from "./types";

/** The classes of a data set and how its labels code them. */
export interface ChosenClasses {
  readonly classes: ClassTable;
  readonly guessed: boolean;
  readonly codec: LabelCodec;
  readonly problems: readonly Problem[];
}

/** A class list that was found, with its text. */
export interface ClassText {
  readonly path: string;
  readonly text: string;
}

/** Classes from the data set's own list, else the layout's, else made from what the labels hold. */
export function chooseClasses(roles: FileRoles, lists: readonly ClassText[], seen: SeenLabels): ChosenClasses {
  const problems: Problem[] = [];
  for (const { path, text } of lists) {
    try {
      const list = readClassList(path, text);
      if (list.hasColors || seen.colors.size === 0) return { ...fromList(list, roles, seen), problems };
      if (roles.vocColors || onlyVocColors(seen)) {
        return { ...fromList(list, { ...roles, vocColors: true }, seen), problems };
      }
      const reason = "The class list gives no colours, but the labels are colour-coded.";
      problems.push({ path, reason, remedy: "Add a colour to each class.", severity: "warning" });
    } catch (error) {
      problems.push(problemOf(fileError(path, error), "warning"));
    }
  }
  const known = roles.defaultClasses(seen);
  if (known) {
    const colors = roles.codedColors ? known.map(({ color, id }) => ({ color, id })) : [];
    const codec: LabelCodec = { colors, vocColors: roles.vocColors, indexed: "ids" };
    return { classes: known, guessed: false, codec, problems };
  }
  const guess = guessClasses(seen);
  return { ...guess, guessed: true, problems };
}

function fromList(
  list: { classes: ClassTable; hasColors: boolean },
  roles: FileRoles,
  seen: SeenLabels,
): Omit<ChosenClasses, "problems"> {
  const colors = list.hasColors ? list.classes.map(({ color, id }) => ({ color, id })) : [];
  // Classes may share a colour (Cityscapes' do): then every one of their ids agrees with it.
  const isListed = (color: Rgb, index?: number) =>
    colors.some((code) => rgbKey(code.color) === rgbKey(color) && (index === undefined || code.id === index));
  // Indices that lead nowhere while their colours are all listed: the palette is the coding.
  const isByColor =
    seen.entries.some(({ index, color }) => !isListed(color, index)) &&
    seen.entries.every(({ color }) => isListed(color));
  const unlistedVoid = seen.ids.has(255) ? [{ id: 255, name: "void", color: vocColor(255), ignored: true }] : [];
  return {
    classes: mergeClasses(list.classes, isByColor ? [] : unlistedVoid),
    guessed: false,
    codec: { colors, vocColors: roles.vocColors, indexed: isByColor ? "colors" : "ids" },
  };
}

function onlyVocColors(seen: SeenLabels): boolean {
  return [...seen.colors.keys()].every((key) => vocIdOf([key >> 16, (key >> 8) & 255, key & 255]) >= 0);
}

/** Warnings about ids and colours in the labels that no class of `chosen` stands for; `name` is the data set's. */
export function unknownProblems(name: string, chosen: ChosenClasses, seen: SeenLabels): Problem[] {
  const listed = new Set(chosen.codec.colors.map(({ color }) => rgbKey(color)));
  const known = new Set(chosen.classes.map((info) => info.id));
  const colors = [...seen.colors].filter(([key]) => {
    const vocId = chosen.codec.vocColors ? vocIdOf([key >> 16, (key >> 8) & 255, key & 255]) : -1;
    return !listed.has(key) && vocId < 0;
  });
  const ids = [...seen.ids].filter(([id]) => !known.has(id) && chosen.codec.indexed === "ids");
  const remedy = "They are kept as they are and ignored; name them in the class list to work with them.";
  const warn = (reason: string): Problem => ({ path: name, reason, remedy, severity: "warning" });
  const most = (list: readonly [number, number][], show: (key: number) => string) =>
    [...list]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 8)
      .map(([key, count]) => `${show(key)} (${count} px)`)
      .join(", ");
  const hex = (key: number) => `#${key.toString(16).padStart(6, "0")}`;
  return [
    ...(colors.length > 0 ? [warn(`${colors.length} colours are in no class list: ${most(colors, hex)}.`)] : []),
    ...(ids.length > 0 ? [warn(`${ids.length} ids are in no class list: ${most(ids, String)}.`)] : []),
  ];
}
