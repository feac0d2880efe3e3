import { createStore, type StoreApi } from "zustand/vanilla";
import { seePhotograph } from "../dataset/inspect";
import { loadImage } from "../dataset/loadImage";
import type { ThumbnailJob } from "../dataset/thumbnails/drawThumbnail";
import type { Thumbnail } from "../dataset/thumbnails/thumbnail";
import { ThumbnailerStopped } from "../dataset/thumbnails/thumbnailer";
import type { Dataset, DatasetItem } from "../dataset/types";
import { createThumbs, type Thumbs } from "../project/thumbs";
import type { ImageSummary } from "../review/imageSummary";
import type { OpenDocument } from "../review/types";
import type { Documents } from "./documents";
import type { Services } from "./services";
import type { SessionStore } from "./session";
import { type Summaries, summaryOf } from "./summaries";
import type { Work } from "./work";
import { workStamp } from "./workStamp";

/** Small pictures of the open data set's images, those first that are in sight. */
export interface Thumbnails {
  /** Those in memory, by key. */
  readonly ready: StoreApi<ReadonlyMap<string, Thumbnail>>;
  /**
   * What is in sight, the most urgent first. What was wanted before and is not any more is not begun, and forgotten once
   * there are many.
   */
  want(keys: readonly string[]): void;
  /** Reads which classes these hold where that is not known, when nothing is wanted; an empty list ends it. */
  readClasses(keys: readonly string[]): void;
  /** Forgets all; those of a project are kept between visits. */
  follow(projectId: string | null): void;
  /** Makes those anew that edits of this document change; returns what ends it. */
  track(document: OpenDocument): () => void;
}

/** At most so many are made at a time: what is opened or searched must not wait long. */
const mostAtOnce = 2;
/** At most so many are in memory, about 20 kB each. */
const mostReady = 240;
/** Classes are noted for many images at once: each time, all that depends on them is looked at again. */
const noteEveryMs = 700;

