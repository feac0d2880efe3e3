import { ignoredIds, mergeClasses } from "../core/classTable";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { WorkingState } from "../document/types";
import type { FindExample } from "../find/types";
import type { OpenDocument } from "../review/types";
import type { WorkImage } from "../window/workImage";
import type { Documents } from "./documents";
import { loadPhoto, workImageInPauses } from "./photo";
import type { SessionStore } from "./session";
import type { Work } from "./work";

/** Images of the data set as what the model can learn its classes from. */
export interface Examples {
  /** All but the one at `index` that have a picture, the nearest in the list first. */
  near(dataset: Dataset, index: number): readonly DatasetItem[];
  /** Stands for what an image would teach now: it need not be learnt again while this stays the same. */
  stamp(dataset: Dataset, item: DatasetItem): Promise<string>;
  /**
   * The same for what is kept between visits: it depends on the label file's bytes, the work on it, and which classes count.
   * @throws FileError
   */
  lastingStamp(dataset: Dataset, item: DatasetItem): Promise<string>;
  /**
   * An image with its label as it is now, worked on or not. The arrays are the caller's own.
   * @throws FileError
   */
  load(dataset: Dataset, item: DatasetItem): Promise<FindExample>;
  /**
   * The same, where ids that the data set's class table lacks are void: no class of the set.
   * @throws FileError
   */
  loadKnown(dataset: Dataset, item: DatasetItem): Promise<FindExample>;
}

export function createExamples(
  session: SessionStore,
  documents: Pick<Documents, "documentFor" | "inMemory">,
  work: Pick<Work, "current">,
  picture: (item: DatasetItem) => Promise<WorkImage> = readPicture,
): Examples {
  const numbers = new WeakMap<OpenDocument, number>();
  let count = 0;

  /** Documents come and go, and each counts its versions from 0. */
  function numberOf(document: OpenDocument): number {
    const number = numbers.get(document) ?? ++count;
    numbers.set(document, number);
    return number;
  }

  const keptWork = async ({ key }: DatasetItem): Promise<WorkingState | null> =>
    (await work.current()?.load(key)) ?? null;

  async function load(dataset: Dataset, item: DatasetItem, unknownIsVoid: boolean): Promise<FindExample> {
    const image = await picture(item);
    const { document, unknown } = await documents.documentFor(dataset, item);
    const isVoid = unknownIsVoid ? unknown.map((info) => ({ ...info, ignored: true })) : unknown;
    return {
      imageKey: item.key,
      image,
      labels: document.labels.data.slice(),
      ignoredIds: [...ignoredIds(mergeClasses(dataset.classes, isVoid))],
    };
  }

  /** What distinguishes an item's label from its file's. */
  async function workStamp(item: DatasetItem): Promise<string> {
    const open = documents.inMemory(item.key);
    const state = open?.store.getState();
    // Once saved in place, changes are counted from another label than the one that was opened.
    if (open !== null && state?.savedVersion !== null) return `label ${hashOf([open.labels.data])}`;
    const working = open === null ? await keptWork(item) : open.snapshot();
    return working === null || working.runs.length === 0 ? "" : `work ${hashOf([working.index, working.runs])}`;
  }

  return {
    near(dataset, index) {
      return dataset.items
        .map((item, i) => ({ item, distance: Math.abs(i - index) }))
        .filter(({ item, distance }) => distance > 0 && item.image !== null)
        .sort((a, b) => a.distance - b.distance)
        .map(({ item }) => item);
    },
    async stamp(dataset, item) {
      const ignored = [...ignoredIds(dataset.classes)].join(" ");
      const open = documents.inMemory(item.key);
      const state = open?.store.getState();
      if (open !== null && state !== undefined && state.changedPixels > 0) {
        return `document ${numberOf(open)} version ${state.version}, void ${ignored}`;
      }
      const working = open === null ? await keptWork(item) : null;
      // Once saved in place, a label is no longer kept work, nor is its file what it was.
      const saved = open === null ? (session.getState().imageStates.get(item.key)?.changedPixels ?? 0) : 0;
      return `${working === null ? `file ${saved}` : `work ${hashOf([working.index, working.runs])}`}, void ${ignored}`;
    },
    async lastingStamp({ classes }, item) {
      const file = hashOf([await item.label.bytes()]);
      const ids = classes.map(({ id, ignored }) => (ignored ? -1 - id : id));
      return `file ${file} ${item.image?.size ?? 0}, ${await workStamp(item)}, classes ${hashOf([ids])}`;
    },
    load: (dataset, item) => load(dataset, item, false),
    loadKnown: (dataset, item) => load(dataset, item, true),
  };
}

async function readPicture(item: DatasetItem): Promise<WorkImage> {
  const photo = await loadPhoto(item);
  try {
    return await workImageInPauses(item, photo);
  } finally {
    photo?.close();
  }
}

/** FNV-1a of numbers. */
function hashOf(parts: readonly ArrayLike<number>[]): string {
  let hash = 0x811c9dc5;
  for (const part of parts) for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part[i], 0x01000193);
  return (hash >>> 0).toString(16);
}
