import type { Rect } from "../../core/rect";
import { regionFromMask } from "../../core/region";
import { forEachOn } from "../../core/runs";
import { decisionChange } from "../../document/decisionRecords";
import type { DecisionRecord } from "../../document/types";
import type { DecidedPart } from "../../project/decidedActs";
import { placeOf } from "../../review/feedback";
import { isUndecided } from "../../review/queue";
import { FOUND, LIVE } from "../../review/sets";
import { suggestionTraits } from "../../review/suggestions";
import type { OpenDocument, Suggestion, SuggestionSet } from "../../review/types";
import { differs } from "../../review/writing";
import { stepMark } from "../stepMark";
import { type LabelWork, lackedBy } from "./compareWork";
import { decisionKey } from "./decisionCodec";

/** An undo step that took work in. */
export interface TakenStep {
  /** As `DecidedPart` has it. */
  readonly part: Pick<DecidedPart, "record" | "findings">;
  /** Decisions that are in now and were not before, and those of before that are not any more. */
  readonly decisions: { readonly come: number; readonly gone: number };
  readonly isRelabelled: boolean;
  /** Undecided rows of the found set and of masks cleared before that went, though they would still change something: the label under them changed. */
  readonly dropped: number;
}

/** Pixels that would change from or to a locked class. */
export function lockedPixels({ labels }: OpenDocument, { ids }: LabelWork, locked: ReadonlySet<number>): number {
  if (locked.size === 0) return 0;
  return ids.reduce((sum, id, i) => {
    const now = labels.data[i];
    return sum + (id !== now && (locked.has(id) || locked.has(now)) ? 1 : 0);
  }, 0);
}

/**
 * Makes a document's label and decisions what others made of them, in one undo step. Hints there become ordinary labels. Of the
 * found set rows that those decided are decided, and rows whose decision gave way are open again; others stay where decisions
 * changed the label, as they did there, and go where it was painted.
 * @returns what tells the step; null where there was nothing to do.
 * @throws Error when a lock kept a pixel: nothing is changed then.
 */
export function takeWork(document: OpenDocument, { ids, decisions }: LabelWork, name: string): TakenStep | null {
  const { labels, width, height, store } = document;
  const { decisions: before, steps } = store.getState();
  const keys = before.map(decisionKey);
  const isSame = keys.length === decisions.length && decisions.every((one, i) => decisionKey(one) === keys[i]);
  const [come, gone] = [lackedBy(before, decisions), lackedBy(decisions, before)];
  const data = Uint8Array.from(ids, (id, i) => (id === labels.data[i] ? 0 : 1));
  const region = regionFromMask({ width, height, data });
  const { rect } = region;
  const { [FOUND]: found, [LIVE]: live } = store.getState().proposals;
  document.edit(name, (edit) => {
    if (rect.width > 0) {
      edit.clearHints(region);
      edit.setLabels(region, cut(ids, width, rect));
    }
    if (!labels.data.every((id, i) => id === ids[i])) throw new Error("Some of its pixels are of locked classes");
    if (!isSame) edit.setDecisions(decisions);
    if (found === undefined || (come.length + gone.length === 0 && rect.width === 0)) return;
    const written = writtenBy([...come, ...gone], width, height);
    const isRelabelled = (x: number, y: number): boolean => data[y * width + x] === 1 && written[y * width + x] === 0;
    const left = suggestionTraits.afterChange(decidedRows(found, come, gone), { rects: [rect], isRelabelled });
    if (left === null) edit.dropProposal(FOUND);
    else edit.setProposal({ ...left, suggestions: left.suggestions.filter((one) => isOpenIn(document, one)) });
  });
  const step = document.past().done.at(-1);
  if (step === undefined || store.getState().steps === steps) return null;
  const { added } = decisionChange(step);
  const now = store.getState().proposals;
  const wentFrom = (set: SuggestionSet | undefined): readonly Suggestion[] => {
    const left = new Set(set && now[set.name]?.suggestions.map(({ id }) => id));
    return set?.suggestions.filter((one) => isUndecided(one) && !left.has(one.id) && isOpenIn(document, one)) ?? [];
  };
  // Those of a mask that stands are rebuilt with it.
  const dropped = wentFrom(found).length + wentFrom(live).filter(({ released }) => released).length;
  // Its pixels tell a step from all others, where it has any.
  return {
    part: { record: step.diffs.length > 0 ? stepMark(step) : added[0], findings: added.length },
    decisions: { come: come.length, gone: gone.length },
    isRelabelled: rect.width > 0,
    dropped,
  };
}

/** Whether a row is decided, or would still change something. */
function isOpenIn(document: OpenDocument, one: Suggestion): boolean {
  return !isUndecided(one) || differs(document, one.whole ?? one);
}

/** 1 for each pixel of the image that an accept among these wrote. */
function writtenBy(decisions: readonly DecisionRecord[], width: number, height: number): Uint8Array {
  const written = new Uint8Array(width * height);
  for (const { bounds, written: runs } of decisions) {
    if (runs === undefined) continue;
    forEachOn(runs, (at) => {
      written[(bounds.y + Math.floor(at / bounds.width)) * width + bounds.x + (at % bounds.width)] = 1;
    });
  }
  return written;
}

/** Rows with what others decided of the same places, and without the decisions that are gone. */
function decidedRows(
  set: SuggestionSet,
  come: readonly DecisionRecord[],
  gone: readonly DecisionRecord[],
): SuggestionSet {
  const [now, before] = [come, gone].map(decisionsByPlace);
  const suggestions = set.suggestions.map((one) => {
    const { whole, ...rest } = one;
    const { region, from, to } = whole ?? one;
    const place = placeOf({ bounds: region.rect, from, to });
    const isOpen = isUndecided(one);
    const isFree = isOpen || before.get(place) === one.decision;
    const decision = isFree ? (now.get(place) ?? (isOpen ? one.decision : "pending")) : one.decision;
    return decision === one.decision ? one : { ...(whole ?? rest), decision };
  });
  return { ...set, suggestions };
}

function decisionsByPlace(decisions: readonly DecisionRecord[]): ReadonlyMap<string, DecisionRecord["decision"]> {
  const ofFinds = decisions.filter(({ source }) => source === "find");
  return new Map(
    ofFinds.map((record) => [placeOf({ ...record, to: record.proposed?.to ?? record.to }), record.decision]),
  );
}

function cut(ids: Uint16Array, width: number, rect: Rect): Uint16Array {
  const part = new Uint16Array(rect.width * rect.height);
  for (let y = 0; y < rect.height; y++) {
    const start = (rect.y + y) * width + rect.x;
    part.set(ids.subarray(start, start + rect.width), y * rect.width);
  }
  return part;
}
