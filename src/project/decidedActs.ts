/** What single presses did, in one image or in many: kept so that it can be taken back at a later visit. */
import type { DecisionMark } from "../document/types";
import { withBacklog } from "./backlog";
import type { KeyValueStore, Put } from "./storage";

/** A step in one image. */
export interface DecidedPart {
  /** Of the image. */
  readonly key: string;
  /** What tells the step: one of its decisions; of one that has none, or of an import, its mark (`app/stepMark`); "": there is no step. */
  readonly record: DecisionMark | string;
  /** How many decisions it took. */
  readonly findings: number;
  /** It marked the image as reviewed, too. */
  readonly reviewed?: boolean;
  /** Why it could not be taken back when that was tried last; of this visit, not kept. */
  readonly stands?: "edited" | "unopened";
}

/** What one press did. */
export interface DecidedAct {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** "Accepted: road to sky" */
  readonly text: string;
  readonly parts: readonly DecidedPart[];
  /** It was done in several images, however few are left of it. */
  readonly isBulk?: true;
  /** Images that it was to change, until it has ended: with fewer parts at a later visit it was interrupted. */
  readonly of?: number;
  /** Of these, so many had nothing to be changed. */
  readonly passed?: number;
}

/** Where acts are kept: decisions on what the model found ("act"), changes by rules ("fix"), relabelled classes ("class"), imports ("import"). */
export interface ActPlace {
  readonly projectId: string;
  readonly of: "act" | "fix" | "class" | "import";
}

const actsOf = ({ projectId, of }: ActPlace): string => `${of}/${projectId}/`;
/** One record an image: a press on thousands must not be written anew for each of them. */
const partsOf = ({ projectId, of }: ActPlace): string => `${of}ed/${projectId}/`;

/**
 * Those of a project of one sort, the oldest first. Records that make no sense are left out.
 * @throws when the store does.
 */
export async function loadActs(store: KeyValueStore, place: ActPlace): Promise<readonly DecidedAct[]> {
  const [acts, all] = [actsOf(place), partsOf(place)];
  const parts = new Map<string, DecidedPart[]>();
  const found = (await store.entries(all)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, value] of found) {
    const rest = key.slice(all.length);
    const id = rest.slice(0, Math.max(0, rest.indexOf("/")));
    if (!isPart(value)) continue;
    const own = parts.get(id);
    if (own === undefined) parts.set(id, [value]);
    else own.push(value);
  }
  const records = (await store.entries(acts)).flatMap(([key, value]) => {
    const id = key.slice(acts.length);
    const own = parts.get(id) ?? [];
    if (!isAct(value)) return [];
    const { at, text, of, passed } = value;
    // An open one may have changed nothing yet when its page went.
    if (own.length === 0 && of === undefined) return [];
    // One that was interrupted in its first image is told of as the others.
    const isBulk = value.isBulk === true || own.length > 1 || (of ?? 1) > 1;
    const open = { ...(of === undefined ? {} : { of }), ...(passed === undefined ? {} : { passed }) };
    return [{ id, at, text, parts: own, ...(isBulk ? { isBulk } : {}), ...open }];
  });
  return records.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

export function actRecord(place: ActPlace, { id, at, text, isBulk, of, passed }: Omit<DecidedAct, "parts">): Put {
  const open = { ...(of === undefined ? {} : { of }), ...(passed === undefined ? {} : { passed }) };
  return [`${actsOf(place)}${id}`, { at, text, ...(isBulk === undefined ? {} : { isBulk }), ...open }];
}

/** @param number of the part in its act. */
export function partRecord(place: ActPlace, id: string, number: number, part: DecidedPart): Put {
  return [partKey(place, id, number), part];
}

function partKey(place: ActPlace, id: string, number: number): string {
  return `${partsOf(place)}${id}/${String(number).padStart(8, "0")}`;
}

/** What cannot be written is tried again. @throws when the store does. */
export async function removeAct(store: KeyValueStore, place: ActPlace, id: string): Promise<void> {
  const parts = await store.keys(`${partsOf(place)}${id}/`);
  await withBacklog(store).keep([], [`${actsOf(place)}${id}`, ...parts]);
}

/** Forgets an image of an act; what cannot be written is tried again. @throws when the store does. */
export async function removePart(store: KeyValueStore, place: ActPlace, id: string, key: string): Promise<void> {
  const own = await store.entries(`${partsOf(place)}${id}/`);
  await withBacklog(store).keep(
    [],
    own.flatMap(([at, value]) => (isPart(value) && value.key === key ? [at] : [])),
  );
}

function isAct(value: unknown): value is Omit<DecidedAct, "id" | "parts"> {
  if (typeof value !== "object" || value === null) return false;
  const { at, text, of = 0, passed = 0 } = value as Partial<Record<"at" | "text" | "of" | "passed", unknown>>;
  return typeof text === "string" && [at, of, passed].every((one) => typeof one === "number");
}

function isPart(value: unknown): value is DecidedPart {
  if (typeof value !== "object" || value === null) return false;
  const { key, record, findings, reviewed = false } = value as Partial<Record<keyof DecidedPart, unknown>>;
  if (typeof key !== "string" || typeof findings !== "number" || typeof reviewed !== "boolean") return false;
  if (typeof record === "string") return true;
  if (typeof record !== "object" || record === null) return false;
  const { at, from, to, area, bounds } = record as Partial<DecisionMark>;
  const areNumbers = [at, from, to, area].every((one) => typeof one === "number");
  return areNumbers && typeof bounds === "object" && bounds !== null;
}
