import type {
  DecisionRecord,
  ImageDocument,
  Past,
  Proposals,
  TileDiff,
  WorkingState,
  WrittenLabel,
} from "../document/types";
import { setAside } from "./asides";
import { noteOf } from "./keptNote";
import { checksum, decisionsChange, type KeptWhole, type LogRecord, replay } from "./log";
import { createPastRecords } from "./pastRecords";
import { noPast, readProposalArray, type StepRecord } from "./readPast";
import { type KeyValueStore, type Put, storageIsFull } from "./storage";
import { isStoredWork, type StoredWork } from "./storedWork";

export type Kept = Pick<ImageDocument<unknown>, "key" | "snapshot" | "past" | "isDrawing"> & {
  readonly store: { getState(): { readonly decisions: readonly DecisionRecord[]; readonly changedPixels: number } };
};

/** What was kept of a document. */
export interface KeptWork {
  readonly working: WorkingState;
  readonly past: Past<unknown>;
  /** Steps or proposals could not be read: the past is what is left. */
  readonly lost: boolean;
  /** Changes that were logged one by one and never kept as a whole: the page went without a word. Null for none. */
  readonly replayed: { readonly count: number; readonly at: number } | null;
  /** Some of these are damaged, or those of another tab: they are not in it. */
  readonly isBroken: boolean;
}

/**
 * One image's work as records: its state as a whole, and a log of the changes since, each written at once. Every write begins
 * in the call itself, and is all or nothing.
 */
export interface WorkRecords {
  /** Writes the whole state; the log begins anew. */
  write(doc: Kept, alongside: readonly Put[]): Promise<void>;
  /** Whether it is known what is stored, so that a difference from it will do. */
  canAppend(imageKey: string): boolean;
  /** Writes what changed since the last write, with the pixels of the steps done, undone or redone since. */
  append(doc: Kept, flips: readonly (readonly TileDiff[])[]): Promise<void>;
  /** Null where there is none. @throws when it cannot be read: then the next write sets it aside first. */
  load(imageKey: string): Promise<WorkingState | null>;
  loadWithPast(imageKey: string): Promise<KeptWork | null>;
  /** One array of what is proposed; null where there is none. */
  proposalArray(imageKey: string, name: string, part: string): Promise<ArrayBufferView | null>;
  /** Notes that a stroke is being drawn, until the next write. That it cannot be noted costs the note only. */
  begin(imageKey: string): void;
  /** When it was noted; null where it is not. */
  begun(imageKey: string): Promise<number | null>;
  /** Notes what is about to be written into the image's file, until a state is kept that is relative to it. */
  willSave(imageKey: string, written: WrittenLabel): Promise<void>;
  /** Sets aside what is kept for the image, as it lies there or (`isMoved`) so that nothing is left. */
  setAside(imageKey: string, reason: string, isMoved: boolean): Promise<void>;
}

/** What is known to be stored of an image. */
interface Stored {
  /** What the next record of the log follows; null: the whole state must be written. */
  tail: string | null;
  /** Keys of the log. */
  readonly log: ReadonlySet<string>;
  readonly decisions: readonly DecisionRecord[];
  /** Those that the note of it was made from; null where that is not known. */
  readonly proposals: Proposals<unknown> | null;
  /** As the note of it says; null where that is not known. */
  readonly changed: boolean | null;
}

const nothing: Stored = { tail: null, log: new Set(), decisions: [], proposals: null, changed: null };

