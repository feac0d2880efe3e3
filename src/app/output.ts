import { createLabelMap } from "../core/labelMap";
import { loadLabel } from "../dataset/loadLabel";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { ImageChanges, NotExported } from "../export/changes";
import { convertedFiles } from "../export/convert";
import { exportLabel, labelFiles, RaiseNeededError } from "../export/labelFiles";
import type { ExportTarget } from "../export/targets";
import type { ZipEntry } from "../export/zipStream";
import { baseName } from "../formats/paths";
import { sniffType } from "../formats/raster";
import type { Documents } from "./documents";
import { download, fileName } from "./download";
import { createEditedItems } from "./edited";
import { createExportJobs, type ExportJob, type ExportVerb } from "./exportJobs";
import { andMore, becamePng, countOf, failuresText, savedText, sentences, writtenInto } from "./exportTexts";
import { allowed } from "./permission";
import { readPicture } from "./photo";
import { newChanges } from "./provenance";
import { reportFiles } from "./reporting";
import { saveAnnotations } from "./saveAnnotations";
import { type SavingOutcome, saveLabels } from "./saving";
import type { Services } from "./services";
import type { SessionStore } from "./session";
import { announce, ask, showError, showInfo } from "./tell";
import type { Work } from "./work";
import { type ZipFile, zipFile } from "./zipFile";

export type ExportKind = "png" | "changed" | "all" | "changes" | "report";

export interface Output {
  /** @param keys of the images whose labels are exported; all of the data set where they are not given. */
  export(kind: ExportKind, keys?: readonly string[]): Promise<void>;
  /** Downloads the whole data set in another format. */
  exportAs(target: ExportTarget, options: { readonly photographs: boolean }): Promise<void>;
  /** Writes changed labels into the opened folder, or explains why it cannot and downloads them. */
  save(): Promise<void>;
  /** Stops what is being exported or saved. */
  cancel(): void;
}

