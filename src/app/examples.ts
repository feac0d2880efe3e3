import { ignoredIds, mergeClasses } from "../core/classTable";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { LabelledImage } from "../support/types";
import type { WorkImage } from "../window/workImage";
import type { Documents } from "./documents";
import type { Work } from "./work";
import { hashOf, workStamp } from "./workStamp";

/** Images of the data set as what the model can learn its classes from. */
export interface Examples {
  /**
   * Stands for what an image would teach now, also at the next visit: it need not be learnt again while this stays the same.
   * Depends on the label file's bytes, the work on it, and which classes count.
   * @throws FileError
   */
  lastingStamp(dataset: Dataset, item: DatasetItem): Promise<string>;
  /**
   * An image with its label as it is now, worked on or not. Ids that the data set's class table lacks are void: no class of the
   * set. The arrays are the caller's own.
   * @throws FileError
   */
  load(dataset: Dataset, item: DatasetItem): Promise<LabelledImage>;
}

export function createExamples(
  documents: Pick<Documents, "documentFor" | "inMemory">,
  work: Pick<Work, "current">,
  picture: (item: DatasetItem) => Promise<WorkImage>,
): Examples {
  return {
    async lastingStamp({ classes }, item) {
      const file = hashOf([await item.label.bytes()]);
      const ids = classes.map(({ id, ignored }) => (ignored ? -1 - id : id));
      const turn = item.turn === 0 ? "" : ` turned ${item.turn}`;
      return `file ${file} ${item.image?.size ?? 0}${turn}, ${await workStamp(documents, work, item)}, classes ${hashOf([ids])}`;
    },
    async load(dataset, item) {
      const image = await picture(item);
      const { document, unknown } = await documents.documentFor(dataset, item);
      const classes = mergeClasses(
        dataset.classes,
        unknown.map((info) => ({ ...info, ignored: true })),
      );
      return { imageKey: item.key, image, labels: document.labels.data.slice(), ignoredIds: [...ignoredIds(classes)] };
    },
  };
}
