import { FileError, fileError } from "../../dataset/errors";
import { blobFile } from "../../dataset/sources/blobFile";
import type { Dataset, Problem, Source, SourceFile } from "../../dataset/types";
import { FormatError } from "../../formats/errors";
import { readJsonLines } from "../../formats/exchange/jsonLines";
import type { Documents } from "../documents";
import { download, fileName } from "../download";
import { createLatest } from "../latest";
import { announce, ask, type SessionStore, showError, showInfo } from "../session";
import { type Summaries, summaryOf } from "../summaries";
import { imageCount } from "../summary";
import type { Work } from "../work";
import { suggestionsHeader, suggestionsLine } from "./exportSuggestions";
import { beginImport, type Imported, type SuggestionsImport } from "./importSuggestions";
import { type ImportOutcome, outcomeText } from "./outcome";

/** What was found goes to others and comes from them, as files. */
export interface Exchange {
  /** Takes what was opened in, if it is such a file; false when it is not. @throws FileError when there is nothing to join it to. */
  offer(source: Source): Promise<boolean>;
  importFile(file: File): Promise<void>;
  /** Downloads what was found in all images, decided or not. */
  exportSuggestions(): Promise<void>;
  /** Ends an import; what is in stays. False when none runs. */
  cancel(): boolean;
}

const chunkBytes = 2 ** 20;

export function createExchange(
  session: SessionStore,
  documents: Documents,
  summaries: Pick<Summaries, "note">,
  work: Pick<Work, "current">,
): Exchange {
  const latest = createLatest();

  /** Asks where numbers and names of classes contradict each other. */
  async function mayGoOn({ classes: { contradictions } }: SuggestionsImport): Promise<boolean> {
    if (contradictions.length === 0) return true;
    const [first, ...more] = contradictions;
    const rest = more.length === 0 ? "" : ` And ${more.length} more.`;
    return ask(session, {
      title: "The file names classes otherwise",
      text: `Id ${first}.${rest} Labels are compared number by number; if these are the same classes under other names, go on. Else give the data set the file's class list.`,
      yes: "Go on by number",
    });
  }

  async function run(file: SourceFile, dataset: Dataset, signal: AbortSignal): Promise<void> {
    const results: Imported[] = [];
    let begun: SuggestionsImport | null = null;
    let ended: string | null = null;
    const progress = { done: 0 };
    try {
      for await (const line of readJsonLines(chunksOf(file, progress))) {
        if (begun === null) {
          begun = beginImport(line, {
            ...{ dataset, documents, summaries },
            openKey: () => session.getState().image?.item.key ?? "",
          });
          if (!(await mayGoOn(begun))) return;
        } else results.push(await begun.take(line));
        if (signal.aborted) break;
        const text = `Importing ${file.path}: ${imageCount(results.length)}`;
        session.setState({ exchange: { text, share: progress.done / Math.max(1, file.size) } });
        // A tab that is being looked at must be drawn now and then.
        await work.current()?.flush();
      }
      if (signal.aborted) ended = "It was cancelled.";
    } catch (error) {
      if (begun === null) throw fileError(file.path, error);
      ended = error instanceof Error ? error.message : String(error);
    }
    conclude(file.path, results, ended);
  }

  function conclude(file: string, results: readonly Imported[], ended: string | null): void {
    const joined = results.filter(({ left }) => left === null);
    const left = results.flatMap(({ label, left }): Problem[] =>
      left === null || left === "same" ? [] : [{ path: label, ...left, severity: "error" }],
    );
    const outcome: ImportOutcome = {
      ...{ file, images: joined.length, left, ended },
      rows: joined.reduce((sum, { rows }) => sum + rows, 0),
      same: results.filter((one) => one.left === "same").length,
    };
    if (results.length > 0 && left.length === results.length && ended === null && allMissing(left)) {
      throw new FileError(
        file,
        `None of its ${imageCount(results.length)} is in this data set.`,
        `It speaks of ${results[0].label}: open the data set that holds that file, then import again.`,
      );
    }
    announce(session, outcomeText(outcome));
    if (left.length > 0 || ended !== null) session.setState({ imported: outcome, dialog: "imported" });
    else showInfo(session, "Suggestions imported", outcomeText(outcome));
  }

  async function take(file: SourceFile): Promise<void> {
    const { dataset } = session.getState();
    if (dataset === null) {
      throw new FileError(
        file.path,
        "It holds suggestions for a data set.",
        "Open the data set first, then this file.",
      );
    }
    const signal = latest.start();
    session.setState({ busy: null, exchange: { text: `Importing ${file.path}`, share: 0 } });
    try {
      await run(file, dataset, signal);
    } finally {
      session.setState({ exchange: null });
      latest.end(signal);
    }
  }

  return {
    async offer({ files }) {
      if (files.length !== 1 || !(await isExchanged(files[0]))) return false;
      await take(files[0]);
      return true;
    },
    async importFile(file) {
      const source = blobFile(file.name, file);
      try {
        if (!(await isExchanged(source))) {
          throw new FileError(
            file.name,
            "It is no suggestions file.",
            "Choose a file that lmae.find or this app wrote.",
          );
        }
        await take(source);
      } catch (error) {
        showError(session, "Nothing was imported", error);
      }
    },
    async exportSuggestions() {
      const { dataset, summaries: known } = session.getState();
      if (dataset === null) return;
      try {
        const keys = new Set(await work.current()?.keys());
        const parts = [suggestionsHeader(dataset, new Date())];
        for (const item of dataset.items) {
          if (!keys.has(item.key) && documents.inMemory(item.key) === null) continue;
          const { document } = await documents.edit(dataset, item);
          const line = suggestionsLine(item, document, summaryOf(known, item.key).score);
          documents.trim(session.getState().image?.item.key ?? "");
          if (line !== null) parts.push(line);
        }
        if (parts.length === 1) {
          return showInfo(session, "There is nothing to export", "Look for errors first: no image has been searched.");
        }
        const blob = new Blob(parts, { type: "application/jsonl" });
        download(`${fileName(dataset.name)}-suggestions.jsonl`, blob);
        announce(session, `Exported suggestions of ${imageCount(parts.length - 1)}`);
      } catch (error) {
        showError(session, "Suggestions could not be exported", error);
      }
    },
    cancel: () => latest.abort(),
  };
}

function allMissing(left: readonly Problem[]): boolean {
  return left.every(({ reason }) => reason === "It is not in this data set.");
}

async function* chunksOf(file: SourceFile, progress: { done: number }): AsyncGenerator<Uint8Array, void, void> {
  while (progress.done < file.size) {
    const chunk = await file.slice(progress.done, progress.done + chunkBytes);
    if (chunk.length === 0) return;
    progress.done += chunk.length;
    yield chunk;
  }
}

/** Looks at the first bytes. @throws FileError for another version. */
async function isExchanged(file: SourceFile): Promise<boolean> {
  if (!/\.jsonl?$/i.test(file.path)) return false;
  const start = new TextDecoder().decode(await file.slice(0, 4096));
  const found = /^\uFEFF?\s*\{[^\n]*"schema"\s*:\s*"maskmend-suggestions\/(\d+)"/.exec(start);
  if (found === null) return false;
  if (found[1] === "1") return true;
  const other = new FormatError(`Its version is ${found[1]}, this app reads 1.`, "Reload the app, or write it anew.");
  throw fileError(file.path, other);
}
