import type { WorkingState } from "../document/types";
import { replay } from "./log";
import type { KeyValueStore } from "./storage";
import { isStoredWork } from "./storedWork";

/** Work that could not be put on its label: kept apart until the user drops it, so that nothing overwrites it. */
export interface Aside {
  readonly id: string;
  readonly imageKey: string;
  /** When it was set aside, milliseconds since 1970. */
  readonly at: number;
  /** Why, in words for the user. */
  readonly reason: string;
  /** All that was stored for the image, by the kind and name of each record. */
  readonly records: readonly (readonly [name: string, value: unknown])[];
}

const prefixOf = (projectId: string) => `aside/${projectId}/`;

/**
 * Sets aside all that is kept for an image.
 * @param isMoved whether it goes from where it was; else it is copied.
 * @returns whether there was anything.
 * @throws when the store does; then all is as it was.
 */
export async function setAside(
  store: KeyValueStore,
  projectId: string,
  image: { readonly key: string; readonly reason: string; readonly isMoved: boolean },
): Promise<boolean> {
  const { key, reason, isMoved } = image;
  const [work, saving, undecided, past, log] = ["work", "saving", "undecided", "past", "log"].map(
    (kind) => `${kind}/${projectId}/${key}`,
  );
  const found = await store.read([work, saving, undecided], [`${past}\0`, `${log}\0`]);
  if (found.size === 0) return false;
  const id = `${Date.now()}-${crypto.randomUUID().slice(0, 8)}`;
  const own = `/${projectId}/${key}`;
  const records = [...found].map(([name, value]) => [name.replace(own, ""), value] as const);
  const aside: Aside = { id, imageKey: key, at: Date.now(), reason, records };
  await store.write([[prefixOf(projectId) + id, aside]], isMoved ? [...found.keys()] : []);
  return true;
}

/**
 * All that was set aside in a project, the newest first.
 * @throws when the store does.
 */
export async function loadAsides(store: KeyValueStore, projectId: string): Promise<readonly Aside[]> {
  const found = (await store.entries(prefixOf(projectId))).map(([, value]) => value).filter(isAside);
  return found.sort((a, b) => b.at - a.at);
}

/** @throws when the store does. */
export async function dropAside(store: KeyValueStore, projectId: string, id: string): Promise<void> {
  await store.delete(prefixOf(projectId) + id);
}

/**
 * The state that an aside holds, as far as its records go together; null where it cannot be read. Which pixels it changes it
 * tells as differences: what they become only the label says that it was made for.
 */
export function asideState({ records }: Aside): WorkingState | null {
  const value = records.find(([name]) => name === "work")?.[1];
  if (!isStoredWork(value)) return null;
  const { past: index, id, ...working } = value;
  const under = (kind: string) =>
    new Map(
      records.flatMap(([name, one]) => (name.startsWith(`${kind}\0`) ? [[name.slice(kind.length + 1), one]] : [])),
    );
  return replay({ working, index, id }, under("past"), under("log")).working;
}

function isAside(value: unknown): value is Aside {
  if (typeof value !== "object" || value === null) return false;
  const { id, imageKey, at, reason, records } = value as Partial<Aside>;
  const isNamed = typeof id === "string" && typeof imageKey === "string" && typeof reason === "string";
  return isNamed && typeof at === "number" && Array.isArray(records);
}
