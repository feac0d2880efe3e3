import type { Dataset, DatasetItem } from "../dataset/types";
import type { Autosave } from "../project/autosave";
import { type KeptLintRun, lintRunSlice } from "../project/lintRecords";
import { loadSlice, saveSlice } from "../project/slice";
import { storageReason } from "../project/storage";
import type { LintReport } from "../review/lint/types";
import { awaitIdle } from "./awaitEngine";
import { ruleTexts } from "./checkTexts";
import type { Documents } from "./documents";
import { followProject } from "./followProject";
import { openedDataset, runImages, type Worked } from "./imageRun";
import { createLatest } from "./latest";
import type { LintKept } from "./lintKept";
import { countsOf, failedCounts, itemsByKey, lookAt } from "./lintLook";
import type { LintFrame } from "./lintStamp";
import { lintSums } from "./lintSums";
import { createPace } from "./pace";
import { reasonOf } from "./reasonOf";
import { fittingDocument } from "./scanImage";
import type { Services } from "./services";
import type { SessionStore } from "./session";
import { summaryOf } from "./summaries";
import { imageCount } from "./summary";
import { announce, showError, showInfo } from "./tell";
import type { Work } from "./work";

/** A look at many labels with the rules of "Check label", in the background; it survives the page. */
export interface Linting {
  /** Looks at those of these images whose labels nobody looked at as they are, beside what waits already. */
  check(keys: readonly string[]): void;
  /** The same without a word, where the rest was looked at before: the user changed these. */
  renew(keys: readonly string[]): void;
  pause(): void;
  resume(): void;
  /** Ends it; what was counted stays. */
  cancel(): void;
}

