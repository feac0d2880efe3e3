import { forEachPixel } from "../core/region";
import { decisionChange, isSameDecision } from "../document/decisionRecords";
import type { DecisionMark, HistoryEntry } from "../document/types";
import { FOUND, isSameRun } from "./sets";
import type { OpenDocument, Suggestion, SuggestionSet } from "./types";

type Step = HistoryEntry<SuggestionSet>;

/**
 * Takes back the step that took a decision, whatever was done in the image since, as long as nothing touched its pixels: label,
 * record and the rows of the found set are as before it. As the newest step it is undone. "touched": a later step changed
 * some of the same pixels, and was not taken back itself; "gone": the step is not known any more, or was taken back already.
 */
export function takeBack(
  doc: OpenDocument,
  decision: DecisionMark,
  name = "Take back a decision",
): "done" | "touched" | "gone" {
  // A step that was taken back as a later one is still in the history.
  if (!doc.store.getState().decisions.some((one) => isSameDecision(one, decision))) return "gone";
  const isIt = (entry: Step) => decisionChange(entry).added.some((one) => isSameDecision(one, decision));
  return takeBackStep(doc, name, isIt, rowsAsBefore(doc));
}

/** The found set without what a step did to it, where that is not the newest step. */
export function rowsAsBefore(doc: OpenDocument): Parameters<OpenDocument["revert"]>[2] {
  return ({ proposals }, { isRelabelled }) => {
    const [swap, now] = [proposals.get(FOUND), doc.store.getState().proposals[FOUND]];
    if (!swap?.before || now === undefined) return [];
    // A newer search was made with what is taken back: it may lack what is wrong again.
    if (!isSameRun(now, swap.after)) return [{ ...now, outdated: true }];
    return [{ ...now, suggestions: asBefore(swap.before, swap.after, now, isRelabelled) }];
  };
}

/** The same of the newest step that `isIt`; `left` says what becomes of the rows where it is not the newest of all. */
export function takeBackStep(
  doc: OpenDocument,
  name: string,
  isIt: (entry: Step) => boolean,
  left: Parameters<OpenDocument["revert"]>[2] = () => [],
): "done" | "touched" | "gone" {
  const newest = doc.past().done.at(-1);
  if (newest === undefined || !isIt(newest)) return doc.revert(name, isIt, left);
  doc.undo();
  return "done";
}

/** The rows of now, but those that the step decided or dropped as they were before it, where the label still is. */
function asBefore(
  before: SuggestionSet,
  after: SuggestionSet | null,
  now: SuggestionSet,
  isRelabelled: (x: number, y: number) => boolean,
): readonly Suggestion[] {
  const left = new Map(after?.suggestions.map((one) => [one.id, one.decision]));
  const ofNow = new Map(now.suggestions.map((one) => [one.id, one]));
  return before.suggestions.flatMap((one) => {
    const stands = ofNow.get(one.id);
    if (left.get(one.id) === one.decision) return stands === undefined ? [] : [stands];
    let isStale = false;
    forEachPixel(one.region, (x, y) => (isStale ||= isRelabelled(x, y)));
    return isStale ? [] : [one];
  });
}
