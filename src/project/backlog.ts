import { createStore, type StoreApi } from "zustand/vanilla";
import type { KeyValueStore, Put } from "./storage";

/** A store that writes again what it could not write. */
export interface Backlog extends KeyValueStore {
  /** Why something waits to be written again; null where nothing does. */
  readonly failure: StoreApi<{ readonly error: unknown }>;
  /**
   * Like `write`, and where that fails it is done again until it succeeds: it rejects all the same, for its caller to say what
   * is at stake. Reads give what waits as if it were written. A later write of the same key takes its place.
   */
  keep(puts: readonly Put[], deletes: readonly string[]): Promise<void>;
  /** Writes what waits now, and waits for what is being written; never rejects. */
  flush(): Promise<void>;
}

/** A record as it is to be; undefined: gone. */
interface Waiting {
  readonly value: unknown;
  error: unknown;
}

const made = new WeakMap<KeyValueStore, Backlog>();

/**
 * The backlog of a store, one for each: what several parts of the app wait to write is written together, and one status says
 * whether anything waits.
 * @param retryMs What failed is tried again after this, and as soon as something else could be written.
 */
export function withBacklog(store: KeyValueStore, retryMs = 5000): Backlog {
  const known = made.get(store);
  if (known !== undefined) return known;
  const backlog = createBacklog(store, retryMs);
  made.set(store, backlog);
  made.set(backlog, backlog);
  return backlog;
}

function createBacklog(store: KeyValueStore, retryMs: number): Backlog {
  const failure = createStore<{ readonly error: unknown }>(() => ({ error: null }));
  /** What is being written, too: a later success must not be undone by an earlier try. */
  const waiting = new Map<string, Waiting>();
  const writing = new Set<Promise<void>>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** Shows how it stands. */
  function settle(): void {
    const failed = [...waiting.values()].find(({ error }) => error !== null);
    if (failed === undefined) {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    } else timer ??= setTimeout(again, retryMs);
    const error = failed?.error ?? null;
    if (failure.getState().error !== error) failure.setState({ error }, true);
  }

  function again(): void {
    timer = null;
    attempt([...waiting]).catch(() => undefined);
  }

  function attempt(records: readonly (readonly [string, Waiting])[]): Promise<void> {
    const puts = records.flatMap(([key, { value }]): Put[] => (value === undefined ? [] : [[key, value]]));
    const deletes = records.flatMap(([key, { value }]) => (value === undefined ? [key] : []));
    const written = store.write(puts, deletes).then(
      () => {
        for (const [key, one] of records) if (waiting.get(key) === one) waiting.delete(key);
        succeeded();
      },
      (error: unknown) => {
        for (const [, one] of records) one.error = error;
        settle();
        throw error;
      },
    );
    const done = written.catch(() => undefined).finally(() => writing.delete(done));
    writing.add(done);
    return written;
  }

  /** There is room again, perhaps for what waits too. */
  function succeeded(): void {
    settle();
    if (timer === null) return;
    clearTimeout(timer);
    again();
  }

  /** Writes what its caller answers for: nothing older is written after it. */
  async function pass(keys: readonly string[], write: () => Promise<void>): Promise<void> {
    const before = keys.flatMap((key) => {
      const one = waiting.get(key);
      waiting.delete(key);
      return one === undefined ? [] : [[key, one] as const];
    });
    try {
      await write();
    } catch (error) {
      for (const [key, one] of before) if (!waiting.has(key)) waiting.set(key, one);
      settle();
      throw error;
    }
    succeeded();
  }

  const overlaid = (stored: Iterable<readonly [string, unknown]>, isAsked: (key: string) => boolean) => {
    const values = new Map(stored);
    for (const [key, { value }] of waiting) {
      if (!isAsked(key)) continue;
      if (value === undefined) values.delete(key);
      else values.set(key, value);
    }
    return values;
  };

  return {
    lasts: store.lasts,
    failure,
    keep(puts, deletes) {
      const records = [...puts, ...deletes.map((key) => [key, undefined] as const)].map(
        ([key, value]) => [key, { value, error: null }] as const,
      );
      for (const [key, one] of records) waiting.set(key, one);
      return attempt(records);
    },
    async flush() {
      if (timer !== null) {
        clearTimeout(timer);
        again();
      }
      while (writing.size > 0) await Promise.all(writing);
    },
    async get(key) {
      const one = waiting.get(key);
      return one === undefined ? store.get(key) : one.value;
    },
    set: (key, value) => pass([key], () => store.set(key, value)),
    delete: (key) => pass([key], () => store.delete(key)),
    async keys(prefix) {
      const stored = (await store.keys(prefix)).map((key) => [key, true] as const);
      return [...overlaid(stored, (key) => key.startsWith(prefix)).keys()].sort();
    },
    async entries(prefix) {
      return [...overlaid(await store.entries(prefix), (key) => key.startsWith(prefix))];
    },
    async read(keys, prefixes) {
      const isAsked = (key: string) => keys.includes(key) || prefixes.some((prefix) => key.startsWith(prefix));
      return overlaid(await store.read(keys, prefixes), isAsked);
    },
    write(puts, deletes) {
      return pass([...puts.map(([key]) => key), ...deletes], () => store.write(puts, deletes));
    },
  };
}
