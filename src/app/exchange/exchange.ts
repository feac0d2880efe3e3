import { FileError, fileError } from "../../dataset/errors";
import { blobFile } from "../../dataset/sources/blobFile";
import type { Dataset, DatasetItem, Problem, Source, SourceFile } from "../../dataset/types";
import { decisionsSchema } from "../../formats/exchange/decisions";
import type { DecidedAct, DecidedPart } from "../../project/decidedActs";
import { stands, takeActBack, tellOfAct, whyNotMany } from "../bulkRun";
import type { DecisionLog, OpenAct } from "../decisionLog";
import type { Documents } from "../documents";
import { download, fileName } from "../download";
import { createLatest } from "../latest";
import { whyUnseen } from "../photographs";
import { heldDecisions } from "../provenance";
import type { QueueImages } from "../queueImages";
import { sentenceOf } from "../reasonOf";
import type { SessionStore } from "../session";
import type { SettingsStore } from "../settings";
import { type Summaries, summaryOf } from "../summaries";
import { imageCount } from "../summary";
import { announce, ask, showError, showInfo } from "../tell";
import type { Work } from "../work";
import { type Choice, type Conflict, isConflict } from "./conflicts";
import { imagesIn, isExchanged, linesOf } from "./exchangedFile";
import { decisionsHeader, decisionsLine } from "./exportDecisions";
import { type FoundBy, foundBy, suggestionsHeader, suggestionsLine } from "./exportSuggestions";
import { beginDecisions, settleConflict } from "./importDecisions";
import { type Import, type Imported, type ImportTarget, isMissing } from "./imported";
import { beginSuggestions } from "./importSuggestions";
import { type ImportOutcome, outcomeText, outcomeTitle } from "./outcome";

/** What was found and what was decided goes to others and comes from them, as files. */
export interface Exchange {
  /** Takes what was opened in, if it is such a file; false when it is not. @throws FileError when there is nothing to join it to. */
  offer(source: Source): Promise<boolean>;
  importFile(file: File): Promise<void>;
  /** Downloads what was found in all images, decided or not. */
  exportSuggestions(): Promise<void>;
  /** Downloads what was done to the labels of all images. */
  exportDecisions(): Promise<void>;
  /** Ends an import; what is in stays. False when none runs. */
  cancel(): boolean;
  /** The imports that changed images, also of earlier visits. */
  readonly acts: DecisionLog["store"];
  /** Takes an import back, in all its images. */
  takeBack(act: DecidedAct): Promise<void>;
}

const whyNothing = {
  suggestions: "Look for errors first: no image has been searched.",
  decisions: "No label was changed and nothing was decided yet.",
};

