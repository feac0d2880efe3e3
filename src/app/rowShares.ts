import { type ClassTable, classNameOf } from "../core/classTable";
import type { LabelMap } from "../core/labelMap";
import { classPairs, proposedClasses } from "../review/classShares";
import type { Suggestion } from "../review/types";

interface Share {
  readonly id: number;
  readonly pixels: number;
}

/** Every pixel that accepting a row changes, by the class it gets and by the class it has, the most first. */
export interface RowShares {
  readonly to: readonly Share[];
  readonly from: readonly Share[];
  /** Those of classes that the row does not name by itself: less than a few per cent of it. */
  readonly restTo: readonly Share[];
  readonly restFrom: readonly Share[];
}

/** @param members of the row, as they stand (`asItStands`). */
export function rowShares(labels: LabelMap, members: readonly Suggestion[]): RowShares {
  const [to, from] = [new Map<number, number>(), new Map<number, number>()];
  for (const one of members) {
    for (const pair of classPairs(labels, one)) {
      if (pair.from === pair.to) continue;
      to.set(pair.to, (to.get(pair.to) ?? 0) + pair.area);
      from.set(pair.from, (from.get(pair.from) ?? 0) + pair.area);
    }
  }
  const [first, ...others] = members;
  const isNamed = others.length === 0 && first !== undefined;
  const rest = (shares: readonly Share[], named: readonly number[]) =>
    isNamed ? shares.filter(({ id }) => !named.includes(id)) : [];
  const [allTo, allFrom] = [sorted(to), sorted(from)];
  return {
    ...{ to: allTo, from: allFrom },
    restTo: rest(allTo, isNamed ? proposedClasses(first) : []),
    restFrom: rest(allFrom, isNamed ? (first.fromIds ?? [first.from]) : []),
  };
}

function sorted(counts: ReadonlyMap<number, number>): readonly Share[] {
  return [...counts].map(([id, pixels]) => ({ id, pixels })).sort((a, b) => b.pixels - a.pixels || a.id - b.id);
}

export function pixelsOf(shares: readonly Share[]): number {
  return shares.reduce((sum, { pixels }) => sum + pixels, 0);
}

/** "429 px to 2 other classes: pole 300 px, tree 129 px"; empty where there are none. */
export function restText(word: "to" | "of", shares: readonly Share[], classes: ClassTable): string {
  if (shares.length === 0) return "";
  const area = `${pixelsOf(shares).toLocaleString("en")} px ${word}`;
  if (shares.length === 1) return `${area} ${classNameOf(classes, shares[0].id)}`;
  return `${area} ${shares.length} other classes: ${named(shares, classes)}`;
}

/** What the row does not name by itself, as a sentence with a space before; empty where it names all. */
export function restSentence({ restTo, restFrom }: RowShares, classes: ClassTable): string {
  const parts = [restText("to", restTo, classes), restText("of", restFrom, classes)].filter((one) => one !== "");
  return parts.length === 0 ? "" : ` And ${parts.join("; ")}.`;
}

/** "Become road 19,117 px, pole 429 px; were sky 19,546 px": every pixel of a row. */
export function sharesText({ to, from }: RowShares, classes: ClassTable): string {
  return `Become ${named(to, classes)}; were ${named(from, classes)}`;
}

function named(shares: readonly Share[], classes: ClassTable): string {
  return shares.map(({ id, pixels }) => `${classNameOf(classes, id)} ${pixels.toLocaleString("en")} px`).join(", ");
}
