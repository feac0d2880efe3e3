import { createLabelMap } from "../core/labelMap";
import { loadLabel } from "../dataset/loadLabel";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { ImageChanges } from "../export/changes";
import { convertedFiles } from "../export/convert";
import { exportZip } from "../export/exportZip";
import { type ExportFile, exportLabel, labelFiles, RaiseNeededError } from "../export/labelFiles";
import { saveInPlace } from "../export/saveInPlace";
import type { ExportTarget } from "../export/targets";
import { baseName } from "../formats/paths";
import { sniffType } from "../formats/raster";
import type { Documents } from "./documents";
import { download, fileName } from "./download";
import { createEditedItems, type Edited } from "./edited";
import { allowed } from "./permission";
import { changesFile } from "./provenance";
import { saveAnnotations } from "./saveAnnotations";
import type { Services } from "./services";
import { announce, ask, type SessionStore, showError, showInfo } from "./session";
import type { Work } from "./work";

export type ExportKind = "png" | "changed" | "all" | "changes";

export interface Output {
  export(kind: ExportKind): Promise<void>;
  /** Downloads the whole data set in another format. */
  exportAs(target: ExportTarget, options: { readonly photographs: boolean }): Promise<void>;
  /** Writes changed labels into the opened folder, or explains why it cannot and downloads them. */
  save(): Promise<void>;
}

