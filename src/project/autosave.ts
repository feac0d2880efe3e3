import { createStore, type StoreApi } from "zustand/vanilla";
import type { ImageDocument, WorkingState } from "../document/types";
import { type KeyValueStore, storageReason } from "./storage";

/** Whether all work is kept; "failed" says why and what to do. */
export type SaveStatus =
  | { readonly state: "saved"; readonly at: number | null }
  | { readonly state: "pending" }
  | { readonly state: "saving" }
  | { readonly state: "failed"; readonly reason: string };

type Watched = Pick<ImageDocument<unknown>, "key" | "snapshot"> & {
  readonly store: { getState(): WatchedState; subscribe(listener: (state: WatchedState) => void): () => void };
};
type WatchedState = { readonly version: number; readonly decisions: unknown; readonly savedVersion: unknown };

/** Keeps the working state of every watched document of one project. */
export interface Autosave {
  readonly projectId: string;
  readonly status: StoreApi<SaveStatus>;
  /** Saves the document after each pause in its changes. Stopping does not forget changes not saved yet. */
  watch(doc: Watched): () => void;
  /** Saves a document that is not watched. */
  keep(doc: Pick<Watched, "key" | "snapshot">): Promise<void>;
  /** The state kept for an image; null if there is none or it cannot be read (then `status` says why). */
  load(imageKey: string): Promise<WorkingState | null>;
  /** Images with kept work. */
  keys(): Promise<string[]>;
  /** Saves what is pending now; resolves when done, failed or not. */
  flush(): Promise<void>;
  /** Tries again what failed. */
  retry(): Promise<void>;
}

export interface AutosaveOptions {
  readonly store: KeyValueStore;
  readonly projectId: string;
  /** Pause in the changes before saving. */
  readonly delayMs?: number;
  /** Saves at least this often while changes go on. */
  readonly maxDelayMs?: number;
}

export function createAutosave({ store, projectId, delayMs = 600, maxDelayMs = 5000 }: AutosaveOptions): Autosave {
  const status = createStore<SaveStatus>(() => ({ state: "saved", at: null }));
  const pending = new Map<string, Pick<Watched, "key" | "snapshot">>();
  const prefix = `work/${projectId}/`;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let pendingSince = 0;
  let running: Promise<void> | null = null;

  const fail = (error: unknown) => status.setState({ state: "failed", reason: storageReason(error) }, true);

  const schedule = (doc: Pick<Watched, "key" | "snapshot">) => {
    const now = Date.now();
    if (timer === null) pendingSince = now;
    else clearTimeout(timer);
    pending.set(doc.key, doc);
    status.setState({ state: "pending" }, true);
    timer = setTimeout(() => void flush(), Math.max(0, Math.min(delayMs, pendingSince + maxDelayMs - now)));
  };

  const flush = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // One writer at a time: an older state must never arrive after a newer one.
    while (running !== null) await running;
    if (pending.size === 0) return;
    running = saveAll().finally(() => {
      running = null;
    });
    await running;
  };

  const saveAll = async () => {
    status.setState({ state: "saving" }, true);
    let failure: { readonly error: unknown } | null = null;
    const failed = new Map<string, Pick<Watched, "key" | "snapshot">>();
    for (let next = first(pending); next !== null; next = first(pending)) {
      pending.delete(next.key);
      try {
        await write(next.key, next.snapshot());
      } catch (error) {
        failure = { error };
        failed.set(next.key, next);
      }
    }
    for (const [key, doc] of failed) pending.set(key, doc);
    if (failure !== null) fail(failure.error);
    else status.setState({ state: "saved", at: Date.now() }, true);
  };

  const write = async (imageKey: string, state: WorkingState) => {
    const isEmpty = state.runs.length === 0 && state.decisions.length === 0;
    if (isEmpty) await store.delete(prefix + imageKey);
    else await store.set(prefix + imageKey, state);
  };

  return {
    projectId,
    status,
    watch(doc) {
      let seen = doc.store.getState();
      return doc.store.subscribe((state) => {
        const isSame =
          state.version === seen.version &&
          state.decisions === seen.decisions &&
          state.savedVersion === seen.savedVersion;
        seen = state;
        if (!isSame) schedule(doc);
      });
    },
    keep(doc) {
      pending.set(doc.key, doc);
      return flush();
    },
    async load(imageKey) {
      const waiting = pending.get(imageKey);
      if (waiting !== undefined) return waiting.snapshot();
      try {
        const value = await store.get(prefix + imageKey);
        if (value === undefined || isWorkingState(value)) return value ?? null;
        throw new Error(`the work kept for ${imageKey} is damaged`);
      } catch (error) {
        fail(error);
        return null;
      }
    },
    async keys() {
      return (await store.keys(prefix)).map((key) => key.slice(prefix.length));
    },
    flush,
    retry: flush,
  };
}

function first<K, V>(map: ReadonlyMap<K, V>): V | null {
  for (const value of map.values()) return value;
  return null;
}

function isWorkingState(value: unknown): value is WorkingState {
  if (typeof value !== "object" || value === null) return false;
  const state = value as Partial<Record<keyof WorkingState, unknown>>;
  return state.index instanceof Uint32Array && state.runs instanceof Uint16Array && Array.isArray(state.decisions);
}
