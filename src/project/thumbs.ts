import type { Thumbnail } from "../dataset/thumbnails/thumbnail";
import type { KeyValueStore } from "./storage";

/** A thumbnail as it is kept, and what it was made of. */
interface KeptThumb {
  /** Stands for the image, its label and the work on it. */
  readonly stamp: string;
  readonly thumbnail: Thumbnail;
}

/** What thumbnails of all projects may take of the browser's storage, bytes. */
const thumbsLimit = 200 * 2 ** 20;

/** Of a project: the bytes of each thumbnail by image, the oldest first, and when one was made last. */
interface ThumbsIndex {
  readonly bytes: ReadonlyMap<string, number>;
  readonly at: number;
}

const kind = "thumbs/";
const indexKey = (projectId: string): string => `${kind}${projectId}`;
const thumbKey = (projectId: string, imageKey: string): string => `${indexKey(projectId)}/${imageKey}`;

/** Thumbnails of one project that last: a picture of what could be made again, so that losing some costs time only. */
export interface Thumbs {
  /** Null where there is none. A store that fails has none. */
  load(imageKey: string): Promise<KeptThumb | null>;
  /** Kept with the next ones in one step. */
  keep(imageKey: string, thumb: KeptThumb): void;
  /** Writes what waits. */
  flush(): Promise<void>;
}

/**
 * @param limit Where all take more, those of the project that was looked at longest ago go first, then the oldest of this one.
 * @param delayMs Between writes.
 */
export function createThumbs(store: KeyValueStore, projectId: string, limit = thumbsLimit, delayMs = 1000): Thumbs {
  const waiting = new Map<string, KeptThumb>();
  let index: Map<string, number> | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let writing: Promise<void> = Promise.resolve();
  /** The storage is full or forbidden: labels need what room there is. */
  let hasFailed = false;

  async function othersBytes(): Promise<number> {
    const keys = (await store.keys(kind)).filter((key) => !key.slice(kind.length).includes("/"));
    const others = keys.filter((key) => key !== indexKey(projectId));
    const found = await Promise.all(others.map(async (key) => ({ key, index: indexOf(await store.get(key)) })));
    return found.reduce((sum, one) => sum + total(one.index.bytes), 0);
  }

  /** Deletes all of the project that was looked at longest ago; false where there is no other. */
  async function dropOldestProject(): Promise<boolean> {
    const keys = (await store.keys(kind)).filter((key) => !key.slice(kind.length).includes("/"));
    const others = keys.filter((key) => key !== indexKey(projectId));
    const found = await Promise.all(others.map(async (key) => ({ key, at: indexOf(await store.get(key)).at })));
    const [oldest] = found.sort((a, b) => a.at - b.at);
    if (oldest === undefined) return false;
    await store.write([], [oldest.key, ...(await store.keys(`${oldest.key}/`))]);
    return true;
  }

  async function write(): Promise<void> {
    if (waiting.size === 0 || hasFailed) return;
    index ??= new Map(indexOf(await store.get(indexKey(projectId))).bytes);
    const puts = [...waiting];
    waiting.clear();
    for (const [key, thumb] of puts) {
      index.delete(key);
      index.set(key, sizeOf(thumb));
    }
    let others = await othersBytes();
    while (others > 0 && others + total(index) > limit && (await dropOldestProject())) others = await othersBytes();
    const deletes: string[] = [];
    let left = total(index) - limit;
    for (const [key, bytes] of index) {
      if (left <= 0) break;
      left -= bytes;
      index.delete(key);
      deletes.push(key);
    }
    const kept: ThumbsIndex = { bytes: index, at: Date.now() };
    await store.write(
      [
        [indexKey(projectId), kept],
        ...puts
          .filter(([key]) => !deletes.includes(key))
          .map(([key, thumb]) => [thumbKey(projectId, key), thumb] as const),
      ],
      deletes.map((key) => thumbKey(projectId, key)),
    );
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing = writing.then(write).catch(() => {
      hasFailed = true;
    });
    return writing;
  }

  return {
    async load(imageKey) {
      const fresh = waiting.get(imageKey);
      if (fresh !== undefined) return fresh;
      try {
        const record = await store.get(thumbKey(projectId, imageKey));
        return isThumb(record) ? record : null;
      } catch {
        return null;
      }
    },
    keep(imageKey, thumb) {
      if (hasFailed) return;
      waiting.set(imageKey, thumb);
      timer ??= setTimeout(() => void flush(), delayMs);
    },
    flush,
  };
}

function sizeOf({ thumbnail: { photo, ids, classes } }: KeptThumb): number {
  return (photo?.byteLength ?? 0) + ids.byteLength + 16 * classes.size + 200;
}

function total(bytes: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const one of bytes.values()) sum += one;
  return sum;
}

function indexOf(record: unknown): ThumbsIndex {
  const { bytes, at } = (typeof record === "object" && record !== null ? record : {}) as Partial<ThumbsIndex>;
  return { bytes: bytes instanceof Map ? bytes : new Map(), at: typeof at === "number" ? at : 0 };
}

function isThumb(record: unknown): record is KeptThumb {
  const { stamp, thumbnail } = (typeof record === "object" && record !== null ? record : {}) as Partial<KeptThumb>;
  return typeof stamp === "string" && thumbnail?.ids instanceof Uint32Array && thumbnail.classes instanceof Map;
}