export function createOutput(
  { decoder: coder }: Pick<Services, "decoder">,
  session: SessionStore,
  documents: Pick<Documents, "documentFor" | "inMemory" | "alone">,
  work: Pick<Work, "current">,
  reviewer: () => string = () => "",
): Output {
  const edited = createEditedItems(documents, work);
  const jobs = createExportJobs(session, work);

  /** Asks whether a file may get a longer palette or more depth; one answer counts for all labels of an export. */
  function askingOnce(): (needed: RaiseNeededError) => Promise<boolean> {
    let answer: Promise<boolean> | null = null;
    return (needed) => {
      answer ??= ask(session, { title: "The label file must grow", text: needed.message, yes: "Extend and go on" });
      return answer;
    };
  }

  /** One label at a time is in memory. Returns whether a zip was downloaded. */
  async function zip(
    dataset: Dataset,
    which: "changed" | "all",
    job: ExportJob,
    file: ZipFile,
    keys?: readonly string[],
  ): Promise<boolean> {
    const wanted = keys && new Set(keys);
    const items = dataset.items.filter(({ key }) => wanted?.has(key) ?? true);
    const touched = new Set((await edited.touched(dataset)).filter(({ key }) => wanted?.has(key) ?? true));
    const total = which === "all" ? items.length : touched.size;
    const [failures, stale]: [NotExported[], string[]] = [[], []];
    const changes = newChanges(dataset);
    let [turns, changed] = [0, 0];
    /** Of the label whose turn it is; written once it is known what became of it. */
    let record: ImageChanges | null = null;
    let isChanged = false;
    const settle = (): void => {
      if (record !== null) changes.add(record);
      if (isChanged) changed += 1;
      record = null;
      isChanged = false;
    };
    const labelsOf = async (item: DatasetItem) => {
      settle();
      if (which === "all" || touched.has(item)) job.turn(turns++, total);
      if (!touched.has(item)) return null;
      const found = await edited.find(dataset, item);
      record = found?.record ?? null;
      isChanged = found?.differs ?? false;
      return found?.differs ? found.labels : null;
    };
    const failed = ({ labelPath: label }: DatasetItem, error: unknown): void => {
      record = null;
      isChanged = false;
      failures.push({ label, reason: reasonOf(error) });
    };
    async function* files(): AsyncGenerator<ZipEntry> {
      const options = { which, items, coder, signal: job.signal, mayRaise: askingOnce(), failed };
      for await (const one of labelFiles(dataset, labelsOf, options)) {
        if (one.stale !== null) {
          stale.push(one.stale);
          if (record !== null) record = { ...record, stale: [one.stale, ...record.stale] };
        }
        yield one;
      }
      settle();
      if (failures.length > 0 && failures.length === total)
        throw new Error(`${failures[0].reason}${andMore(failures)}`);
      if (which === "changed" && changed === 0 && failures.length === 0) throw new NothingChangedError();
      yield { path: "changes.json", bytes: changes.end(failures) };
    }
    try {
      await file.write(files(), job.signal);
    } catch (error) {
      if (!(error instanceof NothingChangedError)) throw error;
      const text = 'Every label is as it was opened. "All labels" exports them unchanged.';
      showInfo(session, "Nothing has changed yet", text);
      return false;
    }
    const written = which === "all" ? items.length - failures.length : changed;
    tell(`Exported ${countOf(written, failures)}`, [
      writtenInto(file),
      becamePng(stale),
      failuresText("Not exported", failures, "changes.json"),
    ]);
    return true;
  }

  async function convert(
    dataset: Dataset,
    target: ExportTarget,
    photographs: boolean,
    job: ExportJob,
    file: ZipFile,
  ): Promise<void> {
    const touched = new Set(await edited.touched(dataset));
    const failures: NotExported[] = [];
    const { length: total } = dataset.items;
    let turns = 0;
    const labelsOf = async (item: DatasetItem) => {
      job.turn(turns++, total);
      const found = touched.has(item) ? await edited.find(dataset, item) : null;
      return found?.labels ?? (await loadLabel(dataset, item, coder)).labels;
    };
    const failed = (label: string, error: unknown) => failures.push({ label, reason: reasonOf(error) });
    async function* files(): AsyncGenerator<ZipEntry> {
      yield* convertedFiles(dataset, target, { photographs, labelsOf, signal: job.signal, failed });
      if (failures.length >= total) throw new Error(`${failures[0].reason}${andMore(failures)}`);
    }
    await file.write(files(), job.signal);
    const labels = new Set(dataset.items.map(({ labelPath }) => labelPath));
    const missing = failures.filter(({ label }) => labels.has(label));
    tell(`Exported ${countOf(total - missing.length, missing)} as ${target.name}`, [
      writtenInto(file),
      failuresText("Left out", failures, "conversion.txt"),
    ]);
  }

  async function changes(dataset: Dataset, job: ExportJob): Promise<void> {
    const written = newChanges(dataset);
    const items = await edited.touched(dataset);
    for (const [done, item] of items.entries()) {
      job.turn(done, items.length);
      const found = await edited.find(dataset, item);
      if (found !== null) written.add(found.record);
    }
    download("changes.json", new Blob([written.end()], { type: "application/json" }));
    announce(session, "Exported changes.json");
  }

  async function report(dataset: Dataset, job: ExportJob, file: ZipFile): Promise<void> {
    const photo = async (item: DatasetItem) => (item.image === null ? null : (await readPicture(item, coder)).rgba);
    const tools = { coder, session, edited, documents, photo, reviewer: reviewer().trim() };
    await file.write(reportFiles(dataset, job, tools), job.signal);
    tell("Exported the report", [writtenInto(file)]);
  }

  async function png(dataset: Dataset): Promise<void> {
    const { image } = session.getState();
    const found = image && (await documents.documentFor(dataset, image.item));
    if (!found) return;
    const { item } = image;
    const labels = createLabelMap(item.width, item.height, found.document.labels.data.slice());
    const mayRaise = askingOnce();
    const write = (raise: boolean) => exportLabel(dataset, item, labels, { raise, coder });
    const file = await write(false).catch(async (error: unknown) => {
      if (!(error instanceof RaiseNeededError)) throw error;
      return (await mayRaise(error)) ? write(true) : null;
    });
    if (file === null) return;
    const type = `image/${sniffType(file.bytes) ?? "png"}`;
    download(baseName(file.path), new Blob([new Uint8Array(file.bytes)], { type }));
    tell(`Exported ${item.name}`, [becamePng(file.stale === null ? [] : [file.stale])]);
  }

  async function saveInto(dataset: Dataset, root: NonNullable<Dataset["root"]>, job: ExportJob): Promise<void> {
    if (!(await allowed(root, "readwrite"))) {
      return showInfo(
        session,
        "Not saved",
        "The browser was not allowed to write to the folder. Press Save again and allow it, or use Export.",
      );
    }
    const autosave = work.current();
    await autosave?.flush();
    const tools = { coder, documents, edited, autosave, mayRaise: askingOnce() };
    const outcome = dataset.annotations
      ? { ...nothingSaved, saved: await saveAnnotations(dataset, root, job, tools) }
      : await saveLabels(dataset, root, job, tools);
    tellSaved(root.name, outcome, job);
  }

  function tellSaved(folder: string, outcome: SavingOutcome, { holds }: Pick<ExportJob, "holds">): void {
    const { failures } = outcome;
    const { title, text } = savedText(folder, outcome);
    if (failures.length > 0) showError(session, title, new Error(text), { holds });
    else showInfo(session, title, text, { holds });
  }

  function tell(done: string, details: readonly string[]): void {
    const text = sentences(details);
    if (text === "") announce(session, done);
    else showInfo(session, done, text);
  }

  const exporting = { title: "Export", verb: "Exporting" } as const;

  async function run(
    what: { readonly title: string; readonly verb: ExportVerb },
    action: (dataset: Dataset, job: ExportJob) => Promise<void>,
  ): Promise<void> {
    await jobs.run(what, action);
    const list = edited.takePassedOver();
    if (list.length === 0 || session.getState().message?.kind === "error") return;
    const remedy = "Put back the label file it was made for, or edit the label again.";
    showInfo(session, "Earlier work was left out", `${list[0]}${andMore(list)} ${remedy}`);
  }

  /** @param suffix of the zip's name. False when the user chose no file. */
  async function toZip(
    dataset: Dataset,
    suffix: string,
    write: (file: ZipFile) => Promise<unknown>,
    labels = dataset.items.length,
  ): Promise<unknown> {
    const file = await zipFile(`${fileName(dataset.name)}-${suffix}.zip`, labels);
    if (file === null) return false;
    await work.current()?.flush();
    return write(file);
  }

  return {
    export: (kind, keys) =>
      run(exporting, async (dataset, job) => {
        if (kind === "png") await png(dataset);
        else if (kind === "changes")
          await work
            .current()
            ?.flush()
            .then(() => changes(dataset, job));
        else if (kind === "report") await toZip(dataset, kind, (file) => report(dataset, job, file), 0);
        else await toZip(dataset, kind, (file) => zip(dataset, kind, job, file, keys));
      }),
    exportAs: (target, { photographs }) =>
      run(exporting, async (dataset, job) => {
        await toZip(dataset, target.key, (file) => convert(dataset, target, photographs, job, file));
      }),
    save: () =>
      run({ title: "Saving", verb: "Saving" }, async (dataset, job) => {
        if (dataset.root !== undefined) return saveInto(dataset, dataset.root, job);
        if (!(await toZip(dataset, "changed", (file) => zip(dataset, "changed", job, file)))) return;
        showInfo(
          session,
          "Downloaded instead",
          'What you opened cannot be written in place, so the changed labels were downloaded as a zip. Your work also stays kept in this browser. To save in place, use "Open folder" in Chrome or Edge.',
        );
      }),
    cancel: jobs.cancel,
  };
}

const nothingSaved = { saved: 0, declined: 0, left: 0, failures: [], stale: [] } as const;

/** No label differs from its file: there is nothing to write. */
class NothingChangedError extends Error {}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
