import type { Dataset, DatasetItem } from "../../dataset/types";
import { exportZip } from "../../export/exportZip";
import { type ExportFile, exportLabel, labelFiles, RaiseNeededError } from "../../export/labelFiles";
import { saveInPlace } from "../../export/saveInPlace";
import { announce, ask, type SessionStore, showError, showInfo } from "../state/session";
import type { OpenDocument } from "../tools/types";
import { download, fileName } from "./download";
import { editedDocument } from "./edited";
import type { Images } from "./images";
import { allowed } from "./permission";
import { changesFile } from "./provenance";
import type { Services } from "./services";
import type { Work } from "./work";

export type ExportKind = "png" | "changed" | "all" | "changes";

export interface Output {
  export(kind: ExportKind): Promise<void>;
  /** Writes changed labels into the opened folder, or explains why it cannot and downloads them. */
  save(): Promise<void>;
}

interface Edited {
  readonly item: DatasetItem;
  readonly document: OpenDocument;
}

export function createOutput(services: Services, session: SessionStore, images: Images, work: Work): Output {
  const find = (dataset: Dataset, item: DatasetItem) => editedDocument(dataset, item, { images, work, services });

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

  /** Images whose label differs from the file or that have decisions. */
  async function allEdited(dataset: Dataset): Promise<Edited[]> {
    const found: Edited[] = [];
    // Only these can have been touched: the rest need not be decoded.
    const touched = new Set([...((await work.current()?.keys()) ?? []), ...session.getState().imageStates.keys()]);
    for (const item of dataset.items.filter(({ key }) => touched.has(key))) {
      const document = await find(dataset, item);
      if (document === null) continue;
      const { changedPixels, decisions, savedVersion } = document.store.getState();
      if (changedPixels > 0 || decisions.length > 0 || savedVersion !== null) found.push({ item, document });
    }
    return found;
  }

  async function zip(dataset: Dataset, which: "changed" | "all"): Promise<void> {
    const edited = await allEdited(dataset);
    const changed = edited.filter(({ document }) => document.store.getState().changedPixels > 0);
    if (which === "changed" && changed.length === 0) {
      return showInfo(
        session,
        "Nothing has changed yet",
        'Every label is as it was opened. "All labels" exports them unchanged.',
      );
    }
    const labelsOf = (item: DatasetItem) => changed.find((one) => one.item.key === item.key)?.document.labels ?? null;
    const blob = await asking((raise) => {
      const files = withFile(
        labelFiles(dataset, labelsOf, { which, raise }),
        "changes.json",
        changesFile(dataset, edited),
      );
      return exportZip(files);
    });
    if (blob === null) return;
    download(`${fileName(dataset.name)}-${which}.zip`, blob);
    announce(session, `Exported ${which === "all" ? dataset.items.length : changed.length} labels`);
  }

  async function png(dataset: Dataset): Promise<void> {
    const { image } = session.getState();
    if (image === null) return;
    const { item, document } = image;
    const bytes = await asking((raise) => exportLabel(dataset, item, document.labels, { raise }));
    if (bytes === null) return;
    download(item.labelPath.split("/").at(-1) ?? "label.png", blobOf(bytes, "image/png"));
    announce(session, `Exported ${item.name}`);
  }

  async function saveInto(dataset: Dataset, root: NonNullable<Dataset["root"]>): Promise<void> {
    if (!(await allowed(root, "readwrite"))) {
      return showInfo(
        session,
        "Not saved",
        "The browser was not allowed to write to the folder. Press Save again and allow it, or use Export.",
      );
    }
    const changed = (await allEdited(dataset)).filter(({ document }) => isUnsaved(document));
    let last = "";
    for (const { item, document } of changed) {
      const bytes = await asking((raise) => exportLabel(dataset, item, document.labels, { raise }));
      if (bytes === null) continue;
      last = (await saveInPlace(root, item.labelPath, bytes)).backupPath;
      document.markSaved();
      await work.current()?.keep(document);
    }
    if (changed.length === 0)
      return showInfo(session, "Nothing to save", "The folder holds every label as it is here.");
    const what = changed.length === 1 ? `1 label` : `${changed.length} labels`;
    showInfo(session, `Saved ${what} into ${root.name}`, `The files as they were lie in ${last.split("/")[0]}.`);
  }

  async function run(title: string, busy: string, action: (dataset: Dataset) => Promise<void>): Promise<void> {
    const { dataset } = session.getState();
    if (dataset === null) return;
    session.setState({ busy, message: null });
    try {
      await work.current()?.flush();
      await action(dataset);
    } catch (error) {
      showError(session, title, error);
    } finally {
      session.setState({ busy: null });
    }
  }

  return {
    export: (kind) =>
      run("Export failed", "Exporting", async (dataset) => {
        if (kind === "png") return png(dataset);
        if (kind === "changed" || kind === "all") return zip(dataset, kind);
        download("changes.json", blobOf(changesFile(dataset, await allEdited(dataset)), "application/json"));
        announce(session, "Exported changes.json");
      }),
    save: () =>
      run("Saving failed", "Saving", async (dataset) => {
        if (dataset.root !== undefined) return saveInto(dataset, dataset.root);
        await zip(dataset, "changed");
        if (session.getState().message === null) {
          showInfo(
            session,
            "Downloaded instead",
            'What you opened cannot be written in place, so the changed labels were downloaded as a zip. Your work also stays kept in this browser. To save in place, use "Open folder" in Chrome or Edge.',
          );
        }
      }),
  };
}

/** Differs from the file as it lies in the folder now: also when changes saved before were undone. */
function isUnsaved(document: OpenDocument): boolean {
  const { changedPixels, savedVersion, version } = document.store.getState();
  return savedVersion === null ? changedPixels > 0 : savedVersion !== version;
}

function blobOf(bytes: Uint8Array, type: string): Blob {
  return new Blob([new Uint8Array(bytes)], { type });
}

async function* withFile(
  files: AsyncIterable<ExportFile>,
  path: string,
  bytes: Uint8Array,
): AsyncGenerator<ExportFile> {
  yield* files;
  yield { path, bytes };
}