/** @param undecidedIn How many rows of a document's proposals are undecided. */
export function createWorkRecords(
  store: KeyValueStore,
  projectId: string,
  undecidedIn: (proposals: Proposals<unknown>) => number,
): WorkRecords {
  const records = createPastRecords();
  const stored = new Map<string, Stored>();
  /** Images of which it is not known what is stored. */
  const unread = new Map<string, string>();
  const life = crypto.randomUUID().slice(0, 8);
  let count = 0;
  const newId = (): string => `${life}-${count++}`;
  const storedOf = (key: string): Stored => stored.get(key) ?? nothing;
  const drawing = new Set<string>();
  /** What states were relative to when saving began. */
  const saving = new Map<string, number>();
  const keysOf = (imageKey: string) => ({
    begun: `begun/${projectId}/${imageKey}`,
    work: `work/${projectId}/${imageKey}`,
    note: `undecided/${projectId}/${imageKey}`,
    saving: `saving/${projectId}/${imageKey}`,
    // No key of an image begins with another's and this sign.
    past: `past/${projectId}/${imageKey}\0`,
    log: `log/${projectId}/${imageKey}\0`,
  });

  /** A failed write leaves what is stored as it was, and later ones built upon it. */
  const failed = (key: string, log: Iterable<string>): void => {
    const now = storedOf(key);
    stored.set(key, { ...now, tail: null, log: new Set([...now.log, ...log]) });
  };

  async function writeWhole(doc: Kept, alongside: readonly Put[]): Promise<void> {
    const state = doc.snapshot();
    const past = doc.past();
    const { done, undone, proposals } = past;
    const parts = [state.runs, state.decisions, done, undone, Object.keys(proposals)];
    const isEmpty = state.first === undefined && parts.every((one) => one.length === 0);
    const keys = keysOf(doc.key);
    const change = records.change(doc.key, past);
    const { log } = storedOf(doc.key);
    const id = newId();
    const changed = doc.store.getState().changedPixels > 0;
    // A stroke being drawn is no step yet: what follows it cannot be told as a difference.
    const tail = isEmpty || doc.isDrawing() ? null : id;
    stored.set(doc.key, { tail, log: new Set(), decisions: state.decisions, proposals, changed });
    const puts = [...change.puts.map(({ id: own, value }) => [keys.past + own, value] as const), ...alongside];
    const deletes = [keys.begun, ...change.deletes.map((own) => keys.past + own), ...log];
    if ((saving.get(doc.key) ?? state.originalHash) !== state.originalHash) deletes.push(keys.saving);
    drawing.delete(doc.key);
    try {
      const work: StoredWork = { ...state, id, past: change.index };
      if (isEmpty) await store.write(puts, [...deletes, keys.work, keys.note]);
      else
        await store.write(
          [...puts, [keys.work, work], [keys.note, noteOf(undecidedIn(proposals), state.decisions, changed)]],
          deletes,
        );
    } catch (error) {
      records.failed(doc.key, change);
      failed(doc.key, log);
      // Labels come first: they take little of what there is room for.
      if (storageIsFull(error) && !isEmpty) {
        await store.write([[keys.work, state]], [keys.note, ...log]).catch(() => undefined);
      }
      throw error;
    }
  }

  const canAppend = (key: string): boolean => storedOf(key).tail !== null && !unread.has(key);

  async function append(doc: Kept, flips: readonly (readonly TileDiff[])[]): Promise<void> {
    const own = storedOf(doc.key);
    const past = doc.past();
    const addition = canAppend(doc.key) ? records.append(doc.key, past, flips) : null;
    if (own.tail === null || addition === null) return write(doc, []);
    const keys = keysOf(doc.key);
    const { decisions, changedPixels } = doc.store.getState();
    const changed = changedPixels > 0;
    const record: LogRecord = {
      format: 1,
      id: newId(),
      after: own.tail,
      at: Date.now(),
      change: addition.change,
      flipped: addition.flipped.map(({ id, value }) => [id, checksum(value as StepRecord)]),
      decisions: decisionsChange(own.decisions, decisions),
    };
    const logKey = keys.log + record.id;
    const log = new Set([...own.log, logKey]);
    stored.set(doc.key, { tail: record.id, log, decisions, proposals: past.proposals, changed });
    const puts = addition.puts.map(({ id, value }) => [keys.past + id, value] as const);
    const isNoted = record.decisions === null && own.proposals === past.proposals && own.changed === changed;
    const note: Put[] = isNoted ? [] : [[keys.note, noteOf(undecidedIn(past.proposals), decisions, changed)]];
    drawing.delete(doc.key);
    try {
      await store.write([...puts, [logKey, record], ...note], [keys.begun]);
    } catch (error) {
      records.failed(doc.key, addition);
      failed(doc.key, [logKey]);
      throw error;
    }
  }

  /** What cannot be read may be read by the next visit: it is never written over. */
  function write(doc: Kept, alongside: readonly Put[]): Promise<void> {
    const reason = unread.get(doc.key);
    if (reason === undefined) return writeWhole(doc, alongside);
    return aside(doc.key, reason, true).then(() => writeWhole(doc, alongside));
  }

  async function aside(imageKey: string, reason: string, isMoved: boolean): Promise<void> {
    unread.set(imageKey, reason);
    await setAside(store, projectId, { key: imageKey, reason, isMoved });
    unread.delete(imageKey);
    if (!isMoved) return;
    stored.delete(imageKey);
    records.read(imageKey, undefined, new Map(), []);
  }

  /** What is stored, with the log put upon it. */
  async function read(imageKey: string) {
    const keys = keysOf(imageKey);
    const found = await store.read([keys.work, keys.saving], [keys.past, keys.log]);
    const value = found.get(keys.work);
    const under = (prefix: string) =>
      new Map(
        [...found].filter(([key]) => key.startsWith(prefix)).map(([key, one]) => [key.slice(prefix.length), one]),
      );
    const log = under(keys.log);
    if (value === undefined && log.size === 0) return null;
    if (!isStoredWork(value)) throw new Error(`the work kept for ${imageKey} is damaged`);
    const { past: index, id, ...state } = value;
    const working = { ...state, ...writing(imageKey, found.get(keys.saving)) };
    const byId = under(keys.past);
    return { keys, byId, log, ...replay({ working, index, id }, byId, log) };
  }

  /** The same without the history, which is megabytes, unless there is something to be put upon the state. */
  async function readState(imageKey: string): Promise<Omit<KeptWhole, "id"> | null> {
    const keys = keysOf(imageKey);
    const found = await store.read([keys.work, keys.saving], [keys.log]);
    const value = found.get(keys.work);
    const isLogged = [...found.keys()].some((key) => key.startsWith(keys.log));
    if (value === undefined && !isLogged) return null;
    if (isLogged || !isStoredWork(value)) return read(imageKey);
    const { past: index, id: _, ...working } = value;
    return { working: { ...working, ...writing(imageKey, found.get(keys.saving)) }, index };
  }

  /** The part of a state that says what its file may hold instead. */
  function writing(imageKey: string, written: unknown): Pick<WorkingState, "writing"> {
    if (!isWritten(written)) return {};
    saving.set(imageKey, written.originalHash);
    return { writing: written };
  }

  function pastOf(...read: Parameters<typeof records.read>): Pick<KeptWork, "past" | "lost"> {
    try {
      return records.read(...read);
    } catch {
      return { past: noPast, lost: true };
    }
  }

  /** Notes whether reading worked. */
  async function noting<T>(imageKey: string, reading: Promise<T>): Promise<T> {
    try {
      const found = await reading;
      unread.delete(imageKey);
      return found;
    } catch (error) {
      unread.set(imageKey, `It could not be read: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  }

  return {
    write,
    canAppend,
    append,
    begin(imageKey) {
      if (drawing.has(imageKey)) return;
      drawing.add(imageKey);
      store.write([[keysOf(imageKey).begun, Date.now()]], []).catch(() => undefined);
    },
    async begun(imageKey) {
      const at = await store.get(keysOf(imageKey).begun);
      return typeof at === "number" ? at : null;
    },
    async willSave(imageKey, written) {
      saving.set(imageKey, written.originalHash);
      await store.write([[keysOf(imageKey).saving, written]], []);
    },
    setAside: aside,
    load: (imageKey) =>
      noting(
        imageKey,
        readState(imageKey).then((found) => found?.working ?? null),
      ),
    async proposalArray(imageKey, name, part) {
      const index = (await noting(imageKey, readState(imageKey)))?.index;
      return readProposalArray(index, name, part, (id) => store.get(keysOf(imageKey).past + id));
    },
    loadWithPast: (imageKey) =>
      noting(
        imageKey,
        (async () => {
          const found = await read(imageKey);
          if (found === null) return null;
          const { working, index, byId, log, tail, count: replayed, at, isBroken, keys } = found;
          const past = pastOf(imageKey, index, byId, working.decisions);
          stored.set(imageKey, {
            tail: isBroken || past.lost ? null : (tail ?? null),
            log: new Set([...log.keys()].map((key) => keys.log + key)),
            decisions: working.decisions,
            proposals: null,
            changed: null,
          });
          return { working, ...past, replayed: replayed === 0 ? null : { count: replayed, at }, isBroken };
        })(),
      ),
  };
}

function isWritten(value: unknown): value is WrittenLabel {
  if (typeof value !== "object" || value === null) return false;
  const { hash, originalHash, index, runs } = value as Partial<Record<keyof WrittenLabel, unknown>>;
  const isTold = typeof hash === "number" && typeof originalHash === "number";
  return isTold && index instanceof Uint32Array && runs instanceof Uint16Array;
}
