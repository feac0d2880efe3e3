import type { StoreApi } from "zustand/vanilla";
import type { LabelMap } from "../core/labelMap";
import type { Rect } from "../core/rect";
import type { Region } from "../core/region";
import type { Runs, ValueRuns } from "../core/runs";
import type { TiledMask } from "../core/tiledMask";

/** Pixels that went from one class to another. */
export interface ClassPair {
  readonly from: number;
  readonly to: number;
  readonly area: number;
}

/** One decision on a suggestion: what `changes.json` says about it. Undone together with its step. */
export interface DecisionRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly decision: "accepted" | "rejected" | "skipped";
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly area: number;
  /** Mean confidence, 0..1; null for lint, and where the user chose the class. */
  readonly confidence: number | null;
  /** What the model said where the user gave the region another class: most of it, and how surely, 0..1. */
  readonly proposed?: { readonly to: number; readonly confidence: number | null };
  readonly model: string;
  readonly ratio: number;
  readonly passes: number;
  readonly bounds: Rect;
  /** Which pixels of `bounds` an accept wrote, row by row; absent where nothing was accepted. */
  readonly written?: Runs;
  /** The ids written, in the order of `written`; only where there is another than `to` among them. */
  readonly ids?: ValueRuns;
  /** What an accept wrote by old and new class, the most first; only where that is more than one pair. */
  readonly pairs?: readonly ClassPair[];
  /** Where the suggestion came from. */
  readonly source: "model" | "lint" | "find";
  /** Of what was found: how sure the rules were, 0..1. */
  readonly ruleConfidence?: number;
  /** Decided with others by one press: nobody may have looked at it by itself. */
  readonly bulk?: true;
  /** Answers at these mask ratios (0: the mask alone) agreed on every pixel written. */
  readonly agreedRatios?: readonly number[];
  /** Of lint: the rule. */
  readonly rule?: string;
  readonly note?: string;
  /** Who took it, by the name that was set then; absent where none was. */
  readonly by?: string;
}

/** What tells a decision from all others of its image. */
export type DecisionMark = Pick<DecisionRecord, "at" | "decision" | "from" | "to" | "area" | "bounds">;

/** Proposals side by side, each under the name of where it comes from. A name that is not there has none. */
export type Proposals<Proposal> = Readonly<Record<string, Proposal>>;

/** Pixels that a step changes, does again or takes back. */
export interface PixelChange {
  /** Around all that changed: labels, mask and hints. */
  readonly rects: readonly Rect[];
  /** Whether a pixel has another label than before. */
  isRelabelled(x: number, y: number): boolean;
}

/** What the document must know of its otherwise opaque proposals. */
export interface ProposalTraits<Proposal> {
  /** What it is called: a newer one of the same name takes its place. */
  name(proposal: Proposal): string;
  /** The pixels it was made from: it is refused once they have changed. */
  rect(proposal: Proposal): Rect;
  /** The document version it was made from. */
  version(proposal: Proposal): number;
  /** What a change leaves of it: the same value where it does not matter to it, null when nothing is left. */
  afterChange(proposal: Proposal, change: PixelChange): Proposal | null;
  /**
   * Whether undo and redo may put an earlier or later state in the place of `now`, where the step they travel over knew
   * `then`; else `now` stays, as far as the change of pixels lets it.
   */
  continues(now: Proposal, then: Proposal | null): boolean;
  /** Its large arrays, counted once each against the history's memory however many steps share them. */
  buffers(proposal: Proposal): readonly ArrayBufferView[];
}

/** Labels, mask, hints and decisions as differences from the file's label; survives structured cloning. */
export interface WorkingState {
  readonly format: 1;
  readonly width: number;
  readonly height: number;
  /** FNV-1a of the file's ids: a state belongs to one label only. */
  readonly originalHash: number;
  /** Three numbers for each changed tile: tile, plane, length in `runs`. */
  readonly index: Uint32Array;
  readonly runs: Uint16Array;
  readonly decisions: readonly DecisionRecord[];
  /** Labels that the file may hold by now instead: saving them was begun, and what came of it is not known. */
  readonly writing?: WrittenLabel;
  /** The label before all that was done to it, where saving made the file another one. */
  readonly first?: FirstLabel;
}

