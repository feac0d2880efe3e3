import type { DatasetItem } from "../dataset/types";
import { decidedNow } from "./decided";
import type { Documents } from "./documents";
import { tellOfLostWork, unknownIn } from "./images";
import type { Photographs } from "./photographs";
import type { LentPhoto, Photos } from "./photos";
import { classesOf, type OpenImage, type SessionStore } from "./session";
import type { SettingsStore } from "./settings";

/** An image in use by the queue, with its document. */
export interface LentImage {
  readonly image: OpenImage;
  release(): void;
}

/** The images behind the findings of a queue, opened one after the other and dropped again. */
export interface QueueImages {
  /**
   * Opens an image to decide on what was found in it: its document stays until what `use` returns is settled and is kept, and
   * its classes are locked as the user says.
   * @throws FileError
   */
  use<T>(key: string, use: (image: OpenImage) => T | Promise<T>): Promise<T>;
  /** The same with its photograph, until it is given back. */
  lend(key: string): Promise<LentImage>;
  /** Whether what is done to this document is kept: it may have left memory. */
  isKept(image: OpenImage): boolean;
  /** Images that stay in memory until others are named; none: photographs go too. */
  keep(keys: readonly string[]): void;
  nameOf(key: string): string;
}

export function createQueueImages(
  session: SessionStore,
  settings: SettingsStore,
  documents: Pick<Documents, "edit" | "hold" | "inMemory" | "trim">,
  photos: Pick<Photos, "lend" | "clear">,
  see: Photographs["see"] = async (item) => item,
): QueueImages {
  let wanted: readonly string[] = [];

  function itemOf(key: string): DatasetItem {
    const item = session.getState().dataset?.items.find((one) => one.key === key);
    if (item === undefined) throw new Error(`The data set has no image ${key} any more.`);
    return item;
  }

  async function open(key: string): Promise<OpenImage> {
    const { dataset } = session.getState();
    const item = await see(itemOf(key));
    if (dataset === null) throw new Error("No data set is open.");
    const worked = await documents.edit(dataset, item);
    tellOfLostWork(session, item, worked);
    const { lockedClasses } = settings.getState();
    const { locked } = worked.document.store.getState();
    const isSame = locked.size === lockedClasses.size && [...lockedClasses].every((id) => locked.has(id));
    if (!isSame) worked.document.setLocked(lockedClasses);
    documents.trim(key, ...wanted);
    return { item, document: worked.document, unknown: unknownIn(session, worked), photo: null };
  }

  return {
    async use(key, use) {
      const release = documents.hold(key);
      try {
        return await use(await open(key));
      } finally {
        release();
      }
    },
    async lend(key) {
      const drop = documents.hold(key);
      let photo: LentPhoto | null = null;
      const release = (): void => {
        drop();
        photo?.release();
      };
      try {
        photo = await photos.lend(itemOf(key));
        return { image: { ...(await open(key)), photo: photo.bitmap }, release };
      } catch (error) {
        release();
        throw error;
      }
    },
    isKept: ({ item, document: one }) => documents.inMemory(item.key) === one,
    keep(keys) {
      wanted = keys;
      if (keys.length === 0) photos.clear();
    },
    nameOf: (key) => session.getState().dataset?.items.find((one) => one.key === key)?.name ?? key,
  };
}

/** The session as if this image were the open one, for what is asked of that. What was decided in the one that is open counts. */
export function sessionWith(session: SessionStore, image: OpenImage) {
  const state = session.getState();
  return { ...state, decided: decidedNow(state), image };
}

/** The class table of an image's label. */
export function classesIn(session: SessionStore, image: OpenImage) {
  return classesOf(sessionWith(session, image));
}