export function createThumbnails(
  { store, thumbnailer }: Pick<Services, "store" | "thumbnailer">,
  session: SessionStore,
  documents: Pick<Documents, "documentFor" | "inMemory">,
  work: Pick<Work, "current">,
  summaries: Pick<Summaries, "noteEach">,
): Thumbnails {
  const ready = createStore<ReadonlyMap<string, Thumbnail>>(() => new Map());
  /** All that belongs to one data set. */
  let life = { thumbs: null as Thumbs | null };
  let wanted: readonly string[] = [];
  let unread: readonly string[] = [];
  const running = new Set<string>();
  /** Edited since they were made; they stay in sight until they are made anew. */
  const stale = new Set<string>();
  let noted = new Map<string, Partial<ImageSummary>>();
  let noting: ReturnType<typeof setTimeout> | null = null;
  let items: ReadonlyMap<string, DatasetItem> = new Map();
  let itemsOf: readonly DatasetItem[] = [];

  function itemFor(dataset: Dataset, key: string): DatasetItem | undefined {
    if (itemsOf !== dataset.items) {
      // The photograph of one may have been turned.
      for (const item of dataset.items) if (isTurned(items.get(item.key), item)) stale.add(item.key);
      items = new Map(dataset.items.map((item) => [item.key, item]));
      itemsOf = dataset.items;
    }
    return items.get(key);
  }

  const isWanted = (key: string): boolean =>
    !running.has(key) && (stale.has(key) || !ready.getState().has(key)) && !session.getState().unreadable.has(key);

  const isUnread = (key: string): boolean => {
    const { summaries: known, unreadable } = session.getState();
    return !running.has(key) && !noted.has(key) && !unreadable.has(key) && summaryOf(known, key).classes === null;
  };

  function next(): string | undefined {
    const urgent = wanted.find(isWanted);
    if (urgent !== undefined) return urgent;
    const at = unread.findIndex(isUnread);
    unread = at < 0 ? [] : unread.slice(at);
    return unread[0];
  }

  function pump(): void {
    const { dataset } = session.getState();
    while (dataset !== null && running.size < mostAtOnce) {
      const key = next();
      const item = key === undefined ? undefined : itemFor(dataset, key);
      if (key === undefined || item === undefined) return;
      running.add(key);
      const own = life;
      stale.delete(key);
      void make(dataset, item, own)
        .catch((error: unknown) => {
          if (own !== life) return;
          const reason = error instanceof Error ? error.message : String(error);
          session.setState(({ unreadable }) => ({ unreadable: new Map(unreadable).set(key, reason) }));
        })
        .finally(() => {
          if (own !== life) return;
          running.delete(key);
          pump();
        });
    }
  }

  async function make(dataset: Dataset, given: DatasetItem, own: typeof life): Promise<void> {
    const { item } = await seePhotograph(given);
    const { key } = item;
    const stamp = `${fileStamp(item)} ${await workStamp(documents, work, item)}`;
    const kept = await own.thumbs?.load(key);
    let thumbnail = kept?.stamp === stamp ? kept.thumbnail : null;
    if (thumbnail === null) {
      thumbnail = await draw(dataset, item);
      if (own === life) own.thumbs?.keep(key, { stamp, thumbnail });
    }
    if (own !== life) return;
    show(key, thumbnail);
  }

  /** Twice where the worker stopped: of the pictures that it had then only one may be the reason. */
  async function draw(dataset: Dataset, item: DatasetItem): Promise<Thumbnail> {
    try {
      return await thumbnailer.draw(item.labelPath, await jobOf(dataset, item));
    } catch (error) {
      if (!(error instanceof ThumbnailerStopped)) throw error;
      return thumbnailer.draw(item.labelPath, await jobOf(dataset, item));
    }
  }

  async function jobOf(dataset: Dataset, item: DatasetItem): Promise<ThumbnailJob> {
    const isWorked = session.getState().imageStates.has(item.key) || documents.inMemory(item.key) !== null;
    const [label, photo] = await Promise.all([
      isWorked ? workedLabel(dataset, item) : labelFile(dataset, item),
      photoOf(item),
    ]);
    const { width, height, turn, appliesOrientation, orientation } = item;
    return { size: { width, height }, label, photo, turn, orientation: appliesOrientation ? orientation : 1 };
  }

  async function workedLabel(dataset: Dataset, item: DatasetItem): Promise<ThumbnailJob["label"]> {
    const { document } = await documents.documentFor(dataset, item);
    const { width, height, data } = document.labels;
    const changed = document.store.getState().changedPixels > 0;
    session.setState(({ imageStates }) => {
      const state = imageStates.get(item.key);
      if (state?.kept !== true) return {};
      return { imageStates: new Map(imageStates).set(item.key, { ...state, changed, kept: false }) };
    });
    return { labels: { width, height, data: data.slice() } };
  }

  /** Shows it, and lets those go that were not wanted for the longest time. */
  function show(key: string, thumbnail: Thumbnail): void {
    const { summaries: known } = session.getState();
    if (!isSameCount(summaryOf(known, key).classes, thumbnail.classes)) {
      noted.set(key, { classes: thumbnail.classes });
      noting ??= setTimeout(note, noteEveryMs);
    }
    if (!wanted.includes(key)) return;
    const now = new Map(ready.getState());
    now.delete(key);
    now.set(key, thumbnail);
    const needed = new Set(wanted);
    for (const old of now.keys()) {
      if (now.size <= mostReady) break;
      if (!needed.has(old)) now.delete(old);
    }
    ready.setState(now, true);
  }

  function note(): void {
    noting = null;
    const all = noted;
    noted = new Map();
    summaries.noteEach(all);
  }

  return {
    ready,
    want(keys) {
      wanted = keys;
      pump();
    },
    readClasses(keys) {
      unread = keys;
      pump();
    },
    follow(projectId) {
      if (noting !== null) clearTimeout(noting);
      noting = null;
      noted = new Map();
      void life.thumbs?.flush();
      life = { thumbs: projectId === null ? null : createThumbs(store, projectId) };
      [wanted, unread, items, itemsOf] = [[], [], new Map(), []];
      running.clear();
      stale.clear();
      ready.setState(new Map(), true);
    },
    track({ key, store: state }) {
      const own = life;
      return state.subscribe(({ version }, before) => {
        if (version === before.version || own !== life) return;
        stale.add(key);
        if (session.getState().view === "dataset") pump();
      });
    },
  };
}

/** Whether what is shown of an image lies otherwise than before. */
function isTurned(before: DatasetItem | undefined, { turn, appliesOrientation, orientation }: DatasetItem): boolean {
  if (before === undefined) return false;
  const isSame = before.turn === turn && before.appliesOrientation === appliesOrientation;
  return !isSame || before.orientation !== orientation;
}

/** What the files of an image are, as far as that is known without reading them, and how the photograph is turned. */
function fileStamp({ label, image, turn, orientation, appliesOrientation, width, height }: DatasetItem): string {
  const files = [label, image].map((file) => (file === null ? "-" : `${file.size}/${file.revision ?? ""}`));
  return `1 ${width}x${height} ${files.join(" ")} ${turn} ${appliesOrientation ? orientation : 1}`;
}

async function labelFile({ codec }: Dataset, item: DatasetItem): Promise<ThumbnailJob["label"]> {
  // A copy: what is moved to the worker is gone, and a file in memory gives its own bytes.
  return { bytes: (await item.label.bytes()).slice(), codec };
}

async function photoOf(item: DatasetItem): Promise<ThumbnailJob["photo"]> {
  try {
    return await loadImage(item);
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function isSameCount(a: ReadonlyMap<number, number> | null, b: ReadonlyMap<number, number>): boolean {
  return a !== null && a.size === b.size && [...b].every(([id, count]) => a.get(id) === count);
}
