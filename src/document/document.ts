import { createStore } from "zustand/vanilla";
import type { LabelMap } from "../core/labelMap";
import { intersectRects, isEmptyRect, type Rect } from "../core/rect";
import { createChangeLog } from "./changeLog";
import { createHistory, type HistoryEntry, type Swap } from "./history";
import { createPixelEdits } from "./pixelEdits";
import { type Captures, createPlanes } from "./planes";
import { type Batch, createStepEdit } from "./stepEdit";
import { applyDiffs, diffCaptures } from "./tileDiff";
import { mergeRects } from "./tiles";
import type { DecisionRecord, DocumentState, ImageDocument, OpenEdit, ProposalTraits, WorkingState } from "./types";
import { restorePlanes, type SavedLabel, savedLabel, saveWorkingState } from "./workingState";

export interface DocumentOptions<Proposal> {
  /** Dataset key of the image. */
  readonly key: string;
  /** The file's label. Kept as `original` without a copy: nobody may write it. */
  readonly labels: LabelMap;
  readonly traits: ProposalTraits<Proposal>;
  /** Work saved earlier with `snapshot`. */
  readonly working?: WorkingState;
  /** Memory for the history, default 256 MiB. */
  readonly historyBytes?: number;
}

/** A step being made, and what it must restore. */
interface Step<Proposal> {
  readonly name: string;
  readonly captures: Captures;
  readonly proposal: Proposal | null;
  readonly decisions: readonly DecisionRecord[];
}

/** What a batch of changes makes of the document. */
interface Outcome<Proposal> {
  readonly version: number;
  readonly rects: readonly Rect[];
  readonly proposal: Proposal | null;
  readonly decisions: readonly DecisionRecord[];
}

/**
 * Opens an image's label for editing.
 * @throws WorkingStateError when `working` belongs to another label or is damaged.
 */
