import { type ClassTable, classOf } from "../../core/classTable";
import type { ExchangedClass } from "../../formats/exchange/fields";

/** How the ids of a file from elsewhere become the data set's. */
export interface ClassJoin {
  /** The data set's id; null: it has no such class. */
  idOf(id: number): number | null;
  /** The file's id of one of the data set's: itself where the file does not name it. */
  theirs(id: number): number;
  /** Some ids are other numbers here: labels are the same only once they are counted so. */
  readonly isByName: boolean;
  /** Ids that the file gives the name that another id has here, though not all its classes are found by name: "3 is ..." */
  readonly contradictions: readonly string[];
}

/**
 * Classes are the same by id, unless the names say otherwise: where names stand at other ids here, all by name if every class of the file
 * is found so, else it cannot be told what is meant.
 */
export function joinClasses(own: ClassTable, others: readonly ExchangedClass[]): ClassJoin {
  const byName = new Map(own.map(({ id, name }) => [plain(name), id]));
  const moved = others.filter(({ id, name }) => {
    const here = byName.get(plain(name));
    return here !== undefined && here !== id && plain(classOf(own, id)?.name ?? "") !== plain(name);
  });
  const places = others.map(({ name }) => byName.get(plain(name)));
  const isWhole = places.every((id) => id !== undefined) && new Set(places).size === places.length;
  const isByName = moved.length > 0 && isWhole;
  const ids = new Map(isByName ? others.map(({ id }, i) => [id, places[i] as number]) : []);
  const back = new Map([...ids].map(([theirs, here]) => [here, theirs]));
  return {
    idOf(id) {
      const here = isByName ? ids.get(id) : id;
      return here !== undefined && classOf(own, here) !== undefined ? here : null;
    },
    theirs: (id) => back.get(id) ?? id,
    isByName,
    contradictions: isByName
      ? []
      : moved.map(({ id, name }) => `${id} is "${name}" in the file, "${classOf(own, id)?.name ?? "no class"}" here`),
  };
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}
