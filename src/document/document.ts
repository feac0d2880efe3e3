import { createStore } from "zustand/vanilla";
import type { LabelMap } from "../core/labelMap";
import type { Rect } from "../core/rect";
import { mergeRects } from "../core/tileGrid";
import { createChangeLog } from "./changeLog";
import { decisionChange, withoutDecisions } from "./decisionRecords";
import { createHistory } from "./history";
import { afterStep, afterTravel, swapsOf } from "./namedProposals";
import { createPixelEdits } from "./pixelEdits";
import { type Captures, createPlanes } from "./planes";
import { type Batch, createStepEdit } from "./stepEdit";
import { applyDiffs, capturesOf, diffCaptures, isTouchedLabel, netDiffs, pixelChange, touchedBy } from "./tileDiff";
import type {
  DecisionRecord,
  DocumentState,
  HistoryEntry,
  ImageDocument,
  OpenEdit,
  Past,
  Proposals,
  ProposalTraits,
  Swap,
  TileDiff,
  WorkingState,
} from "./types";
import { openedLabel, openState, type SavedLabel, savedLabel, saveWorkingState } from "./workingState";

export interface DocumentOptions<Proposal> {
  /** Dataset key of the image. */
  readonly key: string;
  /** The file's label. Kept without a copy: nobody may write it. */
  readonly labels: LabelMap;
  /** What is known of it from decoding it: passes over a large label that need not be made again. */
  readonly facts?: { readonly hash: number; readonly counts: ReadonlyMap<number, number> };
  readonly traits: ProposalTraits<Proposal>;
  /** Work saved earlier with `snapshot`. */
  readonly working?: WorkingState;
  /** What was kept with it. */
  readonly past?: Past<Proposal>;
  /** False while no step may be made: one begun already is still done. Always true by default. */
  readonly mayEdit?: () => boolean;
  /** Who works on it now: goes with the decisions taken; "" for nobody named, as by default. */
  readonly person?: () => string;
  /** Memory for the history, default 256 MiB. */
  readonly historyBytes?: number;
}

/** A step being made, and what it must restore. */
interface Step<Proposal> {
  readonly name: string;
  readonly captures: Captures;
  proposals: Proposals<Proposal>;
  readonly decisions: readonly DecisionRecord[];
}

type DecisionsAfter = (now: readonly DecisionRecord[]) => readonly DecisionRecord[];

/** What a batch of changes makes of the document. */
interface Outcome<Proposal> {
  readonly version: number;
  readonly rects: readonly Rect[];
  readonly proposals: Proposals<Proposal>;
  readonly decisions: readonly DecisionRecord[];
}

/**
 * Opens an image's label for editing.
 * @throws WorkingStateError when `working` belongs to another label or is damaged.
 */
