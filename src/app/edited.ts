import type { LabelMap } from "../core/labelMap";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { ImageChanges } from "../export/changes";
import type { OpenDocument } from "../review/types";
import type { Documents } from "./documents";
import { imageRecord } from "./provenance";
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
   * An item's work; null when nothing was ever done.
   * @throws FileError when its label cannot be read.
   */
  find(dataset: Dataset, item: DatasetItem): Promise<Edited | null>;
  /** Notes that an item was saved in place: once its document has left memory its file tells of no change. */
  noteSaved(dataset: Dataset, edited: Edited): void;
  /** Kept work that does not fit its file any more and was passed over, since the last call: file and reason. */
  takePassedOver(): readonly string[];
}

export function createEditedItems(
  documents: Pick<Documents, "documentFor" | "inMemory">,
  work: Pick<Work, "current">,
): EditedItems {
  const saved = new Map<string, ImageChanges>();
  const passedOver = new Map<string, string>();
  const idOf = (dataset: Dataset, item: DatasetItem) => `${dataset.id}/${item.key}`;

  return {
    async touched(dataset) {
      const kept = new Set(await work.current()?.keys());
      return dataset.items.filter(
        (item) => kept.has(item.key) || documents.inMemory(item.key) !== null || saved.has(idOf(dataset, item)),
      );
    },
    async find(dataset, item) {
      const earlier = documents.inMemory(item.key) === null ? saved.get(idOf(dataset, item)) : undefined;
      const { document, passedOver: reason } = await documents.documentFor(dataset, item);
      if (reason !== null) passedOver.set(item.key, `${item.labelPath}: ${reason.message}.`);
      const { labels } = document;
      const { changedPixels, decisions, savedVersion, version } = document.store.getState();
      if (earlier !== undefined && changedPixels === 0) {
        return { item, labels, differs: earlier.changedPixels > 0, record: earlier, unsaved: null };
      }
      if (changedPixels === 0 && decisions.length === 0 && savedVersion === null) return null;
      // Also when changes saved before were undone.
      const isUnsaved = savedVersion === null ? changedPixels > 0 : savedVersion !== version;
      return {
        item,
        labels,
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
