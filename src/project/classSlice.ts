import { type ClassInfo, type ClassTable, classOf, maxClassId, mergeClasses, updateClass } from "../core/classTable";
import type { Slice } from "./slice";

/**
 * Deleted classes that came back, by id: the labels that hold each, by image key, and what tells the step that brought it there;
 * null: it was there when it was opened.
 */
export type ReturnedClasses = ReadonlyMap<number, ReadonlyMap<string, string | null>>;

/** The classes of a data set as the user made them. */
export interface ClassState {
  readonly classes: ClassTable;
  /** Ids that neither tools nor accepts may change. */
  readonly locked: ReadonlySet<number>;
  /** Ids not drawn. */
  readonly hidden: ReadonlySet<number>;
  /** Ids at the top of the class list. */
  readonly pinned: ReadonlySet<number>;
  /** Classes the user deleted, as they were: an undo in some image may bring their pixels back. */
  readonly removed: ClassTable;
  readonly returned: ReturnedClasses;
}

/** What of a class the user changed; all of it where the data set itself has no such class. */
type ClassEdit = Pick<ClassInfo, "id"> & Partial<ClassInfo>;

interface ClassRecord {
  /** The data set's own classes at the time: an id may be gone by now, or stand for another class. */
  readonly own: readonly Pick<ClassInfo, "id" | "name">[];
  readonly edits: readonly ClassEdit[];
  readonly locked: readonly number[];
  readonly hidden: readonly number[];
  readonly pinned: readonly number[];
  readonly removed: ClassTable;
  readonly returned: ReturnedClasses;
}

/**
 * Classes, as what differs from the data set's own. Of a record, what belongs to classes that are no longer in the data set is
 * left out; classes that only some label holds (they were never in its list) stay.
 * @param own The classes as the data set's files give them.
 */
export function classSlice(own: ClassTable): Slice<ClassState> {
  return {
    name: "classes",
    encode({ classes, locked, hidden, pinned, removed, returned }) {
      const edits = classes.map((info) => editOf(classOf(own, info.id), info)).filter((edit) => edit !== null);
      if (edits.length + locked.size + hidden.size + pinned.size + removed.length + returned.size === 0)
        return undefined;
      const names = own.map(({ id, name }) => ({ id, name }));
      const sets = { locked: [...locked], hidden: [...hidden], pinned: [...pinned] };
      return { own: names, edits, ...sets, removed, returned } satisfies ClassRecord;
    },
    decode(record) {
      const { own: before, edits, locked, hidden, pinned, removed, returned } = recordFrom(record);
      const nameBefore = new Map(before.map(({ id, name }) => [id, name]));
      const isHere = (id: number): boolean => {
        const name = nameBefore.get(id);
        return name === undefined || classOf(own, id)?.name === name;
      };
      const gone = removed.filter(({ id }) => isHere(id));
      const isGone = ({ id }: Pick<ClassInfo, "id">): boolean => classOf(gone, id) !== undefined;
      let classes = own.some(isGone) ? own.filter((info) => !isGone(info)) : own;
      for (const edit of edits) {
        if (!isHere(edit.id) || isGone(edit)) continue;
        const info = classOf(classes, edit.id);
        if (info !== undefined) classes = updateClass(classes, edit.id, changeOf(info, edit));
        else if (isWhole(edit)) classes = mergeClasses(classes, [changeOf(edit, edit)]);
      }
      const here = (ids: readonly number[]) => new Set(ids.filter(isHere));
      const back = new Map([...returned].filter(([id]) => classOf(classes, id) !== undefined));
      const sets = { locked: here(locked), hidden: here(hidden), pinned: here(pinned) };
      return { classes, ...sets, removed: gone, returned: back };
    },
  };
}

function editOf(own: ClassInfo | undefined, { id, name, color, ignored }: ClassInfo): ClassEdit | null {
  if (own === undefined) return { id, name, color, ignored };
  const edit = {
    ...(name === own.name ? {} : { name }),
    ...(color.every((part, i) => part === own.color[i]) ? {} : { color }),
    ...(ignored === own.ignored ? {} : { ignored }),
  };
  return Object.keys(edit).length === 0 ? null : { id, ...edit };
}

/** Field by field: a foreign record may hold more, or fields that are there but undefined. */
function changeOf(info: ClassInfo, edit: ClassEdit): ClassInfo {
  const { id, name, color, ignored } = info;
  return { id, name: edit.name ?? name, color: edit.color ?? color, ignored: edit.ignored ?? ignored };
}

function isWhole(edit: ClassEdit): edit is ClassInfo {
  return edit.name !== undefined && edit.color !== undefined && edit.ignored !== undefined;
}

/** The usable parts of a kept value. */
function recordFrom(value: unknown): ClassRecord {
  const parts: Partial<Record<keyof ClassRecord, unknown>> = typeof value === "object" && value !== null ? value : {};
  const list = (part: unknown): unknown[] => (Array.isArray(part) ? part : []);
  return {
    own: list(parts.own).filter((one): one is ClassRecord["own"][number] => isEdit(one) && one.name !== undefined),
    edits: list(parts.edits).filter(isEdit),
    locked: list(parts.locked).filter(isId),
    hidden: list(parts.hidden).filter(isId),
    pinned: list(parts.pinned).filter(isId),
    removed: list(parts.removed)
      .filter(isEdit)
      .filter(isWhole)
      .map((info) => changeOf(info, info)),
    returned: returnedFrom(parts.returned),
  };
}

function returnedFrom(value: unknown): ReturnedClasses {
  if (!(value instanceof Map)) return new Map();
  const isHolder = (one: readonly [unknown, unknown]): one is [string, string | null] =>
    typeof one[0] === "string" && (one[1] === null || typeof one[1] === "string");
  return new Map(
    [...value].flatMap(([id, holders]) =>
      isId(id) && holders instanceof Map ? [[id, new Map([...holders].filter(isHolder))]] : [],
    ),
  );
}

function isEdit(value: unknown): value is ClassEdit {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, color, ignored } = value as Partial<Record<keyof ClassInfo, unknown>>;
  return (
    isId(id) &&
    (name === undefined || (typeof name === "string" && name !== "")) &&
    (color === undefined || (Array.isArray(color) && color.length === 3 && color.every(isByte))) &&
    (ignored === undefined || typeof ignored === "boolean")
  );
}

function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= maxClassId;
}

function isByte(value: unknown): boolean {
  return isId(value) && value <= 255;
}
