import { type ClassTable, classNameOf } from "../core/classTable";
import { proposedClasses } from "../review/classShares";
import type { Suggestion } from "../review/types";

/** What a row of suggestions would change, in words: "car, road to sky", "6 small parts". */
export function rowText(members: readonly Suggestion[], classes: ClassTable): string {
  const [first] = members;
  if (members.length > 1) return foldedText(members);
  const { from, fromIds = [from] } = first;
  const names = (ids: readonly number[]) => ids.map((id) => classNameOf(classes, id)).join(", ");
  return `${names(fromIds)} to ${names(proposedClasses(first))}`;
}

/** What a row of folded suggestions is called. Those found are the least sure, those rebuilt the smallest. */
export function foldedText(members: readonly Suggestion[]): string {
  return `${members.length} ${members.some((one) => one.found) ? "less sure ones" : "small parts"}`;
}

export function areaOf(members: readonly Suggestion[]): number {
  return members.reduce((sum, { area }) => sum + area, 0);
}
