import type { BulkOutcome } from "./bulkDecisions";
import type { PairGroup, QueueCounts, QueueEntry, QueueTab } from "./queueList";
import type { OpenImage } from "./session";

/** All findings of a pair of classes, of which some are chosen. */
export interface Wall {
  readonly pair: string;
  readonly entries: readonly QueueEntry[];
  /** By entry. At first all but those that the model is not sure of. */
  readonly chosen: ReadonlySet<string>;
  /** What accepting the chosen ones changes; `counted` images of `images` are in it so far. */
  readonly preview: BulkOutcome & { readonly counted: number; readonly of: number };
}

/** A finding with its image open: what is looked at. */
interface ShownFinding {
  readonly entry: QueueEntry;
  readonly image: OpenImage;
}

export interface QueueState {
  readonly kind: QueueTab;
  /** Of this kind, in order; what the rules find is none of it. */
  readonly entries: readonly QueueEntry[];
  /** The same by old and new class. */
  readonly groups: readonly PairGroup[];
  readonly counts: QueueCounts;
  readonly current: QueueEntry | null;
  /** What is on the screen; not the current one while that is being opened. */
  readonly shown: ShownFinding | null;
  /** Why the current one cannot be shown, in the user's words. */
  readonly problem: string | null;
  /** Accepted or rejected since the queue was opened, but for what was taken back. */
  readonly decided: number;
  /** Of `counts`, both kinds: those left for later. */
  readonly skipped: number;
  /** A decision of this review can be taken back. */
  readonly undoable: boolean;
  readonly wall: Wall | null;
}

export const emptyQueue: QueueState = {
  kind: "objects",
  entries: [],
  groups: [],
  counts: { objects: 0, boundaries: 0 },
  current: null,
  shown: null,
  problem: null,
  decided: 0,
  skipped: 0,
  undoable: false,
  wall: null,
};
