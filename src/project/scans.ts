/** Searches of many images of a project: what each is to do, and what is done. */
import { withBacklog } from "./backlog";
import type { KeyValueStore, Put } from "./storage";

/** Left running it goes on by itself at the next visit; paused it waits for the user. */
const states = ["running", "paused", "finished", "cancelled"] as const;
export type ScanState = (typeof states)[number];

export interface ScanOptions {
  /** Ids of classes that findings are neither to change nor to propose. */
  readonly ignoredClasses: readonly number[];
  /** Whether what is excluded from finding is left out. */
  readonly keepsExclusions: boolean;
}

export interface ScanRecord {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** The images to be searched. */
  readonly keys: readonly string[];
  readonly options: ScanOptions;
  readonly state: ScanState;
}

/** The outcome of an image that was not searched since the user excluded it. */
export const passedOver = "";

/** What became of an image: why it could not be searched, in the user's words; null where it was, or `passedOver`. */
export type ScanOutcome = string | null;

export interface KeptScan {
  readonly record: ScanRecord;
  /** By image key; nothing of images that are still to be searched. */
  readonly outcomes: ReadonlyMap<string, ScanOutcome>;
}

const recordsOf = (projectId: string): string => `scan/${projectId}/`;
/** One record an image: a scan of thousands must not be written anew for each of them. */
const outcomesOf = (projectId: string): string => `scanned/${projectId}/`;

/**
 * The scans of a project, the oldest first. Records that make no sense are left out.
 * @throws when the store does.
 */
export async function loadScans(store: KeyValueStore, projectId: string): Promise<readonly KeptScan[]> {
  const [records, done] = [recordsOf(projectId), outcomesOf(projectId)];
  const outcomes = new Map<string, Map<string, ScanOutcome>>();
  for (const [key, value] of await store.entries(done)) {
    const rest = key.slice(done.length);
    const slash = rest.indexOf("/");
    if (slash < 0) continue;
    const id = rest.slice(0, slash);
    const own = outcomes.get(id) ?? new Map<string, ScanOutcome>();
    outcomes.set(id, own.set(rest.slice(slash + 1), typeof value === "string" ? value : null));
  }
  const found = (await store.entries(records)).map(([, record]) => record).filter(isRecord);
  return found
    .sort((a, b) => a.created - b.created)
    .map((record) => ({ record, outcomes: outcomes.get(record.id) ?? new Map() }));
}

/** Notes how a scan stands; what cannot be written is tried again. @throws when the store does. */
export async function markScan(store: KeyValueStore, projectId: string, record: ScanRecord): Promise<void> {
  await withBacklog(store).keep([[`${recordsOf(projectId)}${record.id}`, record]], []);
}

/** A new scan, which does not begin where this fails. @throws when the store does. */
export async function saveScan(store: KeyValueStore, projectId: string, record: ScanRecord): Promise<void> {
  await store.write([[`${recordsOf(projectId)}${record.id}`, record]], []);
}

/** That an image is done, to be written along with what was found in it. */
export function outcomeRecord(projectId: string, id: string, key: string, outcome: ScanOutcome): Put {
  return [`${outcomesOf(projectId)}${id}/${key}`, outcome];
}

/** @throws when the store does. */
export async function removeScan(store: KeyValueStore, projectId: string, id: string): Promise<void> {
  const done = await store.keys(`${outcomesOf(projectId)}${id}/`);
  await store.write([], [`${recordsOf(projectId)}${id}`, ...done]);
}

function isRecord(value: unknown): value is ScanRecord {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, created, keys, options, state } = value as Partial<Record<keyof ScanRecord, unknown>>;
  const isNamed = typeof id === "string" && typeof name === "string" && typeof created === "number";
  return isNamed && Array.isArray(keys) && isOptions(options) && states.some((one) => one === state);
}

function isOptions(value: unknown): value is ScanOptions {
  if (typeof value !== "object" || value === null) return false;
  const { ignoredClasses, keepsExclusions } = value as Partial<Record<keyof ScanOptions, unknown>>;
  return Array.isArray(ignoredClasses) && typeof keepsExclusions === "boolean";
}
