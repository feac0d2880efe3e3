import type { ClassInfo, ClassTable, Rgb } from "../../core/classTable";
import { createLabelMap, type LabelMap } from "../../core/labelMap";
import { displayPalette, rgbKey } from "../../core/palette";
import { isBackgroundName } from "../../formats/annotations/annotationClasses";

/** How ids are written. */
export interface Numbering {
  /** The classes in their new order, with their new ids; void is not among them. */
  readonly classes: readonly (ClassInfo & { readonly was: number })[];
  /** Id that ignored ids and ids without a class are written as. */
  readonly voidId: number;
  /** Whether ids stay what they were. */
  readonly isSame: boolean;
}

/** Classes that are scored, background first. */
export function scored(classes: ClassTable): ClassInfo[] {
  const kept = classes.filter((info) => !info.ignored);
  const first = kept.filter(({ name }) => isBackgroundName(name));
  return first.length === 1 ? [...first, ...kept.filter((info) => info !== first[0])] : kept;
}

/** Scored classes numbered one by one from `first`; ids stay where they are that already, or fit below `limit` when `gaps`. */
export function numbering(
  classes: ClassTable,
  { first, voidId, gaps = false }: { first: number; voidId: number; gaps?: boolean },
): Numbering {
  const kept = classes.filter((info) => !info.ignored);
  const fits = gaps && kept.every(({ id }) => id >= first && id <= 255 && id !== voidId);
  const listed = fits ? kept : scored(classes);
  const numbered = listed.map((info, i) => ({ ...info, id: fits ? info.id : first + i, was: info.id }));
  const isVoidSame = classes.every((info) => !info.ignored || info.id === voidId);
  return { classes: numbered, voidId, isSame: isVoidSame && numbered.every(({ id, was }) => id === was) };
}

/** A label with its new ids. */
export function renumbered({ width, height, data }: LabelMap, { classes, voidId }: Numbering): LabelMap {
  const idOf = new Map(classes.map(({ was, id }) => [was, id]));
  return createLabelMap(
    width,
    height,
    data.map((id) => idOf.get(id) ?? voidId),
  );
}

/** Sentences that several targets have in common. */
export function numberingSentences(classes: ClassTable, numbers: Numbering, voidText: string): string[] {
  const moved = numbers.classes.filter(({ id, was }) => id !== was);
  const voids = classes.filter((info) => info.ignored);
  const example = moved.slice(0, 3).map(({ name, was, id }) => `${name} ${was} becomes ${id}`);
  return [
    ...(moved.length > 0 ? [`Ids are numbered anew: ${example.join(", ")}${moved.length > 3 ? ", ..." : ""}.`] : []),
    ...(voids.length > 0 ? [voidText] : []),
    ...(voids.length > 1 ? [`The ${voids.length} ignored classes become one: ${namesOf(voids)}.`] : []),
  ];
}

export function namesOf(classes: readonly { readonly name: string }[]): string {
  const names = classes.slice(0, 4).map(({ name }) => `"${name}"`);
  return `${names.join(", ")}${classes.length > 4 ? ` and ${classes.length - 4} more` : ""}`;
}

/** Classes with colours of their own: the first of equals keeps it, others get one that none has. */
export function distinctColors<T extends { readonly color: Rgb }>(
  classes: readonly T[],
): { readonly classes: readonly T[]; readonly changed: readonly T[] } {
  const taken = new Set<number>();
  const changed: T[] = [];
  const given = new Set(classes.map(({ color }) => rgbKey(color)));
  const spare = displayPalette(2 * classes.length + 30).filter((color) => !given.has(rgbKey(color)));
  const result = classes.map((info) => {
    if (!taken.has(rgbKey(info.color))) {
      taken.add(rgbKey(info.color));
      return info;
    }
    changed.push(info);
    return { ...info, color: spare.shift() ?? info.color };
  });
  return { classes: result, changed };
}

export function colorSentences(changed: readonly { readonly name: string }[]): string[] {
  return changed.length === 0 ? [] : [`${namesOf(changed)}: another class has that colour, so a new one is given.`];
}

/** Names that a format can write: without `forbidden` characters, each once. */
export function cleanNames<T extends { readonly name: string }>(
  classes: readonly T[],
  forbidden: RegExp,
): { readonly classes: readonly T[]; readonly changed: readonly T[] } {
  const taken = new Set<string>();
  const changed: T[] = [];
  const result = classes.map((info) => {
    const clean = info.name.replace(forbidden, "_").trim() || "class";
    let name = clean;
    for (let i = 2; taken.has(name); i++) name = `${clean} ${i}`;
    taken.add(name);
    if (name === info.name) return info;
    changed.push(info);
    return { ...info, name };
  });
  return { classes: result, changed };
}

export function nameSentences(changed: readonly { readonly name: string }[], why: string): string[] {
  return changed.length === 0 ? [] : [`${namesOf(changed)}: renamed, because ${why}.`];
}
