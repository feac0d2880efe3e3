import type { LabelMap } from "../../core/labelMap";
import type { Rect } from "../../core/rect";
import { forEachOn, valuesOf } from "../../core/runs";
import type { DecisionRecord } from "../../document/types";
import type { FoundRegion } from "../../find/types";
import { FOUND } from "../../review/sets";
import type { Decision, OpenDocument, Suggestion } from "../../review/types";

/** The label that was searched. */
export interface Searched {
  /** Of its ids as they are here. */
  readonly hash: number;
  /** Null where only the found set here still tells of it. */
  readonly label: LabelMap | null;
}

/**
 * What was decided here on something that a model found in the searched label, whatever became of the label since; "pending"
 * where nothing was. The latest decision counts, and one that was undone is none.
 */
export function knownDecision(
  { width, store }: OpenDocument,
  model: string,
  { hash, label }: Searched,
  find: FoundRegion,
): Decision {
  const { proposals, decisions } = store.getState();
  const set = proposals[FOUND];
  const isOwn = set?.model === model && set.labelHash === hash;
  const row = isOwn ? set.suggestions.find((one) => isSameRegion(one, find)) : undefined;
  if (row !== undefined) return row.decision;
  const last = decisions.findLast(
    (one) => one.source === "find" && one.model === model && isAbout(one, find, label, width),
  );
  return last?.decision ?? "pending";
}

/**
 * Whether a decision was on this find: on the same bounds and proposed class, or it wrote within the region what the searched label
 * had not. Where that held it already, the search knew of the decision and says something else.
 */
function isAbout(record: DecisionRecord, { region, to }: FoundRegion, label: LabelMap | null, width: number): boolean {
  const { bounds, proposed, written, ids } = record;
  if (!isSameRect(bounds, region.rect)) return false;
  // What the user chose in its place may be in the searched label: the proposed class was refused then, too.
  if ((proposed?.to ?? record.to) === to) return true;
  if (written === undefined) return false;
  const values = ids === undefined ? null : valuesOf(ids);
  let [isWithin, isNew] = [true, false];
  forEachOn(written, (at) => {
    const id = values?.next().value ?? record.to;
    if (region.bits[at] === 0) isWithin = false;
    const pixel = (bounds.y + Math.floor(at / bounds.width)) * width + bounds.x + (at % bounds.width);
    if (label?.data[pixel] !== id) isNew = true;
  });
  return isWithin && isNew;
}

function isSameRegion({ region }: Suggestion, find: FoundRegion): boolean {
  const isSame = isSameRect(region.rect, find.region.rect);
  return isSame && region.bits.every((bit, i) => bit === find.region.bits[i]);
}

function isSameRect(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