export function createLinting(
  { store, linter }: Pick<Services, "store" | "linter">,
  session: SessionStore,
  documents: Pick<Documents, "documentFor">,
  kept: LintKept,
  work: Pick<Work, "current">,
): Linting {
  const latest = createLatest();
  let followed: Autosave | null = null;

  followProject(session, work, (next) => void follow(next));

  /** Another project is open: what runs stops, to go on when its project is opened again. */
  async function follow(next: Autosave | null): Promise<void> {
    latest.abort();
    followed = next;
    session.setState({ lintRun: null });
    try {
      await kept.follow(next);
      if (next === null || followed !== next) return;
      const before = await loadSlice(store, next.projectId, lintRunSlice);
      if (followed !== next || before === null || session.getState().lintRun !== null) return;
      session.setState({ lintRun: { ...before, leftMs: null } });
      if (before.state === "running") void run(false);
    } catch (error) {
      if (followed === next) showInfo(session, "What the rules said of labels could not be read", storageReason(error));
    }
  }

  /** Those of images that are still to be looked at. */
  function left(keys: readonly string[]): readonly string[] {
    const { dataset, summaries } = session.getState();
    if (dataset === null) return [];
    const items = itemsByKey(dataset);
    return keys.filter((key) => {
      const item = items.get(key);
      return item !== undefined && !summaryOf(summaries, key).excluded && !kept.isKnown(item);
    });
  }

  /** Notes how it stands. What cannot be kept is said. */
  function put(next: KeptLintRun | null): void {
    session.setState({ lintRun: next === null ? null : { ...next, leftMs: null } });
    if (followed === null) return;
    saveSlice(store, followed.projectId, lintRunSlice, next).catch((error: unknown) =>
      showInfo(session, "How far the check of labels is, is not kept", storageReason(error)),
    );
  }

  function begin(keys: readonly string[], isSilent: boolean): void {
    const before = session.getState().lintRun;
    const isPaused = isSilent && before?.state === "paused";
    put({ keys: [...new Set([...(before?.keys ?? []), ...keys])], state: isPaused ? "paused" : "running" });
    // What runs takes the new ones along.
    if (!isPaused && !latest.isUnderWay()) void run(isSilent);
  }

  /** Looks at what is left, or until it is stopped; never rejects. */
  async function run(isSilent: boolean): Promise<void> {
    const autosave = followed;
    if (autosave === null) return;
    const isOpen = (): boolean => work.current() === autosave && session.getState().dataset !== null;
    const signal = latest.start();
    const pace = createPace();
    const waiting = (): readonly string[] => left(session.getState().lintRun?.keys ?? []);
    const onDone = (_: string, __: string | null, ms: number | null): void => {
      if (ms !== null) pace.add(ms);
      const { lintRun } = session.getState();
      if (lintRun === null || signal.aborted) return;
      session.setState({ lintRun: { ...lintRun, leftMs: pace.leftMs(waiting().length) } });
    };
    const parts = { session, isOpen, onDone };
    const passOver = async (key: string, failure: string | null): Promise<void> => {
      const item = openedDataset(parts, signal).items.find((one) => one.key === key);
      const frame = kept.frame();
      if (failure !== null && item !== undefined && frame !== null) {
        await kept.note(item, failedCounts(frame, item, failure));
      }
    };
    const look = (item: DatasetItem) => lookInto(item, parts, signal);
    try {
      for (let keys = waiting(); keys.length > 0; keys = waiting()) {
        await runImages({ ...parts, work: look, passOver }, keys, signal);
      }
      if (signal.aborted) return;
      kept.show();
      put(null);
      if (!isSilent) tell();
    } catch (error) {
      // A data set that is closed leaves it running: it goes on when that is opened again.
      if (signal.aborted || !isOpen()) return;
      showError(session, "The check of labels is paused", new Error(reasonOf(error)));
      put({ keys: session.getState().lintRun?.keys ?? [], state: "paused" });
    } finally {
      latest.end(signal);
    }
  }

  async function lookInto(
    item: DatasetItem,
    parts: { readonly session: SessionStore; readonly isOpen: () => boolean },
    signal: AbortSignal,
  ): Promise<Worked> {
    await awaitIdle(session, signal);
    const dataset = openedDataset(parts, signal);
    const [frame, changes] = [kept.frame(), kept.changes(item.key)];
    if (frame === null) return "again";
    const report = await reportOf(dataset, item, frame).catch(reasonOf);
    openedDataset(parts, signal);
    if (kept.frame() !== frame || kept.changes(item.key) !== changes) return "again";
    if (typeof report === "string") return { failure: report };
    await kept.note(item, countsOf(frame, item, report));
    return "done";
  }

  async function reportOf(dataset: Dataset, item: DatasetItem, frame: LintFrame): Promise<LintReport> {
    return lookAt(linter, frame, { item, ...(await fittingDocument(documents, dataset, item)) });
  }

  function tell(): void {
    const { rules, empty, failed, checked, total } = lintSums(session.getState());
    const found = rules.filter(({ count }) => count > 0);
    const parts = found.map(({ rule, images }) => `${ruleTexts[rule].title.toLowerCase()} in ${imageCount(images)}`);
    if (empty > 0) parts.push(`${imageCount(empty)} with an empty label`);
    const said = parts.length === 0 ? "nothing found" : parts.join(", ");
    const failures = failed.length === 0 ? "" : ` ${imageCount(failed.length)} could not be checked.`;
    announce(session, `${checked.toLocaleString("en")} of ${imageCount(total)} checked: ${said}.${failures}`);
  }

  return {
    check(keys) {
      const { dataset, lint } = session.getState();
      if (dataset === null || followed === null) return;
      // What failed may do so no more.
      for (const key of keys) if (lint.get(key)?.failure) kept.drop(key);
      const wanted = left(keys);
      if (wanted.length === 0) return announce(session, "These labels are checked already.");
      announce(session, `Checking the labels of ${imageCount(wanted.length)}`);
      begin(wanted, false);
    },
    renew(keys) {
      if (followed !== null && keys.length > 0) begin(keys, true);
    },
    pause() {
      const { lintRun } = session.getState();
      if (lintRun?.state !== "running") return;
      latest.abort();
      kept.show();
      put({ keys: lintRun.keys, state: "paused" });
      announce(session, "The check of labels is paused");
    },
    resume() {
      const { lintRun } = session.getState();
      if (lintRun?.state !== "paused") return;
      announce(session, "The check of labels goes on");
      put({ keys: lintRun.keys, state: "running" });
      void run(false);
    },
    cancel() {
      if (session.getState().lintRun === null) return;
      latest.abort();
      kept.show();
      put(null);
      announce(session, "The check of labels is cancelled. What was counted stays.");
    },
  };
}
