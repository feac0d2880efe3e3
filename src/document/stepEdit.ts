import type { Rect } from "../core/rect";
import type { PixelEdits } from "./pixelEdits";
import type { Captures } from "./planes";
import type { DecisionRecord, Edit } from "./types";

/** Changes that listeners were not told of yet. `decisions` are absent where the changes leave them alone. */
export interface Batch<Proposal> {
  dirty: Rect[];
  /** What the step itself says of proposals, by their names. */
  proposals?: ReadonlyMap<string, Proposal | null>;
  decisions?: readonly DecisionRecord[];
}

/**
 * The Edit of one step: writes pixels at once, remembering tiles in `captures`, and hands each method's changes
 * to `deliver`, and how the decisions change. Ignores calls once `isOpen` says no: a pointer may still move after Ctrl+Z closed its stroke.
 */
export function createStepEdit<Proposal>(
  pixels: PixelEdits,
  captures: Captures,
  isOpen: () => boolean,
  nameOf: (proposal: Proposal) => string,
  person: () => string,
  deliver: (batch: Batch<Proposal>, decisions?: (now: readonly DecisionRecord[]) => readonly DecisionRecord[]) => void,
): Edit<Proposal> {
  const write = (change: () => Rect[]) => {
    if (!isOpen()) return;
    const dirty = change();
    if (dirty.length > 0) deliver({ dirty });
  };
  const say = (name: string, proposal: Proposal | null) => {
    if (isOpen()) deliver({ dirty: [], proposals: new Map([[name, proposal]]) });
  };
  return {
    setMask: (region, on) => write(() => pixels.setMask(captures, region, on)),
    setLabel: (region, id) => write(() => pixels.setLabel(captures, region, id)),
    setLabels: (region, ids) => write(() => pixels.setLabels(captures, region, ids)),
    clearHints: (region) => write(() => pixels.clearHints(captures, region)),
    confirmHints: (region) => write(() => pixels.confirmHints(captures, region)),
    takeBackHints: (region) => write(() => pixels.takeBackHints(captures, region)),
    setProposal: (proposal) => say(nameOf(proposal), proposal),
    dropProposal: (name) => say(name, null),
    addDecision(record) {
      const by = person();
      const signed = by === "" ? record : { ...record, by };
      if (isOpen()) deliver({ dirty: [] }, (now) => [...now, signed]);
    },
    setDecisions(records) {
      if (isOpen()) deliver({ dirty: [] }, () => records);
    },
  };
}
