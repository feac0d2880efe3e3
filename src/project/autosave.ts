import { createStore, type StoreApi } from "zustand/vanilla";
import type { DecisionRecord, Proposals, TileDiff, WorkingState, WrittenLabel } from "../document/types";
import { type KeptNote, parseNote } from "./keptNote";
import { type KeyValueStore, type Put, storageReason } from "./storage";
import { createWorkRecords, type Kept, type KeptWork } from "./workRecords";

/** Whether all work is kept; "failed" says why and what to do. */
type SaveStatus =
  | { readonly state: "saved"; readonly at: number | null }
  | { readonly state: "pending" }
  | { readonly state: "saving" }
  | { readonly state: "failed"; readonly reason: string };

type Watched = Omit<Kept, "store"> & {
  readonly store: { getState(): WatchedState; subscribe(listener: (state: WatchedState) => void): () => void };
  onStep(listener: (diffs: readonly TileDiff[]) => void): () => void;
};
type WatchedState = Readonly<Record<(typeof watchedParts)[number], unknown>> & {
  readonly decisions: readonly DecisionRecord[];
  readonly changedPixels: number;
};

/** What is committed: it is kept at once. A step may change nothing but what can be undone. */
const committedParts = ["steps", "decisions", "savedVersion"] as const;

/** A change of any of these is to be kept. */
const watchedParts = [...committedParts, "version", "proposals", "shown"] as const;

/** Keeps the working state, the proposals and the history of every watched document of one project. */
export interface Autosave {
  readonly projectId: string;
  readonly status: StoreApi<SaveStatus>;
  /** Whether this tab may still write the project: what is not kept when it ceases to, never is. */
  mayKeep(): boolean;
  /**
   * Keeps every step of the document in the call that commits it, and what else changes (suggestions) after a pause. Stopping
   * does not forget changes not saved yet.
   */
  watch(doc: Watched): () => void;
  /** Saves a document that is not watched. */
  keep(doc: Kept): Promise<void>;
  /**
   * Saves a document at once and other records with it: all of it is kept, or nothing.
   * @throws when the store does; the document stays to be saved.
   */
  keepWith(doc: Kept, alongside: readonly Put[]): Promise<void>;
  /**
   * Notes what is about to be written into an image's file: should the page go before that is kept, what was done since is
   * still put upon it. That it cannot be noted costs that only; it never rejects.
   */
  willSave(imageKey: string, written: WrittenLabel): Promise<void>;
  /** The state kept for an image; null if there is none or it cannot be read (then `status` says why). */
  load(imageKey: string): Promise<WorkingState | null>;
  /** The same with proposals and history. */
  loadWithPast(imageKey: string): Promise<KeptWork | null>;
  /** When a stroke was begun whose end was never kept; null for none. */
  begun(imageKey: string): Promise<number | null>;
  /**
   * Sets work aside that does not fit its label: moved, or copied where a part of it goes on. Where that fails, nothing is
   * written over it until it succeeds.
   */
  setAside(imageKey: string, reason: string, how: "moved" | "copied"): Promise<void>;
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
  /** Pause in the changes before suggestions are kept, and the log becomes part of the state. */
  readonly delayMs?: number;
  /** At least this often while changes go on. */
  readonly maxDelayMs?: number;
  /** Whether this tab may still write the project. */
  readonly mayKeep?: () => boolean;
  /** What failed is tried again after this. */
  readonly retryMs?: number;
}

/** A timer that is so late was held up by a page that slept or was busy, ms. */
const asleepMs = 2000;

/**
 * A write begins in the very call that asks for it (a page that goes runs no further turn), so that several may be under
 * way at a time: the store puts them in the order of the calls.
 */
