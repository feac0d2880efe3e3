import { type ClassInfo, type ClassTable, classTable, maxClassId, type Rgb } from "../../core/classTable";
import { vocColor } from "../../core/palette";
import { isVoidName } from "../classLists/classEntry";

/** A class as annotation files name it. */
export interface NamedClass {
  readonly name: string;
  /** Where the files number their classes. */
  readonly id?: number | undefined;
  readonly color?: Rgb | undefined;
  /** Whether an annotation has it. */
  readonly isUsed: boolean;
}

/** The classes of annotations, and what stands for pixels that no annotation says anything of. */
export interface AnnotationClasses {
  readonly classes: ClassTable;
  /** Label id of each class given, in their order. */
  readonly ids: readonly number[];
  /** Id of pixels that no annotation covers. */
  readonly uncovered: number;
  /** Id of pixels that are marked as not to be scored (COCO's crowds); an id of the table only where `needsVoid`. */
  readonly voidId: number;
}

const background = /^_*(back[ _-]?ground|bg)_*$/i;

export function isBackgroundName(name: string): boolean {
  return background.test(name);
}

/**
 * A class table for annotations. Classes keep the ids that their files give them; without, they take those of
 * the first of `lists` (class lists beside the annotations) that names them all, else 1, 2, ... in the order given. Pixels that no
 * annotation covers are background: id 0, or the first free one. Where a class of that name is itself annotated, they
 * are "unlabeled" instead, and ignored: the annotators did not leave background out.
 */
export function annotationClasses(
  given: readonly NamedClass[],
  { lists = [], needsVoid = false }: { lists?: readonly ClassTable[]; needsVoid?: boolean } = {},
): AnnotationClasses {
  const names = (list: ClassTable) => new Set(list.map(({ name }) => name));
  const listed =
    lists.find((list) => given.every(({ name }) => isVoidName(name) || names(list).has(name)) && given.length > 0) ??
    null;
  const ids = idsOf(given, listed);
  const taken = new Set([...ids, ...(listed ?? []).map((info) => info.id)]);
  const free = (wished: number) => {
    const above = taken.has(0) && wished === 0 ? Math.max(...taken) + 1 : wished;
    const id = firstFree(taken, above);
    taken.add(id);
    return id;
  };
  const table: ClassInfo[] = given.map(({ name, color }, i) => {
    const known = listed?.find((info) => info.id === ids[i] && info.name === name);
    return known ?? { id: ids[i], name, color: color ?? vocColor(ids[i]), ignored: isVoidName(name) };
  });
  const own = given.findIndex(({ name }) => background.test(name));
  const listedOwn = listed?.find(({ name }) => background.test(name));
  const add = (id: number, name: string, ignored: boolean) => {
    table.push({ id, name, color: ignored && id !== 0 ? [224, 224, 192] : vocColor(id), ignored });
    return id;
  };
  let uncovered: number;
  if (own >= 0 && !given[own].isUsed) uncovered = ids[own];
  else if (own >= 0) uncovered = add(free(0), "unlabeled", true);
  else if (listedOwn) uncovered = listedOwn.id;
  else uncovered = add(free(0), "background", false);
  const ownVoid = table.find(({ name, ignored }) => ignored && name !== "unlabeled")?.id;
  const voidId = ownVoid ?? (needsVoid ? add(free(255), "void", true) : 255);
  const more = (listed ?? []).filter((info) => !table.some((other) => other.id === info.id));
  return { classes: classTable([...table, ...more]), ids, uncovered, voidId };
}

/** The first id from a wished one on that is not taken, else the lowest: labels hold 16 bits. */
function firstFree(taken: ReadonlySet<number>, wished: number): number {
  let id = wished;
  while (taken.has(id)) id++;
  return id <= maxClassId || wished === 1 ? id : firstFree(taken, 1);
}

function idsOf(given: readonly NamedClass[], listed: ClassTable | null): number[] {
  const numbered = given.map(({ id }) => id);
  const isUsable = (id: number | undefined): id is number =>
    Number.isInteger(id) && Number(id) >= 0 && Number(id) <= maxClassId;
  if (numbered.every(isUsable) && new Set(numbered).size === numbered.length) return numbered;
  if (listed) {
    const own = given.map(({ name }) => listed.find((info) => info.name === name)?.id);
    // labelme's lists leave its ignored class out.
    const taken = new Set(listed.map(({ id }) => id));
    const top = Math.max(254, ...taken);
    const inList = own.map((id) => {
      const given = id ?? firstFree(taken, top + 1);
      taken.add(given);
      return given;
    });
    if (new Set(inList).size === inList.length) return inList;
  }
  let next = 0;
  return given.map(({ name, isUsed }) => (background.test(name) && !isUsed ? 0 : ++next));
}
