import type { KeyValueStore } from "./storage";

/** The project belongs to another tab: what this one would write there must not meet what that one does. */
class OpenElsewhereError extends Error {
  override name = "OpenElsewhereError";
  constructor() {
    super("This data set is open in another tab");
  }
}

/** What the user did, and what it needs: that it cannot be written is never passed over in silence. */
const work = new Set(["work", "saving", "log", "past", "undecided", "aside", "files"]);

/**
 * The store without what may not be written: records of work are refused, what can be made again (thumbnails, what was
 * learnt) is passed over.
 * @param mayWrite Whether this tab may write a project's records.
 */
export function ownedStore(store: KeyValueStore, mayWrite: (projectId: string) => boolean): KeyValueStore {
  /** @throws OpenElsewhereError */
  const passes = (key: string): boolean => {
    const [kind, projectId] = key.split("/", 2);
    if (projectId === undefined || mayWrite(projectId)) return true;
    if (work.has(kind)) throw new OpenElsewhereError();
    return false;
  };
  return {
    ...store,
    async set(key, value) {
      if (passes(key)) await store.set(key, value);
    },
    async delete(key) {
      if (passes(key)) await store.delete(key);
    },
    async write(puts, deletes) {
      const [allowed, others] = [puts.filter(([key]) => passes(key)), deletes.filter(passes)];
      if (allowed.length + others.length > 0 || puts.length + deletes.length === 0) await store.write(allowed, others);
    },
  };
}
