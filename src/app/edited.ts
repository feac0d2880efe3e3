import { countIds } from "../core/countIds";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { DecisionRecord } from "../document/types";
import type { ImageChanges } from "../export/changes";
import type { OpenDocument } from "../review/types";
import type { Documents } from "./documents";
import { heldDecisions, imageRecord } from "./provenance";
import type { Work } from "./work";

/** An image that was worked on, as it was when it was asked for: what is done to it since does not show. */
export interface Edited {
  readonly item: DatasetItem;
  readonly labels: LabelMap;
  /** The document's version then. */
  readonly version: number;
  /** Whether the label differs from the file as it was opened first or as it lies in the folder now. */
  readonly differs: boolean;
  readonly record: ImageChanges;
  /** Decisions are in the label that changes are told from (`heldDecisions`). */
  readonly held: boolean;
  /** Pixels of each id in the label as it was opened first. */
  readonly before: ReadonlyMap<number, number>;
  /** Every decision taken on it, oldest first. */
  readonly decisions: readonly DecisionRecord[];
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
  /** False where its file surely holds all: known without decoding it. */
  mayBeUnsaved(item: DatasetItem): Promise<boolean>;
  /** Kept work that does not fit its file any more and was passed over, since the last call: file and reason. */
  takePassedOver(): readonly string[];
}

export function createEditedItems(
  documents: Pick<Documents, "documentFor" | "inMemory">,
  work: Pick<Work, "current">,
): EditedItems {
  const passedOver = new Map<string, string>();

  return {
    async touched(dataset) {
      const kept = new Set(await work.current()?.keys());
      return dataset.items.filter(({ key }) => kept.has(key) || documents.inMemory(key) !== null);
    },
    async find(dataset, item) {
      const { document, passedOver: reason } = await documents.documentFor(dataset, item);
      if (reason !== null) passedOver.set(item.key, `${item.labelPath}: ${reason.message}.`);
      const { changedPixels, decisions, savedVersion, version } = document.store.getState();
      // One in memory may be drawn on while it is written.
      const isLive = documents.inMemory(item.key) === document;
      const { width, height, data } = document.labels;
      const labels = isLive ? createLabelMap(width, height, data.slice()) : document.labels;
      const before = countIds(document.original.data);
      const found = { item, labels, version, decisions, before };
      // Also when changes saved before were undone.
      const inFile = document.saved();
      const isUnsaved = labels.data.some((id, i) => id !== inFile.data[i]);
      if (changedPixels === 0 && decisions.length === 0 && savedVersion === null && !isUnsaved) return null;
      return {
        ...found,
        differs: changedPixels > 0 || isUnsaved,
        record: imageRecord(item, document),
        held: heldDecisions(document),
        unsaved: isUnsaved ? document : null,
      };
    },
    async mayBeUnsaved({ key }) {
      if (documents.inMemory(key) !== null) return true;
      const kept = await work.current()?.load(key);
      return kept === null || kept === undefined || kept.index.length > 0;
    },
    takePassedOver() {
      const list = [...passedOver.values()];
      passedOver.clear();
      return list;
    },
  };
}
