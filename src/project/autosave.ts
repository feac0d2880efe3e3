import { createStore, type StoreApi } from "zustand/vanilla";
import type { ImageDocument, WorkingState } from "../document/types";
import { type KeyValueStore, storageReason } from "./storage";

/** Whether all work is kept; "failed" says why and what to do. */
type SaveStatus =
  | { readonly state: "saved"; readonly at: number | null }
  | { readonly state: "pending" }
  | { readonly state: "saving" }
  | { readonly state: "failed"; readonly reason: string };

type Kept = Pick<ImageDocument<unknown>, "key" | "snapshot">;
type Watched = Kept & {
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
  keep(doc: Kept): Promise<void>;
  /** The state kept for an image; null if there is none or it cannot be read (then `status` says why). */
  load(imageKey: string): Promise<WorkingState | null>;
  /** Images with kept work. */
  keys(): Promise<string[]>;
  /**
   * Begins to save what is pending, at once, and what failed before; resolves when nothing is being saved any more, failed
   * or not.
   */
  flush(): Promise<void>;
}

export interface AutosaveOptions {
  readonly store: KeyValueStore;
  readonly projectId: string;
  /** Pause in the changes before saving. */
  readonly delayMs?: number;
  /** Saves at least this often while changes go on. */
  readonly maxDelayMs?: number;
}

/**
 * A write begins in the very call that asks for it (a page that goes runs no further turn), so that several may be under
 * way at a time: the store puts them in the order of the calls.
 */
export function createAutosave({ store, projectId, delayMs = 600, maxDelayMs = 5000 }: AutosaveOptions): Autosave {
  const status = createStore<SaveStatus>(() => ({ state: "saved", at: null }));
  const pending = new Map<string, Kept>();
  const writing = new Set<Promise<void>>();
  const prefix = `work/${projectId}/`;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let pendingSince = 0;
  /** Of the writes since `flush` was called last. */
  let failure: { readonly error: unknown } | null = null;

  const fail = (error: unknown) => status.setState({ state: "failed", reason: storageReason(error) }, true);

  const schedule = (doc: Kept) => {
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
    const docs = [...pending.values()];
    pending.clear();
    if (docs.length > 0) {
      failure = null;
      status.setState({ state: "saving" }, true);
    }
    for (const doc of docs) save(doc);
    while (writing.size > 0) await Promise.all(writing);
  };

  const save = (doc: Kept) => {
    const done = write(doc)
      .catch((error: unknown) => {
        failure = { error };
        // A newer state may wait by now.
        if (!pending.has(doc.key)) pending.set(doc.key, doc);
      })
      .finally(() => {
        writing.delete(done);
        if (writing.size === 0) settle();
      });
    writing.add(done);
  };

  const settle = () => {
    if (timer !== null) return;
    if (failure !== null) fail(failure.error);
    else status.setState({ state: "saved", at: Date.now() }, true);
  };

  const write = async (doc: Kept): Promise<void> => {
    const state = doc.snapshot();
    const isEmpty = state.runs.length === 0 && state.decisions.length === 0;
    if (isEmpty) await store.delete(prefix + doc.key);
    else await store.set(prefix + doc.key, state);
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
  };
}

function isWorkingState(value: unknown): value is WorkingState {
  if (typeof value !== "object" || value === null) return false;
  const state = value as Partial<Record<keyof WorkingState, unknown>>;
  return state.index instanceof Uint32Array && state.runs instanceof Uint16Array && Array.isArray(state.decisions);
}
