import type { DatasetItem } from "../dataset/types";

interface Photo {
  readonly bitmap: ImageBitmap;
}

/** A photograph in use: it stays until it is given back. Null for a label without one. */
export interface LentPhoto {
  readonly bitmap: ImageBitmap | null;
  release(): void;
}

/** Photographs of the data set, decoded when they are asked for; a few stay decoded after they were given back. */
export interface Photos {
  /** @throws FileError */
  lend(item: DatasetItem): Promise<LentPhoto>;
  /** Drops all that nobody uses. */
  clear(): void;
}

interface Held {
  readonly photo: Promise<Photo | null>;
  users: number;
}

/** @param most decoded at a time, but for those in use. */
export function createPhotos(load: (item: DatasetItem) => Promise<Photo | null>, most = 6): Photos {
  /** The least recently asked for first. A turned photograph belongs to another item. */
  const held = new Map<DatasetItem, Held>();

  function drop(item: DatasetItem, { photo }: Held): void {
    held.delete(item);
    void photo.then(
      (one) => one?.bitmap.close(),
      () => undefined,
    );
  }

  function trim(left: number): void {
    for (const [item, one] of held) {
      if (held.size <= left) return;
      if (one.users === 0) drop(item, one);
    }
  }

  return {
    async lend(item) {
      const one = held.get(item) ?? { photo: load(item), users: 0 };
      held.delete(item);
      held.set(item, one);
      one.users++;
      trim(most);
      let isLent = true;
      const release = (): void => {
        if (!isLent) return;
        isLent = false;
        one.users--;
        trim(most);
      };
      try {
        return { bitmap: (await one.photo)?.bitmap ?? null, release };
      } catch (error) {
        // It may be readable the next time.
        if (held.get(item) === one) held.delete(item);
        throw error;
      }
    },
    clear: () => trim(0),
  };
}
