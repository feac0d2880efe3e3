/** Red, green, blue, 0..255 each. */
export type Rgb = readonly [number, number, number];

/** One class of a data set. `ignored` ids (void) are neither scored nor shown to the model as a class. */
export interface ClassInfo {
  readonly id: number;
  readonly name: string;
  readonly color: Rgb;
  readonly ignored: boolean;
  /** Stands for what smeared files hold between their classes: ignored, but nobody drew it, so a mask never keeps it. */
  readonly offPalette?: true;
}

/** The classes of a data set, in order of id, each id once. */
export type ClassTable = readonly ClassInfo[];

/** Label maps hold 16 bits a pixel. */
export const maxClassId = 65535;

/**
 * Puts classes in order of id.
 * @throws RangeError when an id occurs twice or does not fit 16 bits.
 */
export function classTable(classes: readonly ClassInfo[]): ClassTable {
  const sorted = [...classes].sort((a, b) => a.id - b.id);
  sorted.forEach((info, index) => {
    if (!Number.isInteger(info.id) || info.id < 0 || info.id > maxClassId) {
      throw new RangeError(`Class id ${info.id} ("${info.name}") is not a whole number from 0 to ${maxClassId}`);
    }
    if (index > 0 && sorted[index - 1].id === info.id) {
      throw new RangeError(`Class id ${info.id} is used twice ("${sorted[index - 1].name}" and "${info.name}")`);
    }
  });
  return sorted;
}

/** Of tables with thousands of classes, looked up thousands of times: their classes by id. */
const indexes = new WeakMap<ClassTable, ReadonlyMap<number, ClassInfo>>();

export function classOf(table: ClassTable, id: number): ClassInfo | undefined {
  if (table.length < 32) return table.find((info) => info.id === id);
  const index = indexes.get(table) ?? new Map(table.map((info) => [info.id, info]));
  indexes.set(table, index);
  return index.get(id);
}

/** A class's name; where the table does not name the id, one made of it. */
export function classNameOf(table: ClassTable, id: number): string {
  return classOf(table, id)?.name ?? `class ${id}`;
}

export function ignoredIds(table: ClassTable): ReadonlySet<number> {
  return new Set(table.filter((info) => info.ignored).map((info) => info.id));
}

/** Ignored ids that somebody drew. */
export function voidIds(table: ClassTable): ReadonlySet<number> {
  return new Set(table.filter((info) => info.ignored && !info.offPalette).map((info) => info.id));
}

/** One byte an id, 1 for these: a set lookup a pixel would dominate a pass over 12 Mpx. */
export function idFlags(ids: Iterable<number>): Uint8Array {
  const flags = new Uint8Array(maxClassId + 1);
  for (const id of ids) flags[id] = 1;
  return flags;
}

/**
 * A table with one class renamed, recoloured or (un)ignored. Its id never changes, so label maps stay valid.
 * @throws RangeError when the table has no such id.
 */
export function updateClass(table: ClassTable, id: number, change: Partial<Omit<ClassInfo, "id">>): ClassTable {
  if (!classOf(table, id)) throw new RangeError(`There is no class with id ${id}`);
  return table.map((info) => (info.id === id ? { ...info, ...change } : info));
}

/** The table with `extra`'s classes added where their ids are not taken yet. */
export function mergeClasses(table: ClassTable, extra: readonly ClassInfo[]): ClassTable {
  const taken = new Set(table.map((info) => info.id));
  const added = extra.filter((info) => !taken.has(info.id));
  return added.length === 0 ? table : classTable([...table, ...added]);
}
