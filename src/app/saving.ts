import type { LabelCoder } from "../dataset/labelCoder";
import { labelOfBytes } from "../dataset/loadLabel";
import type { Dataset, DatasetItem } from "../dataset/types";
import { writtenLabel } from "../document/workingState";
import { exportLabel, RaiseNeededError } from "../export/labelFiles";
import { expectUnchanged, saveInPlace } from "../export/saveInPlace";
import type { Autosave } from "../project/autosave";
import type { Documents } from "./documents";
import type { EditedItems } from "./edited";
import type { ExportJob } from "./exportJobs";
import { keepSaved } from "./keepSaved";

/** What saving in place came to. */
export interface SavingOutcome {
  /** Labels written. */
  readonly saved: number;
  /** Labels the user did not want extended. */
  readonly declined: number;
  /** Images whose turn did not come, for the user cancelled: some of them may have nothing to save. */
  readonly left: number;
  /** Why labels could not be written. */
  readonly failures: readonly string[];
  /** Files that could not hold their labels, beside which a PNG was written. */
  readonly stale: readonly string[];
}

interface SavingTools {
  readonly coder: LabelCoder;
  readonly documents: Pick<Documents, "alone" | "inMemory">;
  readonly edited: EditedItems;
  /** Where work on this data set is kept: another may be open before the end. */
  readonly autosave: Autosave | null;
  mayRaise(needed: RaiseNeededError): Promise<boolean>;
}

/**
 * Writes changed labels into the opened folder, one at a time. What is written counts as saved at once: after a cancel,
 * saving again goes on with the rest.
 */
export async function saveLabels(
  dataset: Dataset,
  root: NonNullable<Dataset["root"]>,
  job: ExportJob,
  { coder, documents, edited, autosave, mayRaise }: SavingTools,
): Promise<SavingOutcome> {
  const failures: string[] = [];
  const stale: string[] = [];
  let [saved, declined] = [0, 0];

  /** The label as it is now: strokes made while it is written stay unsaved. */
  async function save(item: DatasetItem): Promise<void> {
    const found = await edited.find(dataset, item);
    const unsaved = found?.unsaved ?? null;
    if (found === null || unsaved === null) return;
    const { labels, version } = found;
    const [state, inFile] = [unsaved.snapshot(), unsaved.saved()];
    await expectUnchanged(root, item.label, async (bytes) => {
      const now = await labelOfBytes(dataset, item, bytes, coder);
      return now?.data.every((id, i) => id === inFile.data[i]) ?? false;
    });
    const write = (raise: boolean) => exportLabel(dataset, item, labels, { raise, coder });
    const file = await write(false).catch(async (error: unknown) => {
      if (!(error instanceof RaiseNeededError)) throw error;
      return (await mayRaise(error)) ? write(true) : null;
    });
    if (file === null) {
      declined += 1;
      return;
    }
    if (file.stale === null) await autosave?.willSave(item.key, writtenLabel(state, labels));
    await saveInPlace(root, file.path, file.bytes, file.stale !== null);
    saved += 1;
    // The label is still read from the old file: the work on it stays kept here.
    if (file.stale !== null) return void stale.push(file.stale);
    unsaved.markSaved({ labels, version });
    await keepSaved(autosave, documents, unsaved);
  }

  const items = await edited.touched(dataset);
  for (const [done, item] of items.entries()) {
    try {
      job.turn(done, items.length);
    } catch {
      return { saved, declined, left: items.length - done, failures, stale };
    }
    try {
      if (await edited.mayBeUnsaved(item)) await documents.alone(item.key, () => save(item));
    } catch (error) {
      // The others must not be lost for one that cannot be written.
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { saved, declined, left: 0, failures, stale };
}