export function createOutput(
  { decoder: coder }: Pick<Services, "decoder">,
  session: SessionStore,
  documents: Pick<Documents, "documentFor" | "inMemory">,
  work: Pick<Work, "current">,
): Output {
  const edited = createEditedItems(documents, work);
  let isRunning = false;

  /** Runs `write`; where a new id does not fit a file's palette or depth, asks and runs it again with leave to raise. */
  async function asking<T>(write: (raise: boolean) => Promise<T>): Promise<T | null> {
    try {
      return await write(false);
    } catch (error) {
      if (!(error instanceof RaiseNeededError)) throw error;
      const yes = await ask(session, {
        title: "The label file must grow",
        text: error.message,
        yes: "Extend and go on",
      });
      return yes ? write(true) : null;
    }
  }

  /** One label at a time is in memory. Returns whether a zip was downloaded. */
  async function zip(dataset: Dataset, which: "changed" | "all"): Promise<boolean> {
    const touched = new Set(await edited.touched(dataset));
    let changed = 0;
    let stale: string[] = [];
    const blob = await asking((raise) => {
      const records: ImageChanges[] = [];
      changed = 0;
      stale = [];
      const labelsOf = async (item: DatasetItem) => {
        const found = touched.has(item) ? await edited.find(dataset, item) : null;
        if (found !== null) records.push(found.record);
        if (!found?.differs) return null;
        changed += 1;
        return found.labels;
      };
      async function* files(): AsyncGenerator<ExportFile> {
        for await (const file of labelFiles(dataset, labelsOf, { which, raise, coder })) {
          if (file.stale !== null) stale.push(file.stale);
          yield file;
        }
        const withStale = records.map((one) =>
          stale.includes(one.label) ? { ...one, stale: [one.label, ...one.stale] } : one,
        );
        yield { path: "changes.json", bytes: changesFile(dataset, withStale) };
      }
      return exportZip(files());
    });
    if (blob === null) return false;
    if (which === "changed" && changed === 0) {
      const text = 'Every label is as it was opened. "All labels" exports them unchanged.';
      showInfo(session, "Nothing has changed yet", text);
      return false;
    }
    download(`${fileName(dataset.name)}-${which}.zip`, blob);
    const done = `Exported ${which === "all" ? dataset.items.length : changed} labels`;
    if (stale.length > 0) showInfo(session, done, becamePng(stale));
    else announce(session, done);
    return true;
  }

  async function convert(dataset: Dataset, target: ExportTarget, photographs: boolean): Promise<void> {
    const touched = new Set(await edited.touched(dataset));
    const labelsOf = async (item: DatasetItem) => {
      const found = touched.has(item) ? await edited.find(dataset, item) : null;
      return found?.labels ?? (await loadLabel(dataset, item, coder)).labels;
    };
    const blob = await exportZip(convertedFiles(dataset, target, { photographs, labelsOf }));
    download(`${fileName(dataset.name)}-${target.key}.zip`, blob);
    announce(session, `Exported ${dataset.items.length} labels as ${target.name}`);
  }

  async function changes(dataset: Dataset): Promise<void> {
    const records: ImageChanges[] = [];
    for (const item of await edited.touched(dataset)) {
      const found = await edited.find(dataset, item);
      if (found !== null) records.push(found.record);
    }
    download("changes.json", blobOf(changesFile(dataset, records), "application/json"));
    announce(session, "Exported changes.json");
  }

  async function png(dataset: Dataset): Promise<void> {
    const { image } = session.getState();
    if (image === null) return;
    const { item, document } = image;
    const file = await asking((raise) => exportLabel(dataset, item, document.labels, { raise, coder }));
    if (file === null) return;
    download(baseName(file.path), blobOf(file.bytes, `image/${sniffType(file.bytes) ?? "png"}`));
    if (file.stale !== null) showInfo(session, `Exported ${item.name}`, becamePng([file.stale]));
    else announce(session, `Exported ${item.name}`);
  }

  /** Saves one label as it is now: strokes made while it is written stay unsaved. False when the user declined. */
  async function saveOne(
    dataset: Dataset,
    root: NonNullable<Dataset["root"]>,
    found: Edited,
    stale: string[],
  ): Promise<boolean> {
    const { item, unsaved } = found;
    if (unsaved === null) return false;
    const { version } = unsaved.store.getState();
    const labels = createLabelMap(item.width, item.height, unsaved.labels.data.slice());
    const file = await asking((raise) => exportLabel(dataset, item, labels, { raise, coder }));
    if (file === null) return false;
    await saveInPlace(root, file.path, file.bytes, file.stale !== null);
    if (file.stale !== null) {
      // The label is still read from the old file: the work on it stays kept here.
      stale.push(file.stale);
      return true;
    }
    unsaved.markSaved({ labels, version });
    edited.noteSaved(dataset, found);
    await work.current()?.keep(unsaved);
    return true;
  }

  async function saveInto(dataset: Dataset, root: NonNullable<Dataset["root"]>): Promise<void> {
    if (!(await allowed(root, "readwrite"))) {
      return showInfo(
        session,
        "Not saved",
        "The browser was not allowed to write to the folder. Press Save again and allow it, or use Export.",
      );
    }
    let saved = dataset.annotations ? await saveAnnotations(dataset, root, edited, work) : 0;
    let declined = 0;
    const failures: string[] = [];
    const stale: string[] = [];
    for (const item of dataset.annotations ? [] : await edited.touched(dataset)) {
      try {
        const found = await edited.find(dataset, item);
        if (found === null || found.unsaved === null) continue;
        if (await saveOne(dataset, root, found, stale)) saved += 1;
        else declined += 1;
      } catch (error) {
        // The others must not be lost for one that cannot be written.
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (failures.length > 0) {
      const others = failures.length > 1 ? ` (And ${failures.length - 1} more.)` : "";
      throw new Error(`${failures[0]}${others} ${labelCount(saved)} saved.`);
    }
    if (saved + declined === 0) {
      return showInfo(session, "Nothing to save", "The folder holds every label as it is here.");
    }
    const left = declined > 0 ? ` ${labelCount(declined)} left unsaved, as you chose.` : "";
    const backup = saved > stale.length ? "The files as they were lie in .maskmend-backup." : "";
    const png = stale.length > 0 ? ` ${becamePng(stale)}` : "";
    showInfo(session, `Saved ${labelCount(saved)} into ${root.name}`, `${backup}${left}${png}`.trim());
  }

  async function run(title: string, busy: string, action: (dataset: Dataset) => Promise<void>): Promise<void> {
    const { dataset } = session.getState();
    if (dataset === null) return;
    // Two at a time could back up a label that the other has just written.
    if (isRunning) return announce(session, "The last export is still under way");
    isRunning = true;
    session.setState({ busy, message: null });
    try {
      await work.current()?.flush();
      await action(dataset);
    } catch (error) {
      showError(session, title, error);
    } finally {
      isRunning = false;
      session.setState({ busy: null });
    }
    tellPassedOver();
  }

  function tellPassedOver(): void {
    const list = edited.takePassedOver();
    if (list.length === 0 || session.getState().message?.kind === "error") return;
    const others = list.length > 1 ? ` (And ${list.length - 1} more.)` : "";
    const remedy = "Put back the label file it was made for, or edit the label again.";
    showInfo(session, "Earlier work was left out", `${list[0]}${others} ${remedy}`);
  }

  return {
    export: (kind) =>
      run("Export failed", "Exporting", async (dataset) => {
        if (kind === "png") await png(dataset);
        else if (kind === "changes") await changes(dataset);
        else await zip(dataset, kind);
      }),
    exportAs: (target, { photographs }) =>
      run("Export failed", "Exporting", (dataset) => convert(dataset, target, photographs)),
    save: () =>
      run("Saving failed", "Saving", async (dataset) => {
        if (dataset.root !== undefined) return saveInto(dataset, dataset.root);
        if (!(await zip(dataset, "changed"))) return;
        showInfo(
          session,
          "Downloaded instead",
          'What you opened cannot be written in place, so the changed labels were downloaded as a zip. Your work also stays kept in this browser. To save in place, use "Open folder" in Chrome or Edge.',
        );
      }),
  };
}

function labelCount(count: number): string {
  return count === 1 ? "1 label" : `${count} labels`;
}

/** What became of labels whose formats cannot hold them without loss. */
function becamePng(stale: readonly string[]): string {
  const others = stale.length > 1 ? ` and ${stale.length - 1} more` : "";
  return `${stale[0]}${others} cannot hold the label exactly, so it was written as PNG. The old file stays and is out of date.`;
}

function blobOf(bytes: Uint8Array, type: string): Blob {
  return new Blob([new Uint8Array(bytes)], { type });
}
