import { type ClassInfo, type ClassTable, classOf, maxClassId, mergeClasses, updateClass } from "../core/classTable";
import type { KeyValueStore } from "./storage";

/** The classes of a data set as the user made them. */
export interface ClassState {
  readonly classes: ClassTable;
  /** Ids that neither tools nor accepts may change. */
  readonly locked: ReadonlySet<number>;
  /** Ids not drawn. */
  readonly hidden: ReadonlySet<number>;
}

/** What of a class the user changed; all of it where the data set itself has no such class. */
type ClassEdit = Pick<ClassInfo, "id"> & Partial<ClassInfo>;

interface ClassRecord {
  /** The data set's own classes at the time: an id may be gone by now, or stand for another class. */
  readonly own: readonly Pick<ClassInfo, "id" | "name">[];
  readonly edits: readonly ClassEdit[];
  readonly locked: readonly number[];
  readonly hidden: readonly number[];
}

const keyOf = (projectId: string) => `classes/${projectId}`;

/**
 * Keeps what differs from the data set's own classes, one record a project.
 * @param own The classes as the data set's files give them.
 * @throws when the store does.
 */
export async function saveClasses(
  store: KeyValueStore,
  projectId: string,
  own: ClassTable,
  { classes, locked, hidden }: ClassState,
): Promise<void> {
  const edits = classes.map((info) => editOf(classOf(own, info.id), info)).filter((edit) => edit !== null);
  if (edits.length + locked.size + hidden.size === 0) return store.delete(keyOf(projectId));
  const record: ClassRecord = {
    own: own.map(({ id, name }) => ({ id, name })),
    edits,
    locked: [...locked],
    hidden: [...hidden],
  };
  await store.set(keyOf(projectId), record);
}

/**
 * The data set's own classes with what was kept for them. Classes that are no longer in the data set are left out;
 * those that only some label holds (they were never in its list) stay. A record that makes no sense counts as none.
 * @throws when the store does.
 */
export async function loadClasses(store: KeyValueStore, projectId: string, own: ClassTable): Promise<ClassState> {
  const { own: before, edits, locked, hidden } = recordFrom(await store.get(keyOf(projectId)));
  const nameBefore = new Map(before.map(({ id, name }) => [id, name]));
  const isHere = (id: number): boolean => {
    const name = nameBefore.get(id);
    return name === undefined || classOf(own, id)?.name === name;
  };
  let classes = own;
  for (const edit of edits) {
    if (!isHere(edit.id)) continue;
    const info = classOf(classes, edit.id);
    if (info !== undefined) classes = updateClass(classes, edit.id, changeOf(info, edit));
    else if (isWhole(edit)) classes = mergeClasses(classes, [changeOf(edit, edit)]);
  }
  return { classes, locked: new Set(locked.filter(isHere)), hidden: new Set(hidden.filter(isHere)) };
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
  };
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
