import { type IDBPDatabase, type IDBPObjectStore, openDB } from "idb";
import { type KeyValueStore, NoAnswerError } from "./storage";

const table = "values";

type Values = IDBPObjectStore<unknown, [typeof table], typeof table, "readwrite">;

/** How long the browser may take to open its database before it counts as one that does not answer. */
const patienceMs = 2500;

/**
 * A store in IndexedDB. A connection that the browser closes is opened anew by the next call; one that does not come about
 * fails the calls that wait for it, and is still used once it does.
 * @param patience ms
 */
export function createIdbStore(name = "maskmend", patience = patienceMs): KeyValueStore {
  let opening: Promise<IDBPDatabase> | null = null;
  /** The open connection: a page that goes runs no further turn in which to wait for one. */
  let open: IDBPDatabase | null = null;
  /** Waiting again for what did not answer once would make everything slow. */
  let isStuck = false;

  function connect(): Promise<IDBPDatabase> {
    const forget = (): void => {
      open = null;
      opening = null;
    };
    const made = openDB(name, 1, {
      upgrade(database) {
        database.createObjectStore(table);
      },
      // A newer version in another tab waits for this one to let go.
      blocking(_current, _blocked, event) {
        forget();
        (event.target as IDBDatabase).close();
      },
      terminated: forget,
    });
    made.then(
      (db) => {
        open = db;
        isStuck = false;
      },
      () => forget(),
    );
    return made;
  }

  /** @throws NoAnswerError, or DOMException where the browser forbids it (some private windows). */
  async function database(): Promise<IDBPDatabase> {
    opening ??= connect();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => {
          isStuck = true;
          reject(new NoAnswerError());
        },
        isStuck ? 0 : patience,
      );
    });
    return Promise.race([opening, tooLong]).finally(() => clearTimeout(timer));
  }

  /** Begins in the call itself where there is a connection. One that turns out to be closed is tried once more. */
  async function using<T>(work: (db: IDBPDatabase) => Promise<T>): Promise<T> {
    if (open !== null) {
      try {
        return await work(open);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "InvalidStateError") throw error;
        open = null;
        opening = null;
      }
    }
    return work(await database());
  }

  /**
   * Commits without waiting for the request: a transaction left to commit by itself does not outlive its page (0 of 5
   * reloads in Chromium 156), a committed one does (5 of 5).
   */
  function write(change: (values: Values) => Promise<unknown>): Promise<void> {
    return using(async (db) => {
      const transaction = db.transaction(table, "readwrite");
      const request = change(transaction.store);
      transaction.commit();
      await Promise.all([request, transaction.done]);
    });
  }

  return {
    lasts: true,
    get: (key) => using((db) => db.get(table, key)),
    set: (key, value) => write((values) => values.put(value, key)),
    delete: (key) => write((values) => values.delete(key)),
    keys: (prefix) =>
      using(async (db) => {
        const keys = await db.getAllKeys(table, rangeOf(prefix));
        return keys.filter((key) => typeof key === "string");
      }),
    entries: (prefix) =>
      using(async (db) => {
        const { store, done } = db.transaction(table);
        const [keys, values] = await Promise.all([
          store.getAllKeys(rangeOf(prefix)),
          store.getAll(rangeOf(prefix)),
          done,
        ]);
        return keys.map((key, i) => [String(key), values[i]]);
      }),
    read: (keys, prefixes) =>
      using(async (db) => {
        const { store, done } = db.transaction(table);
        const ranges = prefixes.map(async (prefix) => {
          const range = rangeOf(prefix);
          const [names, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
          return names.map((name, i) => [String(name), values[i]] as const);
        });
        const single = keys.map(async (key) => [[key, await store.get(key)] as const]);
        const [found] = await Promise.all([Promise.all([...single, ...ranges]), done]);
        return new Map(found.flat().filter(([, value]) => value !== undefined));
      }),
    write: (puts, deletes) =>
      write((values) =>
        Promise.all([
          ...puts.map(([key, value]) => values.put(value, key)),
          ...deletes.map((key) => values.delete(key)),
        ]),
      ),
  };
}

function rangeOf(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}