export function createExchange(
  session: SessionStore,
  documents: Documents,
  summaries: Pick<Summaries, "note">,
  work: Pick<Work, "current">,
  settings: Pick<SettingsStore, "getState">,
  images: Pick<QueueImages, "nameOf">,
  log: DecisionLog,
): Exchange {
  const latest = createLatest();

  /** Asks where numbers and names of classes contradict each other. */
  async function mayGoOn({ classes: { contradictions } }: Import): Promise<boolean> {
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
    const mustBeOpen = (): void => {
      if (session.getState().dataset?.id !== dataset.id) throw new Error("Another data set was opened");
    };
    const target: ImportTarget = {
      ...{ dataset, summaries },
      documents: {
        ...documents,
        async edit(of, item) {
          mustBeOpen();
          const worked = await documents.edit(of, item);
          // What is done to it would be kept with what is open now.
          mustBeOpen();
          return worked;
        },
      },
      known: (key) => summaryOf(session.getState().summaries, key),
      openKey: () => session.getState().image?.item.key ?? "",
      locked: () => settings.getState().lockedClasses,
    };
    let begun: Import | null = null;
    let act: OpenAct | null = null;
    let ended: string | null = null;
    try {
      const images = await imagesIn(file);
      for await (const line of linesOf(file)) {
        if (signal.aborted) throw new Error("It was cancelled");
        if (begun === null) {
          begun = beginOf(line.value)(line, target);
          if (!(await mayGoOn(begun))) return;
          act = log.begin(actText(begun.kind, file.path), images);
        } else {
          const one = await begun.take(line);
          results.push(one);
          if (!isConflict(one.left)) noteIn(act, one.part);
        }
        const text = `Importing ${file.path}: ${results.length} of ${imageCount(images)}`;
        session.setState({ exchange: { text, share: line.end / Math.max(1, file.size) } });
        // A tab that is being looked at must be drawn now and then.
        await work.current()?.flush();
      }
    } catch (error) {
      if (begun === null) throw fileError(file.path, error);
      ended = sentenceOf(error);
    }
    if (begun === null) throw new FileError(file.path, "It is empty.", "Write or copy the file again.");
    const settled: (Imported | "mine")[] = [];
    try {
      await settle(file.path, results, target, settled, act, signal);
    } catch (error) {
      ended ??= sentenceOf(error);
    }
    conclude(begun.kind, file.path, results, settled, ended, act?.end(actText(begun.kind, file.path)) ?? null);
  }

  /** Asks what is to become of images that were worked on here and there, and does it. */
  async function settle(
    file: string,
    results: readonly Imported[],
    target: ImportTarget,
    settled: (Imported | "mine")[],
    act: OpenAct | null,
    signal: AbortSignal,
  ): Promise<void> {
    const conflicts = results.flatMap(({ left }) => (isConflict(left) ? [left] : []));
    if (conflicts.length === 0) return;
    session.setState({ exchange: null });
    const choices = await askAbout(file, conflicts);
    for (const [at, one] of conflicts.entries()) {
      if (signal.aborted) throw new Error("It was cancelled");
      const text = `Importing ${file}: ${at} of ${conflicts.length} with conflicts`;
      session.setState({ exchange: { text, share: at / conflicts.length } });
      // What was open may have been closed meanwhile; its images stay as they are.
      const isOpen = session.getState().dataset?.id === target.dataset.id;
      const choice = isOpen ? (choices?.get(one.item.key) ?? "mine") : "mine";
      const outcome = await settleConflict(one, choice, target);
      settled.push(outcome);
      noteIn(act, outcome === "mine" ? undefined : outcome.part);
      await work.current()?.flush();
    }
  }

  function askAbout(file: string, conflicts: readonly Conflict[]): Promise<ReadonlyMap<string, Choice> | null> {
    return new Promise((resolve) => {
      const answer = (choices: ReadonlyMap<string, Choice> | null): void => {
        session.setState({ conflicts: null });
        resolve(choices);
      };
      session.setState({ conflicts: { file, conflicts, answer } });
    });
  }

  function conclude(
    kind: Import["kind"],
    file: string,
    results: readonly Imported[],
    settled: readonly (Imported | "mine")[],
    ended: string | null,
    act: DecidedAct | null,
  ): void {
    const all = [
      ...results.filter(({ left }) => !isConflict(left)),
      ...settled.filter((one): one is Imported => one !== "mine"),
    ];
    const joined = all.filter(({ left }) => left === null);
    const out = all.flatMap(({ label, left }) =>
      left === null || left === "same" || isConflict(left) ? [] : [{ label, left }],
    );
    const left = out.map(
      ({ label, left: { reason, remedy } }): Problem => ({
        ...{ path: label, reason, remedy, severity: "error" },
      }),
    );
    const outcome: ImportOutcome = {
      ...{ kind, file, images: joined.length, left, ended },
      rows: joined.reduce((sum, { rows }) => sum + rows, 0),
      withRows: joined.filter(({ rows }) => rows > 0).length,
      relabelled: joined.filter(({ rows, isRelabelled }) => rows === 0 && isRelabelled === true).length,
      gone: joined.reduce((sum, { gone = 0 }) => sum + gone, 0),
      reviewed: all.filter(({ reviewed }) => reviewed === true).length,
      excluded: joined.filter(({ excluded }) => excluded === true).length,
      replaced: joined.reduce((sum, { replaced = 0 }) => sum + replaced, 0),
      dropped: joined.reduce((sum, { dropped = 0 }) => sum + dropped, 0),
      same: all.filter(({ left, reviewed }) => left === "same" && reviewed !== true).length,
      kept: results.length - all.length,
      passed: {
        here: joined.reduce((sum, { passed }) => sum + (passed?.here ?? 0), 0),
        there: joined.reduce((sum, { passed }) => sum + (passed?.there ?? 0), 0),
      },
    };
    if (results.length > 0 && left.length === results.length && ended === null && left.every(isMissing)) {
      throw new FileError(
        file,
        `None of its ${imageCount(results.length)} is in this data set.`,
        `It speaks of ${results[0].label}: open the data set that holds that file, then import again.`,
      );
    }
    announce(session, outcomeText(outcome));
    if (left.length > 0 || ended !== null) session.setState({ imported: outcome, dialog: "imported" });
    else if (act === null) showInfo(session, outcomeTitle(outcome), outcomeText(outcome));
    else tellOfAct(session, `${outcomeTitle(outcome)}.`, outcomeText(outcome), () => void undo(act), stands(log, act));
  }

  const undo = async (act: DecidedAct): Promise<void> => {
    await takeActBack({ session, images, work }, log, act, () => void undo(act));
  };

  async function take(file: SourceFile): Promise<void> {
    const { dataset } = session.getState();
    if (dataset === null) {
      throw new FileError(
        file.path,
        "It speaks of the images of a data set.",
        "Open the data set first, then this file.",
      );
    }
    const why = whyNotMany(session);
    if (why !== null) throw new FileError(file.path, why, "Then open it again.");
    const signal = latest.start();
    session.setState({ busy: null, exchange: { text: `Importing ${file.path}`, share: 0 } });
    try {
      await run(file, dataset, signal);
    } finally {
      session.setState({ exchange: null });
      latest.end(signal);
    }
  }

  /**
   * @param headerOf the first line, asked for once all others are there.
   * @param lineOf the line of an image, null where it has none.
   */
  async function exportLines(
    kind: Import["kind"],
    headerOf: (dataset: Dataset, created: Date) => string,
    lineOf: (dataset: Dataset, item: DatasetItem, isTouched: boolean) => Promise<string | null>,
  ): Promise<void> {
    const { dataset } = session.getState();
    if (dataset === null) return;
    const why = whyUnseen(session.getState());
    if (why !== null) return showInfo(session, "Nothing is exported yet", why);
    try {
      const keys = new Set(await work.current()?.keys());
      // Known before the first is read: documents that leave memory meanwhile are kept only then.
      const touched = new Set(
        dataset.items.filter(({ key }) => keys.has(key) || documents.inMemory(key) !== null).map(({ key }) => key),
      );
      const created = new Date();
      const lines: string[] = [];
      for (const item of dataset.items) {
        const line = await lineOf(dataset, item, touched.has(item.key));
        documents.trim(session.getState().image?.item.key ?? "");
        if (line !== null) lines.push(line);
      }
      if (lines.length === 0) return showInfo(session, "There is nothing to export", whyNothing[kind]);
      download(
        `${fileName(dataset.name)}-${kind}.jsonl`,
        new Blob([headerOf(dataset, created), ...lines], { type: "application/jsonl" }),
      );
      announce(session, `Exported ${kind} of ${imageCount(lines.length)}`);
    } catch (error) {
      showError(session, `${kind === "decisions" ? "Decisions" : "Suggestions"} could not be exported`, error);
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
            "It is no file of suggestions or decisions.",
            "Choose a file that lmae.find or this app wrote.",
          );
        }
        await take(source);
      } catch (error) {
        showError(session, "Nothing was imported", error);
      }
    },
    async exportSuggestions() {
      let how: FoundBy | null = null;
      let unknown = 0;
      const headerOf = (dataset: Dataset, created: Date): string =>
        how === null ? "" : suggestionsHeader(dataset, created, how);
      await exportLines("suggestions", headerOf, async (dataset, item, isTouched) => {
        if (!isTouched) return null;
        const { document } = await documents.edit(dataset, item);
        how ??= foundBy(document);
        const line = suggestionsLine(item, document, summaryOf(session.getState().summaries, item.key).score);
        if (line !== "unknown") return line;
        unknown += 1;
        return null;
      });
      if (unknown > 0) showInfo(session, "Some suggestions were not exported", unknownText(unknown));
    },
    async exportDecisions() {
      let held = 0;
      await exportLines("decisions", decisionsHeader, async (dataset, item, isTouched) => {
        const { reviewed } = summaryOf(session.getState().summaries, item.key);
        if (!isTouched && !reviewed) return null;
        const { document, passedOver } = await documents.documentFor(dataset, item);
        if (passedOver !== null) throw new FileError(item.labelPath, `${passedOver.message}.`, "Open it first.");
        if (heldDecisions(document)) held += 1;
        return decisionsLine(item, document, reviewed);
      });
      if (held > 0) showInfo(session, "Some decisions are for the labels as saved", heldText(held));
    },
    cancel: () => latest.abort(),
    acts: log.store,
    takeBack: undo,
  };
}

function actText(kind: Import["kind"], file: string): string {
  return `Imported ${kind} of ${file}`;
}

function noteIn(act: OpenAct | null, part: DecidedPart | undefined): void {
  if (part === undefined) act?.pass();
  else act?.add(part);
}

function heldText(images: number): string {
  return `In ${imageCount(images)} decisions are in the label already from which changes are told, as where an earlier version saved it: these can be imported only where the labels are as they are here.`;
}

function unknownText(images: number): string {
  return `${imageCount(images)} changed that an earlier version searched: in which label that was found is not known. Search ${images === 1 ? "it" : "them"} again.`;
}

function beginOf({ schema }: Readonly<Record<string, unknown>>): typeof beginDecisions {
  return schema === decisionsSchema ? beginDecisions : beginSuggestions;
}
