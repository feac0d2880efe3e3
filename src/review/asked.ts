import type { ClassTable } from "../core/classTable";
import { ignoredIds } from "../core/classTable";
import { forEachOn, runsOf } from "../core/runs";
import { maskToRebuild } from "../reconstruct/cutRequest";
import type { ReconstructionRequest } from "../reconstruct/types";
import { isOfMask } from "./released";
import type { Asked, OpenDocument, SuggestionSet } from "./types";
import { type VoidPolicy, voidUnderMask } from "./voidUnderMask";

/** What a request asks for, to be kept with its answer. */
export function askedOf(
  { masked, lockedIds, ignoredIds }: Pick<ReconstructionRequest, "masked" | "lockedIds" | "ignoredIds">,
  voidPolicy: VoidPolicy,
): Asked {
  return { rect: masked.rect, rebuilt: runsOf(masked.bits), lockedIds, ignoredIds, voidPolicy };
}

/**
 * Whether a set answers for the mask as it is: nothing is to be rebuilt that it was not asked for, and nothing was locked,
 * unlocked or made void since. What it was asked for may be masked no more, since decisions on its rows take their pixels out
 * of the mask; any other change of the mask there takes the set away.
 */
export function isOfThisMask(
  doc: OpenDocument,
  set: SuggestionSet,
  classes: ClassTable,
  voidPolicy: VoidPolicy,
): boolean {
  const { asked } = set;
  if (asked === undefined || !isOfMask(set) || asked.voidPolicy !== voidPolicy) return false;
  const lockedIds = [...doc.store.getState().locked];
  if (!isSameIds(asked.lockedIds, lockedIds) || !isSameIds(asked.ignoredIds, [...ignoredIds(classes)])) return false;
  const mask = voidUnderMask(doc, classes, voidPolicy).rebuild;
  const rebuild = maskToRebuild({ labels: doc.labels.data, mask, hints: doc.hints, lockedIds });
  const all = rebuild.areas.reduce((sum, area) => sum + area, 0);
  const { x, y, width } = asked.rect;
  let known = 0;
  forEachOn(asked.rebuilt, (i) => {
    known += rebuild.data[(y + Math.floor(i / width)) * rebuild.width + x + (i % width)];
  });
  return known === all;
}

function isSameIds(a: readonly number[], b: readonly number[]): boolean {
  const ids = new Set(a);
  return ids.size === b.length && b.every((id) => ids.has(id));
}
