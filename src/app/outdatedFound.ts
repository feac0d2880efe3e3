import { planeNames } from "../document/planes";
import type { HistoryEntry, TileDiff } from "../document/types";
import { FOUND, isSameRun } from "../review/sets";
import type { OpenDocument, SuggestionSet } from "../review/types";
import { type SessionStore, showInfo } from "./session";

/**
 * Marks a document's found list once an undo takes back edits that were there when it was searched: what they mended is wrong
 * again, and no row says so. Redo of all of them takes the mark away. Returns what ends it.
 */
export function trackOutdated(session: SessionStore, document: OpenDocument): () => void {
  const { store } = document;
  let run = foundOf(document);
  /** Steps that were in the label when it was searched. */
  let searchedWith = stepsBefore(document, run);
  let undoneBefore: ReadonlySet<unknown> = new Set();

  return store.subscribe((now, before) => {
    const set = now.proposals[FOUND] ?? null;
    if (set !== null && !isSameRun(set, run)) searchedWith = new Set(document.past().done.map(({ diffs }) => diffs));
    run = set;
    if (now.steps === before.steps) return;
    const { done, undone } = document.past();
    const isRedo = undoneBefore.has(done.at(-1)?.diffs);
    undoneBefore = new Set(undone.map(({ diffs }) => diffs));
    // A new step on top of what was undone: that cannot come back.
    if (set === null || (undone.length === 0 && !isRedo)) return;
    const outdated = undone.some((step) => searchedWith.has(step.diffs) && step.diffs.some(relabels));
    if (outdated === (set.outdated ?? false)) return;
    const { outdated: _, ...rest } = set;
    document.propose({ ...rest, documentVersion: now.version, ...(outdated ? { outdated } : {}) });
    if (outdated) tell();
  });

  function tell(): void {
    const { dataset } = session.getState();
    const name = dataset?.items.find(({ key }) => key === document.key)?.name ?? document.key;
    const text = `The list of ${name} was searched with the edits that were undone: what they mended may be missing in it. Find errors again, or redo (Ctrl+Y).`;
    showInfo(session, "The found list is out of date", text);
  }
}

function foundOf({ store }: OpenDocument): SuggestionSet | null {
  return store.getState().proposals[FOUND] ?? null;
}

/** Of a list from an earlier visit it is known only of steps that took its rows along that they came later. */
function stepsBefore(document: OpenDocument, run: SuggestionSet | null): ReadonlySet<unknown> {
  const cameLater = ({ proposals }: HistoryEntry<SuggestionSet>): boolean =>
    isSameRun(run, proposals.get(FOUND)?.before ?? null);
  return new Set(
    document
      .past()
      .done.filter((step) => !cameLater(step))
      .map(({ diffs }) => diffs),
  );
}

function relabels({ plane, runs }: TileDiff): boolean {
  return planeNames[plane] === "labels" && runs.some((value, i) => i % 2 === 1 && value !== 0);
}
