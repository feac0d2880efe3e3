import { createLabelMap, type LabelMap } from "../core/labelMap";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { WrittenLabel } from "../document/types";
import { writtenLabel } from "../document/workingState";
import { type ExportFile, labelFiles } from "../export/labelFiles";
import { expectUnchanged, saveInPlace } from "../export/saveInPlace";
import { greyPng } from "../export/targets/rasters";
import { decodePng } from "../formats/png";
import type { Autosave } from "../project/autosave";
import type { Documents } from "./documents";
import type { Edited, EditedItems } from "./edited";
import type { ExportJob } from "./exportJobs";
import { keepSaved } from "./keepSaved";

/** A label to be saved, small enough to hold thousands of. */
interface Saving extends Pick<Edited, "item"> {
  readonly png: Uint8Array;
  readonly written: WrittenLabel;
}

/**
 * Saves labels that are made of annotations: their files are written anew with all that was changed, for one file may hold
 * many images. Until the files are written all can be cancelled; then it is done to the end, for files may belong together.
 * @returns how many labels were saved.
 * @throws FileError, and the signal's reason when it was cancelled: then nothing is written.
 */
export async function saveAnnotations(
  dataset: Dataset,
  root: NonNullable<Dataset["root"]>,
  job: ExportJob,
  tools: {
    readonly edited: EditedItems;
    readonly documents: Pick<Documents, "documentFor" | "alone" | "inMemory">;
    readonly autosave: Autosave | null;
  },
): Promise<number> {
  const { edited, documents, autosave } = tools;
  const touched = new Set(await edited.touched(dataset));
  const saving: Saving[] = [];
  let done = 0;
  const labelsOf = async (item: DatasetItem): Promise<LabelMap | null> => {
    if (!touched.has(item)) return null;
    job.turn(done++, touched.size);
    const found = await edited.find(dataset, item);
    if (found === null) return null;
    const { unsaved, differs, labels } = found;
    if (unsaved === null) return differs ? labels : null;
    const written = writtenLabel(unsaved.snapshot(), labels);
    saving.push({ item, written, png: greyPng(labels, item.raster.bitDepth > 8 ? 16 : 8) });
    return labels;
  };
  const files: ExportFile[] = [];
  const { signal } = job;
  for await (const file of labelFiles(dataset, labelsOf, { which: "changed", signal })) files.push(file);
  if (saving.length === 0) return 0;
  signal.throwIfAborted();
  const opened = new Map(dataset.annotations?.files.map((file) => [file.path, file]));
  for (const { path } of files) await expectUnchanged(root, opened.get(path) ?? { path, size: 0 });
  for (const { item, written } of saving) await autosave?.willSave(item.key, written);
  for (const { path, bytes } of files) await saveInPlace(root, path, bytes);
  for (const one of saving) await documents.alone(one.item.key, () => settle(one));
  return saving.length;

  /** What was done to the label since it was taken stays unsaved. */
  async function settle({ item, png }: Saving): Promise<void> {
    const { document } = await documents.documentFor(dataset, item);
    const labels = createLabelMap(item.width, item.height, decodePng(png).samples);
    const { version } = document.store.getState();
    const isSame = document.labels.data.every((id, i) => id === labels.data[i]);
    dataset.annotations?.saved.set(item.key, png);
    document.markSaved({ labels, version: isSame ? version : noVersion });
    await keepSaved(autosave, documents, document);
  }
}

/** None that a document has or will have. */
const noVersion = -1;