/** A label by its hash, and as differences from the one that the file holds. */
export interface FirstLabel extends Pick<WorkingState, "index" | "runs"> {
  readonly hash: number;
}

/** Labels as differences from others, told by their hashes. */
export interface WrittenLabel extends Pick<WorkingState, "originalHash" | "index" | "runs"> {
  readonly hash: number;
}

/**
 * What changed in one tile of one plane: before XOR after, run-length coded as pairs (length, value). The same
 * diff undoes and redoes, and unchanged pixels, being 0, cost one pair a run.
 */
export interface TileDiff {
  readonly tile: number;
  /** Index in `planeNames`. */
  readonly plane: number;
  readonly runs: Uint16Array;
}

/** One value before and after a step. */
export interface Swap<T> {
  readonly before: T;
  readonly after: T;
}

/** One step: the pixels' differences, and the proposals and decisions that changed or were kept on purpose. */
export interface HistoryEntry<Proposal> {
  readonly name: string;
  readonly diffs: readonly TileDiff[];
  readonly proposals: ReadonlyMap<string, Swap<Proposal | null>>;
  readonly decisions: Swap<readonly DecisionRecord[]> | null;
}

/** What goes with a WorkingState so that a document goes on as if it had never been closed. */
export interface Past<Proposal> {
  readonly proposals: Proposals<Proposal>;
  readonly shown: string | null;
  /** Steps to undo, the newest last. */
  readonly done: readonly HistoryEntry<Proposal>[];
  /** Steps to redo, the next one last. */
  readonly undone: readonly HistoryEntry<Proposal>[];
}

/** What an open image's panels need to redraw; replaced (never mutated) on every change. Rasters are not in here. */
export interface DocumentState<Proposal> {
  /** Grows by one with every change of labels, mask or hints, undo and redo included. */
  readonly version: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Names of the steps Undo and Redo would take, for menus and announcements. */
  readonly undoName: string | null;
  readonly redoName: string | null;
  /** Masked pixels now (hints taken out). */
  readonly maskedPixels: number;
  readonly hintPixels: number;
  /** Pixels whose label differs from `original`. */
  readonly changedPixels: number;
  /** The version last written into the file itself, null if none was. */
  readonly savedVersion: number | null;
  readonly proposals: Proposals<Proposal>;
  /** Name of the proposal that is looked at; it may be none, or not there. */
  readonly shown: string | null;
  /** Grows by one with every step done, undone or redone: an open one counts once it is done. */
  readonly steps: number;
  /** Every decision taken so far, oldest first. */
  readonly decisions: readonly DecisionRecord[];
  /** Class ids that no tool and no accept may change, from or to. */
  readonly locked: ReadonlySet<number>;
}

/** Changes inside one history step. Every method clips to the image and skips locked pixels where labels change. */
export interface Edit<Proposal> {
  /** Adds to or takes from the mask. Adding never covers hints. */
  setMask(region: Region, on: boolean): void;
  /** Writes one id. Where the mask was set, the pixels become hints (and leave the mask). */
  setLabel(region: Region, id: number): void;
  /** Writes an id a pixel (`ids` as large as region.rect) without making hints: accepting a suggestion. */
  setLabels(region: Region, ids: Uint16Array): void;
  /** Hints become ordinary labels: they keep their id and do not return to the mask. */
  clearHints(region: Region): void;
  /** Hints stay, but taking them back restores the label they have now: an accept covers them. */
  confirmHints(region: Region): void;
  /**
   * Hints get the label they had just before they were painted over the mask, or were confirmed, and are hints no more; they
   * do not return to the mask. Where that or their own label is locked they keep it.
   */
  takeBackHints(region: Region): void;
  /** Replaces a proposal as part of the step, or says that it stays. Without it the change decides what is left of it. */
  setProposal(proposal: Proposal): void;
  dropProposal(name: string): void;
  /** It is by whoever works on the document now, if that is known. */
  addDecision(record: DecisionRecord): void;
  /** Puts these in the place of all decisions taken so far. */
  setDecisions(records: readonly DecisionRecord[]): void;
}