export function createDocument<Proposal>(options: DocumentOptions<Proposal>): ImageDocument<Proposal> {
  const { key, labels: original, traits, working } = options;
  const planes = working === undefined ? createPlanes(original) : restorePlanes(original, working);
  const pixels = createPixelEdits(planes);
  const history = createHistory<Proposal>(options.historyBytes ?? 256 * 2 ** 20, traits.buffers);
  const log = createChangeLog();
  const listeners = new Set<(rect: Rect) => void>();
  let base: SavedLabel | null = working === undefined ? null : { labels: original, hash: working.originalHash };
  let open: OpenEdit<Proposal> | null = null;
  let insideEdit = false;

  const derived = () => ({
    canUndo: history.undoName() !== null,
    canRedo: history.redoName() !== null,
    undoName: history.undoName(),
    redoName: history.redoName(),
    maskedPixels: planes.counts.masked,
    hintPixels: planes.counts.hints,
    changedPixels: planes.counts.changed,
  });
  const store = createStore<DocumentState<Proposal>>(() => ({
    version: 0,
    ...derived(),
    proposal: null,
    savedVersion: null,
    decisions: working?.decisions ?? [],
    locked: new Set<number>(),
  }));

  const isUnder = (proposal: Proposal | null, rects: readonly Rect[]) =>
    proposal !== null && rects.some((rect) => !isEmptyRect(intersectRects(rect, traits.rect(proposal))));

  /** A version not reached yet was given by an earlier life of this document. */
  const isStale = (proposal: Proposal) =>
    traits.version(proposal) > store.getState().version ||
    log.changedSince(traits.version(proposal), traits.rect(proposal));

  const outcomeOf = (batch: Batch<Proposal>): Outcome<Proposal> => {
    const state = store.getState();
    const rects = mergeRects(batch.dirty);
    const kept = isUnder(state.proposal, batch.dirty) ? null : state.proposal;
    return {
      version: state.version + (rects.length > 0 ? 1 : 0),
      rects,
      proposal: batch.proposal === undefined ? kept : batch.proposal,
      decisions: batch.decisions ?? state.decisions,
    };
  };

  /** Tells everyone: store first, so that a dirty listener sees the version its rectangle belongs to. */
  const publish = ({ version, rects, proposal, decisions }: Outcome<Proposal>) => {
    log.add(version, rects);
    store.setState({ version, ...derived(), proposal, decisions });
    for (const rect of rects) for (const listener of listeners) listener(rect);
  };

  const newStep = (name: string): Step<Proposal> => {
    settle();
    const { proposal, decisions } = store.getState();
    return { name, captures: new Map(), proposal, decisions };
  };

  /** Differences are relative to what is there: two steps writing at a time would corrupt each other's. */
  const settle = () => {
    if (insideEdit) throw new Error("A document takes one step at a time");
    open?.commit();
  };

  /** @param kept the step itself said that the proposal stays: undoing its pixels must not drop it either. */
  const record = (step: Step<Proposal>, after: Pick<Outcome<Proposal>, "proposal" | "decisions">, kept: boolean) => {
    const diffs = diffCaptures(planes, step.captures);
    const stays = kept && diffs.length > 0 && step.proposal === after.proposal && after.proposal !== null;
    const entry: HistoryEntry<Proposal> = {
      name: step.name,
      diffs,
      proposal: stays ? { before: step.proposal, after: after.proposal } : swap(step.proposal, after.proposal),
      decisions: swap(step.decisions, after.decisions),
    };
    if (entry.diffs.length > 0 || entry.proposal !== null || entry.decisions !== null) history.push(entry);
  };

  /** Puts the pixels back to what they were when the step began. */
  const takeBack = (step: Step<Proposal>) => applyDiffs(planes, diffCaptures(planes, step.captures));

  const travel = (entry: HistoryEntry<Proposal> | null, side: "before" | "after") => {
    if (entry === null) return null;
    const batch: Batch<Proposal> = { dirty: applyDiffs(planes, entry.diffs) };
    if (entry.proposal !== null) batch.proposal = entry.proposal[side];
    if (entry.decisions !== null) batch.decisions = entry.decisions[side];
    publish(outcomeOf(batch));
    return entry.name;
  };

  return {
    key,
    width: original.width,
    height: original.height,
    store,
    labels: planes.labels,
    original,
    mask: planes.mask,
    hints: planes.hints,

    edit(name, change) {
      const step = newStep(name);
      const batch: Batch<Proposal> = { dirty: [] };
      const collect = (part: Batch<Proposal>, records: readonly DecisionRecord[]) => {
        for (const rect of part.dirty) batch.dirty.push(rect);
        if (part.proposal !== undefined) batch.proposal = part.proposal;
        if (records.length > 0) batch.decisions = [...(batch.decisions ?? step.decisions), ...records];
      };
      insideEdit = true;
      try {
        change(createStepEdit(pixels, step.captures, () => insideEdit, collect));
      } catch (error) {
        // No listener was told of the change yet: put the pixels back.
        takeBack(step);
        throw error;
      } finally {
        insideEdit = false;
      }
      const outcome = outcomeOf(batch);
      record(step, outcome, batch.proposal !== undefined);
      publish(outcome);
    },

    begin(name) {
      const step = newStep(name);
      const isOpen = () => open === handle;
      const show = (part: Batch<Proposal>, records: readonly DecisionRecord[]) => {
        const decisions = [...store.getState().decisions, ...records];
        publish(outcomeOf(records.length > 0 ? { ...part, decisions } : part));
      };
      const handle: OpenEdit<Proposal> = {
        edit: createStepEdit(pixels, step.captures, isOpen, show),
        commit() {
          if (!isOpen()) return;
          open = null;
          record(step, store.getState(), false);
          store.setState(derived());
        },
        cancel() {
          if (!isOpen()) return;
          open = null;
          publish(outcomeOf({ dirty: takeBack(step), proposal: step.proposal, decisions: step.decisions }));
        },
      };
      open = handle;
      return handle;
    },

    propose(proposal) {
      if (proposal !== null && isStale(proposal)) return false;
      store.setState({ proposal });
      return true;
    },

    setLocked(locked) {
      pixels.setLocked(locked);
      store.setState({ locked: new Set(locked) });
    },

    undo() {
      settle();
      return travel(history.back(), "before");
    },

    redo() {
      settle();
      return travel(history.forward(), "after");
    },

    snapshot() {
      base ??= savedLabel(original);
      return saveWorkingState(planes, base, store.getState().decisions);
    },

    markSaved({ labels, version }) {
      base = savedLabel(labels);
      store.setState({ savedVersion: version });
    },

    historySize: () => history.size(),

    onDirty(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function swap<T>(before: T, after: T): Swap<T> | null {
  return before === after ? null : { before, after };
}
