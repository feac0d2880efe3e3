import { decisionChange } from "../document/decisionRecords";
import { planeNames } from "../document/planes";
import type { HistoryEntry, TileDiff } from "../document/types";
import { FOUND, isSameRun } from "../review/sets";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { SessionStore } from "./session";
import { stepMark } from "./stepMark";
import { showInfo } from "./tell";

/**
 * Marks a document's found list once an undo takes back edits that were there when it was searched: what they mended is wrong
 * again, and no row says so. Redo of all of them takes the mark away. Returns what ends it.
 */
export function trackOutdated(session: SessionStore, document: OpenDocument): () => void {
  const { store } = document;
  let run = foundOf(document);
  /** The newest step that was in the label when it was searched. */
  let after = run?.after ?? newestBefore(document, run);
  let wasUndone = isUndone(document, after);

  return store.subscribe((now, before) => {
    const set = now.proposals[FOUND] ?? null;
    if (set !== null && !isSameRun(set, run)) {
      run = set;
      after = set.after ?? newestBefore(document, set);
      wasUndone = isUndone(document, after);
      if (set.after === undefined) document.propose({ ...set, documentVersion: now.version, after });
      return;
    }
    run = set;
    if (now.steps === before.steps) return;
    const undone = isUndone(document, after);
    const [isMarked, isBack] = [set?.outdated === true, wasUndone && isDone(document, after)];
    wasUndone = undone;
    if (set === null || (undone ? isMarked : !isMarked || !isBack)) return;
    const { outdated: _, ...rest } = set;
    document.propose({ ...rest, documentVersion: now.version, ...(undone ? { outdated: true } : {}) });
    if (undone) tell();
  });

  function tell(): void {
    const { dataset } = session.getState();
    const name = dataset?.items.find(({ key }) => key === document.key)?.name ?? document.key;
    const text = `The list of ${name} was searched with the edits that were undone: what they mended may be missing in it. Find errors again, or redo (Ctrl+Y).`;
    showInfo(session, "The found list is out of date", text);
  }
}

/**
 * Whether the label was edited since it was searched, but by decisions on what was found: what no row tells of it is of the label
 * before.
 */
export function isEditedSince(document: OpenDocument, run: SuggestionSet | null): boolean {
  if (run === null) return false;
  const after = run.after ?? newestBefore(document, run);
  const { done } = document.past();
  const isOwn = (step: HistoryEntry<SuggestionSet>): boolean =>
    decisionChange(step).added.some(({ source }) => source === "find");
  // A step that is not there any more was undone and buried, or is too long ago.
  const at = after === "" ? -1 : done.findLastIndex((step) => stepMark(step) === after);
  return done.slice(at + 1).some((step) => !isOwn(step) && step.diffs.some(relabels));
}

function foundOf({ store }: OpenDocument): SuggestionSet | null {
  return store.getState().proposals[FOUND] ?? null;
}

/** The mark of the newest step that a list does not tell came later, by rows that the step took along; "" where there is none. */
function newestBefore(document: OpenDocument, run: SuggestionSet | null): string {
  const cameLater = ({ proposals }: HistoryEntry<SuggestionSet>): boolean =>
    isSameRun(run, proposals.get(FOUND)?.before ?? null);
  const newest = document.past().done.findLast((step) => !cameLater(step));
  return newest === undefined ? "" : stepMark(newest);
}

function isDone(document: OpenDocument, mark: string): boolean {
  return mark === "" || document.past().done.some((step) => stepMark(step) === mark);
}

/** Whether a step is undone, or an earlier one, and with these something of the label. One that a later edit buried is not. */
function isUndone(document: OpenDocument, mark: string): boolean {
  const inOrder = [...document.past().undone].reverse();
  const newest = inOrder.map(stepMark).lastIndexOf(mark);
  return inOrder.slice(0, newest + 1).some(({ diffs }) => diffs.some(relabels));
}

function relabels({ plane, runs }: TileDiff): boolean {
  return planeNames[plane] === "labels" && runs.some((value, i) => i % 2 === 1 && value !== 0);
}
