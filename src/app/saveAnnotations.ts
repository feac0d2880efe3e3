import { createLabelMap, type LabelMap } from "../core/labelMap";
import type { Dataset, DatasetItem } from "../dataset/types";
import { type ExportFile, labelFiles } from "../export/labelFiles";
import { saveInPlace } from "../export/saveInPlace";
import { greyPng } from "../export/targets/rasters";
import type { Edited, EditedItems } from "./edited";
import type { Work } from "./work";

/**
 * Saves labels that are made of annotations: their files are written anew with all that was changed, for one file may hold
 * many images.
 * @returns how many labels were saved.
 * @throws FileError
 */
export async function saveAnnotations(
  dataset: Dataset,
  root: NonNullable<Dataset["root"]>,
  edited: EditedItems,
  work: Pick<Work, "current">,
): Promise<number> {
  const touched = new Set(await edited.touched(dataset));
  const saving: { found: Edited; unsaved: NonNullable<Edited["unsaved"]>; labels: LabelMap; version: number }[] = [];
  const labelsOf = async (item: DatasetItem): Promise<LabelMap | null> => {
    const found = touched.has(item) ? await edited.find(dataset, item) : null;
    if (found === null) return null;
    if (found.unsaved === null) return found.differs ? found.labels : null;
    // As it is now: strokes made while it is written stay unsaved.
    const { version } = found.unsaved.store.getState();
    const labels = createLabelMap(item.width, item.height, found.labels.data.slice());
    saving.push({ found, unsaved: found.unsaved, labels, version });
    return labels;
  };
  const files: ExportFile[] = [];
  for await (const file of labelFiles(dataset, labelsOf, { which: "changed" })) files.push(file);
  if (saving.length === 0) return 0;
  for (const { path, bytes } of files) await saveInPlace(root, path, bytes);
  for (const { found, unsaved, labels, version } of saving) {
    const { item } = found;
    dataset.annotations?.saved.set(item.key, greyPng(labels, item.raster.bitDepth > 8 ? 16 : 8));
    unsaved.markSaved({ labels, version });
    edited.noteSaved(dataset, found);
    await work.current()?.keep(unsaved);
  }
  return saving.length;
}
