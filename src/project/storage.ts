/** A record to be written. */
export type Put = readonly [key: string, value: unknown];

/**
 * Where work lasts: IndexedDB in the browser, memory in Node. Values are anything that can be structured-cloned; they are
 * taken in the call itself, and calls take effect in their order.
 */
export interface KeyValueStore {
  /** Whether values outlive the page. */
  readonly lasts: boolean;
  /** Undefined when there is no such key. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  keys(prefix: string): Promise<string[]>;
  /** Keys with their values, as they are at one time. */
  entries(prefix: string): Promise<[key: string, value: unknown][]>;
  /** What is under these keys and under those that begin with these prefixes, all as it is at one time. */
  read(keys: readonly string[], prefixes: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** All or nothing of it takes effect. */
  write(puts: readonly Put[], deletes: readonly string[]): Promise<void>;
}

/** Opening the store did not come to an end: it may later. */
export class NoAnswerError extends Error {
  override name = "NoAnswerError";
  constructor() {
    super("The browser's storage does not answer, perhaps because another tab holds it");
  }
}

/**
 * Whether the browser will not give this page a database, now or later, as in some private windows. What fails otherwise, as while
 * another process still holds the files, may come about.
 */
export function isForbidden(error: unknown): boolean {
  const name = error instanceof Error ? error.name : "";
  // Without IndexedDB at all it is the language's own error.
  return ["SecurityError", "InvalidStateError", "NotAllowedError", "TypeError", "ReferenceError"].includes(name);
}

/** Lasts as long as the page: for tests, and where the browser forbids storage. */
export function memoryStore(): KeyValueStore {
  const values = new Map<string, unknown>();
  return {
    lasts: false,
    get: async (key) => values.get(key),
    async set(key, value) {
      values.set(key, value);
    },
    async delete(key) {
      values.delete(key);
    },
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort(),
    entries: async (prefix) => [...values].filter(([key]) => key.startsWith(prefix)),
    async read(keys, prefixes) {
      const isAsked = (key: string) => keys.includes(key) || prefixes.some((prefix) => key.startsWith(prefix));
      return new Map([...values].filter(([key]) => isAsked(key)));
    },
    async write(puts, deletes) {
      for (const [key, value] of puts) values.set(key, value);
      for (const key of deletes) values.delete(key);
    },
  };
}

export function storageIsFull(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}

/** Why storage failed, in words for the user, with what to do about it. */
export function storageReason(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (storageIsFull(error)) {
    return "The browser's storage is full. Export your work now, then free disk space or clear other sites' data.";
  }
  if (error instanceof NoAnswerError) {
    return `${error.message}. Close other tabs of MaskMend; export your work before you close this one.`;
  }
  if (name === "InvalidStateError" || name === "AbortError") {
    return "The browser closed its storage. Export your work now, then reload the page.";
  }
  return `The browser could not store it (${error instanceof Error ? error.message : String(error)}). Export your work now.`;
}
