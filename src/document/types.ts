import type { StoreApi } from "zustand/vanilla";
import type { ClassTable } from "../core/classTable";
import type { LabelMap } from "../core/labelMap";
import type { Rect } from "../core/rect";
import type { PixelMask, Region } from "../core/region";

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
  /** Pixels whose label differs from the file's. */
  readonly changedPixels: number;
  readonly proposal: Proposal | null;
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
  clearHints(region: Region): void;
  setProposal(proposal: Proposal | null): void;
}

/** A step still being made (a stroke): changes show at once and become one history entry on commit. */
export interface OpenEdit<Proposal> {
  readonly edit: Edit<Proposal>;
  commit(): void;
  /** Takes everything back; no history entry. */
  cancel(): void;
}

/**
 * One open image's label, mask, hints and pending proposal under one history. `Proposal` is opaque here (review
 * defines it): undoing an accept restores it together with label and mask.
 */
export interface ImageDocument<Proposal> {
  readonly key: string;
  readonly width: number;
  readonly height: number;
  readonly classes: ClassTable;
  readonly store: StoreApi<DocumentState<Proposal>>;
  /** Live rasters: read, never write. Identity stays the same for the document's life. */
  readonly labels: LabelMap;
  readonly original: LabelMap;
  readonly mask: PixelMask;
  readonly hints: PixelMask;
  /** One step: begin, change, commit. A change that alters nothing leaves no history entry. */
  edit(name: string, change: (edit: Edit<Proposal>) => void): void;
  begin(name: string): OpenEdit<Proposal>;
  /** The live proposal without a history step (a preview being refined); dropped by the next edit under it. */
  propose(proposal: Proposal | null): void;
  setLocked(locked: ReadonlySet<number>): void;
  undo(): void;
  redo(): void;
  /** Called synchronously with the smallest rectangle whose rasters changed. */
  onDirty(listener: (rect: Rect) => void): () => void;
}
