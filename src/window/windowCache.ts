import type { LoadedModel } from "../model/loadedModel";
import { cutImage } from "./resample";
import { createWindowModel, type OwnedWindowModel, type WindowModel } from "./windowModel";
import type { WorkImage } from "./workImage";
import type { WorkWindow } from "./workWindows";

/**
 * The windows of an image that were looked at last, each cut and encoded once: by all passes of a request, by later
 * requests that look at the same square, and by all readings of a search for errors.
 */
export interface WindowCache {
  readonly model: LoadedModel;
  /** The image whose windows are kept from now on, with those of its scaled copies; frees those of any other one. */
  setImage(image: WorkImage | null): void;
  /**
   * The model on one window of an image, ready when it returns; close it when done, cancelled or failed. While it is open
   * nothing of it is freed, whatever is opened beside it. Windows of another image than the kept one work as well; they
   * are freed when closed.
   */
  open(image: WorkImage, window: WorkWindow): OpenWindow;
  /** Bytes on the engine. */
  bytes(): number;
  /** Frees everything; what is open, when it is closed. */
  dispose(): void;
}

/** A window in use. */
export interface OpenWindow extends WindowModel {
  close(): void;
}

/** What a cache may keep. */
export interface CacheLimits {
  /** Windows kept beyond those that are open. */
  readonly windows: number;
  /** Bytes on the engine beyond which closed windows are freed, the longest unused first. */
  readonly bytes: number;
}

/** A search through an image of 2:1 looks at 8 windows; one of 224 px takes 2 MB on the engine, twice that with its mirror image. */
const LIMITS: CacheLimits = { windows: 32, bytes: 64 * 2 ** 20 };

interface Entry {
  readonly image: WorkImage;
  readonly place: string;
  readonly model: OwnedWindowModel;
  users: number;
}

/** A cache that keeps nothing yet: name the image whose windows are to be kept (`setImage`). */
export function createWindowCache(model: LoadedModel, limits: CacheLimits = LIMITS): WindowCache {
  let kept: WorkImage | null = null;
  /** The longest unused first. */
  let entries: Entry[] = [];

  const bytes = (): number => entries.reduce((sum, entry) => sum + entry.model.bytes(), 0);

  function free(isMeant: (entry: Entry) => boolean): void {
    const freed = entries.filter((entry) => entry.users === 0 && isMeant(entry));
    entries = entries.filter((entry) => !freed.includes(entry));
    for (const entry of freed) entry.model.dispose();
  }

  /** Frees what is closed and either of no more use or beyond the limits. */
  function trim(): void {
    free(({ image }) => (image.scaledFrom ?? image) !== kept);
    for (;;) {
      const closed = entries.filter(({ users }) => users === 0);
      if (closed.length <= limits.windows && bytes() <= limits.bytes) return;
      const [oldest] = closed;
      if (!oldest) return;
      free((entry) => entry === oldest);
    }
  }

  function entryOf(image: WorkImage, window: WorkWindow): Entry {
    const place = `${window.x},${window.y},${window.side},${window.size}`;
    const found = entries.find((entry) => entry.image === image && entry.place === place);
    if (found) return found;
    const made = { image, place, model: createWindowModel(model, cutImage(image, window), window.size), users: 0 };
    entries.push(made);
    return made;
  }

  return {
    model,
    setImage(image) {
      kept = image;
      trim();
    },
    open(image, window) {
      const entry = entryOf(image, window);
      entries = [...entries.filter((other) => other !== entry), entry];
      entry.users++;
      let isOpen = true;
      const { dispose: _, bytes: __, ...shared } = entry.model;
      return {
        ...shared,
        close() {
          if (!isOpen) return;
          isOpen = false;
          entry.users--;
          trim();
        },
      };
    },
    bytes,
    dispose() {
      kept = null;
      trim();
    },
  };
}
