import type { LabelMap } from "../core/labelMap";
import { loadLabel } from "../dataset/loadLabel";
import type { Dataset, DatasetItem } from "../dataset/types";
import { createDocument } from "../document/document";
import { WorkingStateError } from "../document/workingState";
import type { ImageChanges } from "../export/changes";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument } from "../review/types";
import type { Images } from "./images";
import { imageRecord } from "./provenance";
import type { Services } from "./services";
import type { Work } from "./work";

/** An image that was worked on, as it is to be exported. */
export interface Edited {
  readonly item: DatasetItem;
  readonly labels: LabelMap;
  /** Whether the label differs from the file as it was opened or as it lies in the folder now. */
  readonly differs: boolean;
  readonly record: ImageChanges;
  /** The document to save; null when the file holds everything and the document has left memory. */
  readonly unsaved: OpenDocument | null;
}

export interface EditedItems {
  /** The images that may have been worked on; the rest need not be decoded. */
  touched(dataset: Dataset): Promise<readonly DatasetItem[]>;
  /**
   * An item's work: its document in memory, else rebuilt from what is kept; null when nothing was ever done.
   * @throws FileError when its label cannot be read.
   */
  find(dataset: Dataset, item: DatasetItem): Promise<Edited | null>;
  /** Notes that an item was saved in place: once its document has left memory its file tells of no change. */
  noteSaved(dataset: Dataset, edited: Edited): void;
  /** Kept work that does not fit its file any more and was passed over, since the last call: file and reason. */
  takePassedOver(): readonly string[];
}

export function createEditedItems(services: Services, images: Images, work: Work): EditedItems {
  const saved = new Map<string, ImageChanges>();
  const passedOver = new Map<string, string>();
  const idOf = (dataset: Dataset, item: DatasetItem) => `${dataset.id}/${item.key}`;

  async function rebuilt(dataset: Dataset, item: DatasetItem): Promise<OpenDocument | null> {
    const working = (await work.current()?.load(item.key)) ?? null;
    if (working === null) return null;
    const { labels, classes } = await loadLabel(dataset, item, services.decoder);
    try {
      return createDocument({ key: item.key, classes, labels, traits: suggestionTraits, working });
    } catch (error) {
      if (!(error instanceof WorkingStateError)) throw error;
      passedOver.set(item.key, `${item.labelPath}: ${error.message}.`);
      return null;
    }
  }

  return {
    async touched(dataset) {
      const kept = new Set(await work.current()?.keys());
      return dataset.items.filter(
        (item) => kept.has(item.key) || images.documentOf(item.key) !== null || saved.has(idOf(dataset, item)),
      );
    },
    async find(dataset, item) {
      const open = images.documentOf(item.key);
      const document = open ?? (await rebuilt(dataset, item));
      const earlier = open === null ? saved.get(idOf(dataset, item)) : undefined;
      const state = document?.store.getState();
      if (earlier !== undefined && (state?.changedPixels ?? 0) === 0) {
        const { labels } = await loadLabel(dataset, item, services.decoder);
        return { item, labels, differs: earlier.changedPixels > 0, record: earlier, unsaved: null };
      }
      if (document === null || state === undefined) return null;
      const { changedPixels, decisions, savedVersion, version } = state;
      if (changedPixels === 0 && decisions.length === 0 && savedVersion === null) return null;
      // Also when changes saved before were undone.
      const isUnsaved = savedVersion === null ? changedPixels > 0 : savedVersion !== version;
      return {
        item,
        labels: document.labels,
        differs: changedPixels > 0 || isUnsaved,
        record: imageRecord(item, document),
        unsaved: isUnsaved ? document : null,
      };
    },
    noteSaved: (dataset, { item, record }) => void saved.set(idOf(dataset, item), record),
    takePassedOver() {
      const list = [...passedOver.values()];
      passedOver.clear();
      return list;
    },
  };
}
