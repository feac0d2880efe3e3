import { type ClassInfo, type ClassTable, classOf } from "../core/classTable";

/** A line of the class list: a heading, or a class with its pixels in the open label. */
export type ClassRow =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "class"; readonly info: ClassInfo; readonly pixels: number };

/**
 * The class list: what is pinned, what occurs in the open label, the others; each in order of id.
 *
 * @param counts pixels of each id in the open label.
 * @param query keeps the classes that have this in their name (in any case), or this id.
 * @param own the data set's classes; others, which only the open label's file holds, go once no pixel of them is left.
 */
export function classRows(
  table: ClassTable,
  counts: ReadonlyMap<number, number>,
  pinned: ReadonlySet<number>,
  query: string,
  own: ClassTable = table,
): readonly ClassRow[] {
  const wanted = query.trim().toLowerCase();
  const isGone = (id: number): boolean => !counts.has(id) && classOf(own, id) === undefined;
  const found = table.filter(
    ({ id, name }) => (name.toLowerCase().includes(wanted) || String(id) === wanted) && !isGone(id),
  );
  const free = found.filter(({ id }) => !pinned.has(id));
  const section = (text: string, classes: ClassTable): readonly ClassRow[] =>
    classes.length === 0
      ? []
      : [
          { kind: "heading", text },
          ...classes.map((info): ClassRow => ({ kind: "class", info, pixels: counts.get(info.id) ?? 0 })),
        ];
  return [
    ...section(
      "Pinned",
      found.filter(({ id }) => pinned.has(id)),
    ),
    ...section(
      "In this image",
      free.filter(({ id }) => counts.has(id)),
    ),
    ...section(
      "Not in this image",
      free.filter(({ id }) => !counts.has(id)),
    ),
  ];
}

/** The classes in the order of the digit keys: the pinned ones first. It does not depend on the open image. */
export function digitOrder(table: ClassTable, pinned: ReadonlySet<number>): ClassTable {
  return [...table.filter(({ id }) => pinned.has(id)), ...table.filter(({ id }) => !pinned.has(id))];
}
