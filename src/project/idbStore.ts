import { openDB } from "idb";
import type { KeyValueStore } from "./storage";

const table = "values";

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
  return {
    lasts: true,
    get: (key) => db.get(table, key),
    async set(key, value) {
      await db.put(table, value, key);
    },
    delete: (key) => db.delete(table, key),
    async keys(prefix) {
      const keys = await db.getAllKeys(table, IDBKeyRange.bound(prefix, `${prefix}\uffff`));
      return keys.filter((key) => typeof key === "string");
    },
  };
}
