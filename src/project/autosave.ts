import { createStore, type StoreApi } from "zustand/vanilla";
import type { DecisionRecord, ImageDocument, Past, Proposals, WorkingState } from "../document/types";
import { createPastRecords } from "./pastRecords";
import { noPast, type PastIndex, readProposalArray } from "./readPast";
import { type KeyValueStore, type Put, storageIsFull, storageReason } from "./storage";

/** Whether all work is kept; "failed" says why and what to do. */
type SaveStatus =
  | { readonly state: "saved"; readonly at: number | null }
  | { readonly state: "pending" }
  | { readonly state: "saving" }
  | { readonly state: "failed"; readonly reason: string };

type Kept = Pick<ImageDocument<unknown>, "key" | "snapshot" | "past">;
type Watched = Kept & {
  readonly store: { getState(): WatchedState; subscribe(listener: (state: WatchedState) => void): () => void };
};
type WatchedState = Readonly<Record<(typeof watchedParts)[number], unknown>>;

/** A change of any of these is to be kept. A step may change nothing but what can be undone. */
const watchedParts = ["version", "steps", "decisions", "savedVersion", "proposals", "shown"] as const;

/** What was kept of a document. */
interface KeptWork {
  readonly working: WorkingState;
  readonly past: Past<unknown>;
  /** Steps or proposals could not be read: the past is what is left. */
  readonly lost: boolean;
}

/** What is known of kept work without reading it. */
export interface KeptNote {
  /** Rows that are undecided. */
  readonly undecided: number;
  /** Its decisions, without the pixels they wrote; null where that was not noted: earlier versions did not. */
  readonly decisions: readonly DecisionRecord[] | null;
}

/** Keeps the working state, the proposals and the history of every watched document of one project. */
export interface Autosave {
  readonly projectId: string;
  readonly status: StoreApi<SaveStatus>;
  /** Saves the document after each pause in its changes. Stopping does not forget changes not saved yet. */
  watch(doc: Watched): () => void;
  /** Saves a document that is not watched. */
  keep(doc: Kept): Promise<void>;
  /**
   * Saves a document at once and other records with it: all of it is kept, or nothing.
   * @throws when the store does; the document stays to be saved.
   */
  keepWith(doc: Kept, alongside: readonly Put[]): Promise<void>;
  /** The state kept for an image; null if there is none or it cannot be read (then `status` says why). */
  load(imageKey: string): Promise<WorkingState | null>;
  /** The same with proposals and history. */
  loadWithPast(imageKey: string): Promise<KeptWork | null>;
  /** One array of what is proposed for an image, without reading the rest; null where there is none. */
  proposalArray(imageKey: string, name: string, part: string): Promise<ArrayBufferView | null>;
  /** Images with kept work. */
  keys(): Promise<string[]>;
  /** What was noted of them when they were kept, all of it read at once. */
  notes(): Promise<ReadonlyMap<string, KeptNote>>;
  /**
   * Begins to save what is pending, at once, and what failed before; resolves when nothing is being saved any more, failed
   * or not.
   */
  flush(): Promise<void>;
}

export interface AutosaveOptions {
  readonly store: KeyValueStore;
  readonly projectId: string;
  /** How many rows of a document's proposals are undecided: read without reading these. */
  readonly undecidedIn?: (proposals: Proposals<unknown>) => number;
  /** Pause in the changes before saving. */
  readonly delayMs?: number;
  /** Saves at least this often while changes go on. */
  readonly maxDelayMs?: number;
}

/**
 * A write begins in the very call that asks for it (a page that goes runs no further turn), so that several may be under
 * way at a time: the store puts them in the order of the calls.
 */
