import type { KeyValueStore } from "./storage";

/**
 * How to open the data set again. A directory's handle survives in IndexedDB (the browser asks for permission
 * again); files, drops and zips come back from copies if `kept` (sources.ts).
 */
export type SessionSource =
  | { readonly kind: "sample" }
  | { readonly kind: "directory"; readonly handle: unknown }
  | { readonly kind: "files"; readonly kept: boolean };

/** What was open last. */
export interface Session {
  readonly projectId: string;
  readonly name: string;
  readonly source: SessionSource;
  /** Key of the open image. */
  readonly openKey: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const key = "session/last";

/**
 * Names a project by what is in it: the same for the same paths, whatever their order. Sizes do not count, since
 * saving in place changes them.
 */
export function projectId(name: string, files: readonly { readonly path: string }[]): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  const text = files
    .map(({ path }) => path)
    .sort()
    .join("\n");
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995);
  }
  const hex = (part: number) => (part >>> 0).toString(16).padStart(8, "0");
  return `${name.replace(/[/\s]+/g, "-")}-${hex(low)}${hex(high)}`;
}

/** @throws when the store does. */
export async function saveSession(store: KeyValueStore, session: Session): Promise<void> {
  await store.set(key, session);
}

/** Null when nothing was open or the record is of no use. */
export async function loadSession(store: KeyValueStore): Promise<Session | null> {
  const value = await store.get(key);
  return isSession(value) ? value : null;
}

/** Notes which image is open, if the session is still that of `projectId`. */
export async function setOpenKey(store: KeyValueStore, projectId: string, openKey: string): Promise<void> {
  const session = await loadSession(store);
  if (session?.projectId === projectId) await saveSession(store, { ...session, openKey });
}

function isSession(value: unknown): value is Session {
  if (typeof value !== "object" || value === null) return false;
  const session = value as Partial<Session>;
  return typeof session.projectId === "string" && typeof session.source?.kind === "string";
}