export function createAutosave(options: AutosaveOptions): Autosave {
  const { store, projectId, undecidedIn = () => 0, delayMs = 600, maxDelayMs = 5000, retryMs = 5000 } = options;
  const { mayKeep = () => true } = options;
  const status = createStore<SaveStatus>(() => ({ state: "saved", at: null }));
  const records = createWorkRecords(store, projectId, undecidedIn);
  /** Documents to be written as a whole, and those of them that hold what is not written at all. */
  const pending = new Map<string, Kept>();
  const unwritten = new Set<string>();
  const writing = new Set<Promise<void>>();
  /** Why the last write of a document failed: what comes after it is no use until the whole is written. */
  const failures = new Map<string, { readonly error: unknown }>();
  const prefix = `work/${projectId}/`;
  const notePrefix = `undecided/${projectId}/`;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let pendingSince = 0;

  const fail = (error: unknown) => status.setState({ state: "failed", reason: storageReason(error) }, true);

  const schedule = (doc: Kept) => {
    const now = Date.now();
    if (timer === null || pending.size === 0) pendingSince = now;
    pending.set(doc.key, doc);
    wait(Math.max(0, Math.min(delayMs, pendingSince + maxDelayMs - now)));
  };

  const wait = (ms: number) => {
    if (timer !== null) clearTimeout(timer);
    const due = Date.now() + ms;
    timer = setTimeout(() => {
      timer = null;
      if (!mayKeep()) return;
      // The page slept: another tab may have taken the project over, which this one is told of first.
      if (Date.now() - due > asleepMs) return wait(delayMs);
      // A stroke is written once it is done.
      for (const doc of [...pending.values()]) if (!doc.isDrawing()) save(doc);
      if (pending.size > 0) wait(delayMs);
    }, ms);
  };

  const flush = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (mayKeep()) for (const doc of [...pending.values()]) save(doc);
    while (writing.size > 0) await Promise.all(writing);
  };

  /** The whole document. `done` never rejects: then the status says what came of it. */
  const save = (doc: Kept, alongside: readonly Put[] = []) => {
    pending.delete(doc.key);
    const earlier = failures.get(doc.key);
    return track(doc, records.write(doc, alongside), () => {
      if (failures.get(doc.key) === earlier) failures.delete(doc.key);
    });
  };

  const track = (doc: Kept, written: Promise<void>, succeeded: () => void = () => undefined) => {
    unwritten.delete(doc.key);
    const done = written
      .then(succeeded, (error: unknown) => {
        failures.set(doc.key, { error });
        // A newer state may wait by now.
        if (!pending.has(doc.key)) pending.set(doc.key, doc);
      })
      .finally(() => {
        writing.delete(done);
        settle();
      });
    writing.add(done);
    settle();
    return { written, done };
  };

  const settle = () => {
    const [failure] = failures.values();
    if (writing.size > 0) status.setState({ state: "saving" }, true);
    else if (failure !== undefined) {
      fail(failure.error);
      if (timer === null) wait(retryMs);
    } else if (unwritten.size > 0) status.setState({ state: "pending" }, true);
    else status.setState({ state: "saved", at: Date.now() }, true);
  };

  /** @returns null where that failed, which the status says. */
  const reading = async <T>(read: Promise<T>): Promise<T | null> => {
    try {
      return await read;
    } catch (error) {
      fail(error);
      return null;
    }
  };

  return {
    projectId,
    status,
    mayKeep,
    watch(doc) {
      let seen = doc.store.getState();
      let flips: (readonly TileDiff[])[] = [];
      const stops = [
        doc.onStep((diffs) => flips.push(diffs)),
        doc.store.subscribe((state) => {
          const before = seen;
          seen = state;
          const isOther = (part: (typeof watchedParts)[number]) => state[part] !== before[part];
          if (!watchedParts.some(isOther)) return;
          const own = flips;
          flips = [];
          if (!mayKeep()) return;
          const isCommitted = committedParts.some(isOther) && !doc.isDrawing();
          // What is saved into the file is the state that differences are told from.
          if (isCommitted && (isOther("savedVersion") || !records.canAppend(doc.key))) return void save(doc);
          schedule(doc);
          if (doc.isDrawing() && isOther("version")) records.begin(doc.key);
          if (isCommitted) return void track(doc, records.append(doc, own));
          unwritten.add(doc.key);
          settle();
        }),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
    async keep(doc) {
      if (!mayKeep()) return;
      pending.set(doc.key, doc);
      return flush();
    },
    async keepWith(doc, alongside) {
      const { written, done } = save(doc, alongside);
      await done;
      return written;
    },
    async willSave(imageKey, written) {
      if (mayKeep()) await records.willSave(imageKey, written).catch(() => undefined);
    },
    async load(imageKey) {
      const waiting = pending.get(imageKey);
      if (waiting !== undefined) return waiting.snapshot();
      return reading(records.load(imageKey));
    },
    async loadWithPast(imageKey) {
      const waiting = pending.get(imageKey);
      if (waiting === undefined) return reading(records.loadWithPast(imageKey));
      return { working: waiting.snapshot(), past: waiting.past(), lost: false, replayed: null, isBroken: false };
    },
    begun: async (imageKey) => (await reading(records.begun(imageKey))) ?? null,
    async setAside(imageKey, reason, how) {
      if (mayKeep()) await reading(records.setAside(imageKey, reason, how === "moved"));
    },
    async proposalArray(imageKey, name, part) {
      const waiting = pending.get(imageKey)?.past().proposals[name] as Readonly<Record<string, unknown>> | undefined;
      if (waiting === undefined) return reading(records.proposalArray(imageKey, name, part));
      const array = waiting[part];
      return ArrayBuffer.isView(array) ? array : null;
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