export function createAutosave(options: AutosaveOptions): Autosave {
  const { store, projectId, undecidedIn = () => 0, delayMs = 600, maxDelayMs = 5000 } = options;
  const status = createStore<SaveStatus>(() => ({ state: "saved", at: null }));
  const pending = new Map<string, Kept>();
  const writing = new Set<Promise<void>>();
  const prefix = `work/${projectId}/`;
  const notePrefix = `undecided/${projectId}/`;
  const records = createPastRecords();
  /** No key of an image begins with another's and this sign. */
  const recordPrefix = (imageKey: string): string => `past/${projectId}/${imageKey}\0`;
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

  /** `done` never rejects: then the status says what came of it. */
  const save = (doc: Kept, alongside: readonly Put[] = []) => {
    const written = write(doc, alongside);
    const done = written
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
    return { written, done };
  };

  const settle = () => {
    if (timer !== null) return;
    if (failure !== null) fail(failure.error);
    else status.setState({ state: "saved", at: Date.now() }, true);
  };

  /** All in one transaction: a state must never lie beside the history of another. */
  const write = async (doc: Kept, alongside: readonly Put[]): Promise<void> => {
    const state = doc.snapshot();
    const past = doc.past();
    const { done, undone, proposals } = past;
    const isEmpty = [state.runs, state.decisions, done, undone, Object.keys(proposals)].every(
      (one) => one.length === 0,
    );
    const change = records.change(doc.key, past);
    const [key, recordKey, noteKey] = [prefix + doc.key, recordPrefix(doc.key), notePrefix + doc.key];
    const puts = [...change.puts.map(({ id, value }) => [recordKey + id, value] as const), ...alongside];
    const deletes = change.deletes.map((id) => recordKey + id);
    try {
      const work: StoredWork = { ...state, past: change.index };
      if (isEmpty) await store.write(puts, [...deletes, key, noteKey]);
      else await store.write([...puts, [key, work], [noteKey, noteOf(proposals, state.decisions)]], deletes);
    } catch (error) {
      records.failed(doc.key, change);
      // Labels come first: they take little of what there is room for.
      if (storageIsFull(error) && !isEmpty) await store.write([[key, state]], [noteKey]).catch(() => undefined);
      throw error;
    }
  };

  const noteOf = (proposals: Proposals<unknown>, decisions: readonly DecisionRecord[]): KeptNote => ({
    undecided: undecidedIn(proposals),
    decisions: decisions.map(({ written, ids, pairs, ...decision }) => decision),
  });

  const loadStored = async (imageKey: string) => {
    try {
      const value = await store.get(prefix + imageKey);
      if (value === undefined) return null;
      if (!isWorkingState(value)) throw new Error(`the work kept for ${imageKey} is damaged`);
      const { past: index, ...working } = value;
      return { working, index };
    } catch (error) {
      fail(error);
      return null;
    }
  };

  return {
    projectId,
    status,
    watch(doc) {
      let seen = doc.store.getState();
      return doc.store.subscribe((state) => {
        const isSame = watchedParts.every((part) => state[part] === seen[part]);
        seen = state;
        if (!isSame) schedule(doc);
      });
    },
    keep(doc) {
      pending.set(doc.key, doc);
      return flush();
    },
    async keepWith(doc, alongside) {
      pending.delete(doc.key);
      if (pending.size === 0) {
        if (timer !== null) clearTimeout(timer);
        timer = null;
        failure = null;
      }
      status.setState({ state: "saving" }, true);
      const { written, done } = save(doc, alongside);
      await done;
      return written;
    },
    async load(imageKey) {
      const waiting = pending.get(imageKey);
      if (waiting !== undefined) return waiting.snapshot();
      const stored = await loadStored(imageKey);
      return stored === null ? null : stored.working;
    },
    async loadWithPast(imageKey) {
      const waiting = pending.get(imageKey);
      if (waiting !== undefined) return { working: waiting.snapshot(), past: waiting.past(), lost: false };
      const stored = await loadStored(imageKey);
      if (stored === null) return null;
      const { working, index } = stored;
      try {
        const recordKey = recordPrefix(imageKey);
        const found = await store.entries(recordKey);
        const byId = new Map(found.map(([key, record]) => [key.slice(recordKey.length), record]));
        return { working, ...records.read(imageKey, index, byId, working.decisions) };
      } catch (error) {
        fail(error);
        return { working, past: noPast, lost: true };
      }
    },
    async proposalArray(imageKey, name, part) {
      const waiting = pending.get(imageKey)?.past().proposals[name] as Readonly<Record<string, unknown>> | undefined;
      if (waiting !== undefined) {
        const array = waiting[part];
        return ArrayBuffer.isView(array) ? array : null;
      }
      const index = (await loadStored(imageKey))?.index;
      return readProposalArray(index, name, part, (id) => store.get(recordPrefix(imageKey) + id));
    },
    async keys() {
      return (await store.keys(prefix)).map((key) => key.slice(prefix.length));
    },
    async notes() {
      const noted = await store.entries(notePrefix);
      return new Map(
        noted.flatMap(([key, value]) => {
          const note = parseNote(value);
          return note === null ? [] : [[key.slice(notePrefix.length), note] as const];
        }),
      );
    },
    flush,
  };
}

/** Of earlier versions only the number of rows is noted. */
function parseNote(value: unknown): KeptNote | null {
  if (typeof value === "number") return { undecided: value, decisions: null };
  if (typeof value !== "object" || value === null) return null;
  const { undecided, decisions } = value as Partial<Record<keyof KeptNote, unknown>>;
  return typeof undecided === "number" ? { undecided, decisions: Array.isArray(decisions) ? decisions : null } : null;
}

/** Earlier versions kept no past. */
interface StoredWork extends WorkingState {
  readonly past?: PastIndex;
}

function isWorkingState(value: unknown): value is StoredWork {
  if (typeof value !== "object" || value === null) return false;
  const state = value as Partial<Record<keyof WorkingState, unknown>>;
  return state.index instanceof Uint32Array && state.runs instanceof Uint16Array && Array.isArray(state.decisions);
}