/**
 * A step still being made (a stroke): changes show at once and become one history entry on commit. Beginning
 * another step, undo and redo commit it first; once closed it ignores every call.
 */
export interface OpenEdit<Proposal> {
  readonly edit: Edit<Proposal>;
  commit(): void;
  /** Takes everything back; no history entry. */
  cancel(): void;
}

/**
 * One open image's label, mask, hints and proposals under one history. `Proposal` is opaque here (review
 * defines it): undoing an accept restores it together with label and mask.
 */
export interface ImageDocument<Proposal> {
  readonly key: string;
  readonly width: number;
  readonly height: number;
  readonly store: StoreApi<DocumentState<Proposal>>;
  /** Live rasters: read, never write. Identity stays the same for the document's life. */
  readonly labels: LabelMap;
  /** The label before all that was done to it: the file's when it was opened first, whatever was saved into it since. */
  readonly original: LabelMap;
  /** Pixels of each id in `labels` now, in order of id: a pass over the image at the first call, none at later ones. */
  idCounts(): ReadonlyMap<number, number>;
  /** Their `stamps` are of all rasters: they grow with each change of labels, mask or hints in a tile. */
  readonly mask: TiledMask;
  readonly hints: TiledMask;
  /** One step: begin, change, commit. A change that alters nothing leaves no history entry. */
  edit(name: string, change: (edit: Edit<Proposal>) => void): void;
  begin(name: string): OpenEdit<Proposal>;
  /**
   * Puts a proposal in the place of that of its name without a history step (a preview being refined). Refused (returns false) when its pixels
   * changed after the version it was made from.
   */
  propose(proposal: Proposal): boolean;
  /** Chooses the proposal to look at; no step. */
  show(name: string | null): void;
  setLocked(locked: ReadonlySet<number>): void;
  /** Takes back the newest step, an open one included; returns its name, null when there was none. */
  undo(): string | null;
  redo(): string | null;
  /**
   * Takes back the newest step that `isIt`, though others were done since, as a new step: its pixels, and the decisions it
   * added. `left` says what becomes of the proposals. "touched": later steps changed some of the same pixels, which are not what it
   * made them any more, and nothing was done; "gone": there is no such step any more.
   */
  revert(
    name: string,
    isIt: (entry: HistoryEntry<Proposal>) => boolean,
    left: (entry: HistoryEntry<Proposal>, since: Pick<PixelChange, "isRelabelled">) => readonly Proposal[],
  ): "done" | "touched" | "gone";
  /** The label that the file holds: as opened or as last saved. Nobody may write it. */
  saved(): LabelMap;
  /** The state to keep for a later `createDocument`, relative to the file as opened or as last saved. */
  snapshot(): WorkingState;
  /** Proposals and history as they stand, to be kept with the `snapshot` of the same moment; an open step as if it were done. */
  past(): Past<Proposal>;
  /**
   * Says what the file holds now (saved in place): a copy of `labels` and the version it was taken at, since drawing
   * may have gone on while the file was written. `original` and the history stay, also over a reload.
   */
  markSaved(written: { readonly labels: LabelMap; readonly version: number }): void;
  /** Steps that can be undone or redone and the bytes they hold. */
  historySize(): { readonly steps: number; readonly bytes: number };
  /** Whether a step was begun that is neither committed nor cancelled. */
  isDrawing(): boolean;
  /** Whether steps can be made: not once another tab edits the label. */
  mayEdit(): boolean;
  /**
   * Called with the pixels that a step changes as it is done, undone or redone, before the store tells of it: these put upon an
   * earlier state make the later one. `travels`: it is undone or redone.
   */
  onStep(listener: (diffs: readonly TileDiff[], travels: boolean) => void): () => void;
  /**
   * Called synchronously, after the store, with the smallest rectangle whose rasters changed; with several when
   * one would be mostly unchanged pixels.
   */
  onDirty(listener: (rect: Rect) => void): () => void;
}
