import { type ClassTable, classNameOf } from "../core/classTable";
import { proposedClasses } from "../review/classShares";
import { isDoubtful, shownPercent } from "../review/doubt";
import type { Suggestion } from "../review/types";
import { pixels } from "./summary";

/** What a pair of classes means to a find: "car to sky"; of one and the same class, whose outline moves: "car: outline". */
export function pairText({ from, to }: Pick<Suggestion, "from" | "to">, classes: ClassTable): string {
  const name = classNameOf(classes, from);
  return from === to ? `${name}: outline` : `${name} to ${classNameOf(classes, to)}`;
}

/**
 * The classes between which an outline moves, the one that it is of first: what most of a region is and becomes is the same,
 * or it goes both ways between the same classes. Null where a region gets another class.
 */
export function outlineOf(one: Suggestion): readonly number[] | null {
  const { from, to, fromIds = [from] } = one;
  const all = [...new Set([from, ...fromIds, ...proposedClasses(one)])];
  const goesBothWays =
    fromIds.length > 1 && all.length === fromIds.length && proposedClasses(one).length === all.length;
  return from === to || goesBothWays ? all : null;
}

/** What a row of suggestions would change, in words: "car, road to sky", "outline of car", "6 small parts". */
export function rowText(members: readonly Suggestion[], classes: ClassTable): string {
  const [first] = members;
  if (members.length > 1) return foldedText(members);
  const { from, fromIds = [from] } = first;
  const names = (ids: readonly number[]) => ids.map((id) => classNameOf(classes, id)).join(", ");
  const outline = outlineOf(first);
  if (outline !== null) return from === first.to ? `outline of ${names([from])}` : `outline between ${names(outline)}`;
  return `${names(fromIds)} to ${names(proposedClasses(first))}`;
}

/** What a row of folded suggestions is called. Those found are the least sure, those rebuilt the smallest. */
export function foldedText(members: readonly Suggestion[]): string {
  return `${members.length} ${members.some((one) => one.found) ? "less sure ones" : "small parts"}`;
}

/** How sure the model was of a row, percent, where decisions moved that; null elsewhere, and of several. */
export function modelPercent([first, ...others]: readonly Suggestion[]): number | null {
  const { confidence, modelConfidence = confidence } = first;
  const [now, before] = [confidence, modelConfidence].map(shownPercent);
  return others.length > 0 || now === before ? null : before;
}

/** "12 px locked, 30 px void kept, 5 px excluded": what a row holds and does not change; empty where it changes all. */
export function keptText(members: readonly Suggestion[]): string {
  const [locked, spared, excluded] = keptBy(members);
  const parts = [[locked, "locked"] as const, [spared, "void kept"] as const, [excluded, "excluded"] as const];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, why]) => `${count.toLocaleString("en")} px ${why}`)
    .join(", ");
}

/** The same as sentences, each with a space before. */
export function keptSentences(members: readonly Suggestion[]): string {
  const [locked, spared, excluded] = keptBy(members);
  return [
    locked === 0 ? "" : ` ${pixels(locked)} ${locked === 1 ? "stays" : "stay"}: the class is locked.`,
    spared === 0 ? "" : ` ${pixels(spared)} ${spared === 1 ? "stays" : "stay"} void, as the switch says.`,
    excluded === 0 ? "" : ` ${pixels(excluded)} ${excluded === 1 ? "is" : "are"} excluded from finding.`,
  ].join("");
}

function keptBy(members: readonly Suggestion[]): readonly [locked: number, spared: number, excluded: number] {
  const sum = (kind: "locked" | "void" | "excluded"): number =>
    members.reduce((all, { kept }) => all + (kept?.[kind] ?? 0), 0);
  return [sum("locked"), sum("void"), sum("excluded")];
}

/** What accepting a row changes: "5,790 px", or that it changes nothing. @param members as they stand. */
export function areaText(members: readonly Suggestion[]): string {
  const area = areaOf(members);
  return area === 0 ? "Nothing to change" : `${area.toLocaleString("en")} px`;
}

export function areaOf(members: readonly Suggestion[]): number {
  return members.reduce((sum, { area }) => sum + area, 0);
}

/**
 * How far a row can be trusted, in a few words: why the old label stays, else how often such rows are right; and what the model
 * alone said, where decisions moved that.
 * @param known how often such rows are right; empty where that is not known.
 */
export function trustText(members: readonly Suggestion[], known: string): string {
  const alone = modelPercent(members);
  const doubt = doubtText(members);
  const why = doubt !== "" ? doubt : alone === null ? known : "";
  return [why, alone === null ? "" : `Model alone: ${alone} %`].filter((text) => text !== "").join("; ");
}

/** Why the old label stays unless the user says otherwise; empty where it does not. */
export function doubtText(members: readonly Suggestion[]): string {
  if (!members.some(isDoubtful)) return "";
  return members.length > 1 ? "Not sure of all" : members[0].needsHint ? "No visible class fits" : "Not sure";
}