export function createDocument<Proposal>(options: DocumentOptions<Proposal>): ImageDocument<Proposal> {
  const { key, labels: file, facts, traits, working, past, mayEdit = () => true, person = () => "" } = options;
  const opened = working === undefined ? null : openState(file, working, facts);
  const { original, planes } = opened ?? { original: file, planes: createPlanes(file, facts?.counts) };
  const pixels = createPixelEdits(planes);
  const history = createHistory<Proposal>(options.historyBytes ?? 256 * 2 ** 20, traits.buffers, past);
  const log = createChangeLog();
  const listeners = new Set<(rect: Rect) => void>();
  const stepListeners = new Set<(diffs: readonly TileDiff[], travels: boolean) => void>();
  let base: SavedLabel | null = opened?.base ?? null;
  let open: { readonly handle: OpenEdit<Proposal>; readonly step: Step<Proposal> } | null = null;
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
    proposals: past?.proposals ?? {},
    shown: past?.shown ?? null,
    steps: 0,
    savedVersion: null,
    decisions: working?.decisions ?? [],
    locked: new Set<number>(),
  }));

  /** A version not reached yet was given by an earlier life of this document. */
  const isStale = (proposal: Proposal) =>
    traits.version(proposal) > store.getState().version ||
    log.changedSince(traits.version(proposal), traits.rect(proposal));

  /** @param captures tiles as they were before the step. */
  const outcomeOf = (batch: Batch<Proposal>, captures: Captures): Outcome<Proposal> => {
    const state = store.getState();
    const rects = mergeRects(batch.dirty);
    const change = pixelChange(planes, captures, batch.dirty);
    return {
      version: state.version + (rects.length > 0 ? 1 : 0),
      rects,
      proposals: afterStep(state.proposals, batch.proposals ?? new Map(), change, traits),
      decisions: batch.decisions ?? state.decisions,
    };
  };

  /** Tells everyone: store first, so that a dirty listener sees the version its rectangle belongs to. */
  const publish = ({ version, rects, proposals, decisions }: Outcome<Proposal>, steps: 0 | 1) => {
    log.add(version, rects);
    store.setState((state) => ({ version, ...derived(), proposals, decisions, steps: state.steps + steps }));
    for (const rect of rects) for (const listener of listeners) listener(rect);
  };

  const newStep = (name: string): Step<Proposal> => {
    settle();
    const { proposals, decisions } = store.getState();
    return { name, captures: new Map(), proposals, decisions };
  };

  /** Differences are relative to what is there: two steps writing at a time would corrupt each other's. */
  const settle = () => {
    if (insideEdit) throw new Error("A document takes one step at a time");
    open?.handle.commit();
    if (!mayEdit()) throw new Error("This data set is edited in another tab");
  };

  /** @param said proposals of which the step itself said that they stay: undoing its pixels must not drop them either. */
  const entryOf = (
    step: Step<Proposal>,
    after: Pick<Outcome<Proposal>, "proposals" | "decisions">,
    said: Iterable<string>,
  ): HistoryEntry<Proposal> | null => {
    const diffs = diffCaptures(planes, step.captures);
    const proposals = swapsOf(step.proposals, after.proposals, diffs.length > 0 ? said : []);
    const decisions = swap(step.decisions, after.decisions);
    if (diffs.length === 0 && proposals.size === 0 && decisions === null) return null;
    return { name: step.name, diffs, proposals, decisions };
  };

  /** Returns how many steps that makes. */
  const record = (entry: HistoryEntry<Proposal> | null): 0 | 1 => {
    if (entry === null) return 0;
    history.push(entry);
    for (const listener of stepListeners) listener(entry.diffs, false);
    return 1;
  };

  /** Puts the pixels back to what they were when the step began. */
  const takeBack = (step: Step<Proposal>) => applyDiffs(planes, diffCaptures(planes, step.captures));

  const travel = (entry: HistoryEntry<Proposal> | null, side: "before" | "after") => {
    if (entry === null) return null;
    const { version, proposals, decisions } = store.getState();
    const captures = capturesOf(planes, entry.diffs);
    const dirty = applyDiffs(planes, entry.diffs);
    const next = afterTravel(proposals, entry.proposals, side, pixelChange(planes, captures, dirty), traits);
    history.amend(entry, { ...entry, proposals: next.swaps });
    for (const listener of stepListeners) listener(entry.diffs, true);
    publish(
      {
        version: version + (dirty.length > 0 ? 1 : 0),
        rects: mergeRects(dirty),
        proposals: next.proposals,
        decisions: entry.decisions?.[side] ?? decisions,
      },
      1,
    );
    return entry.name;
  };

  return {
    key,
    width: original.width,
    height: original.height,
    store,
    labels: planes.labels,
    idCounts: planes.idCounts,
    original,
    mask: planes.mask,
    hints: planes.hints,

    edit(name, change) {
      const step = newStep(name);
      const batch: Batch<Proposal> = { dirty: [] };
      const collect = (part: Batch<Proposal>, decided?: DecisionsAfter) => {
        for (const rect of part.dirty) batch.dirty.push(rect);
        if (part.proposals !== undefined) batch.proposals = new Map([...(batch.proposals ?? []), ...part.proposals]);
        if (decided !== undefined) batch.decisions = decided(batch.decisions ?? step.decisions);
      };
      insideEdit = true;
      try {
        change(createStepEdit(pixels, step.captures, () => insideEdit, traits.name, person, collect));
      } catch (error) {
        // No listener was told of the change yet: put the pixels back.
        takeBack(step);
        throw error;
      } finally {
        insideEdit = false;
      }
      const outcome = outcomeOf(batch, step.captures);
      publish(outcome, record(entryOf(step, outcome, batch.proposals?.keys() ?? [])));
    },

    begin(name) {
      const step = newStep(name);
      const isOpen = () => open?.handle === handle;
      const show = (part: Batch<Proposal>, decided?: DecisionsAfter) => {
        const decisions = decided?.(store.getState().decisions);
        publish(outcomeOf(decisions === undefined ? part : { ...part, decisions }, step.captures), 0);
      };
      const handle: OpenEdit<Proposal> = {
        edit: createStepEdit(pixels, step.captures, isOpen, traits.name, person, show),
        commit() {
          if (!isOpen()) return;
          open = null;
          const made = record(entryOf(step, store.getState(), []));
          store.setState(({ steps }) => ({ ...derived(), steps: steps + made }));
        },
        cancel() {
          if (!isOpen()) return;
          open = null;
          const { version } = store.getState();
          const rects = mergeRects(takeBack(step));
          const { proposals, decisions } = step;
          publish({ version: version + (rects.length > 0 ? 1 : 0), rects, proposals, decisions }, 0);
        },
      };
      open = { handle, step };
      return handle;
    },

    propose(proposal) {
      if (isStale(proposal)) return false;
      const put = (proposals: Proposals<Proposal>) => ({
        ...proposals,
        [traits.name(proposal)]: proposal,
      });
      // A stroke that is given up or undone later must not take away what came while it was drawn.
      if (open !== null) open.step.proposals = put(open.step.proposals);
      store.setState(({ proposals }) => ({ proposals: put(proposals) }));
      return true;
    },

    show(shown) {
      store.setState({ shown });
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

    revert(name, isIt, left) {
      settle();
      const { done } = history.stacks();
      const at = done.findLastIndex(isIt);
      const entry = done[at];
      if (entry === undefined) return "gone";
      const own = touchedBy(planes.grid, entry.diffs);
      const since = touchedBy(planes.grid, netDiffs(done.slice(at + 1).flatMap(({ diffs }) => diffs)));
      if (own.some((planesOf, pixel) => planesOf !== 0 && since[pixel] !== 0)) return "touched";
      const step = newStep(name);
      const isRelabelled = (x: number, y: number) => isTouchedLabel(since[y * planes.grid.width + x]);
      const said = left(entry, { isRelabelled });
      for (const [tile, copy] of capturesOf(planes, entry.diffs)) step.captures.set(tile, copy);
      const { added, removed } = decisionChange(entry);
      const batch: Batch<Proposal> = {
        dirty: applyDiffs(planes, entry.diffs),
        proposals: new Map(said.map((proposal) => [traits.name(proposal), proposal])),
        decisions: [...removed, ...withoutDecisions(store.getState().decisions, added)],
      };
      const outcome = outcomeOf(batch, step.captures);
      publish(outcome, record(entryOf(step, outcome, batch.proposals?.keys() ?? [])));
      return "done";
    },

    saved: () => base?.labels ?? original,

    snapshot() {
      base ??= openedLabel(original, facts?.hash);
      return saveWorkingState(planes, base, store.getState().decisions);
    },

    past() {
      const { proposals, shown } = store.getState();
      const { done, undone } = history.stacks();
      const drawn = open === null ? null : entryOf(open.step, store.getState(), []);
      if (drawn === null) return { proposals, shown, done, undone };
      return { proposals, shown, done: [...done, drawn], undone: [] };
    },

    markSaved({ labels, version }) {
      base = savedLabel(planes, labels);
      store.setState({ savedVersion: version });
    },

    mayEdit,
    historySize: () => history.size(),
    isDrawing: () => open !== null,

    onStep(listener) {
      stepListeners.add(listener);
      return () => stepListeners.delete(listener);
    },

    onDirty(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function swap<T>(before: T, after: T): Swap<T> | null {
  return before === after ? null : { before, after };
}
