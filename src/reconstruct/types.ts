import type { Rect } from "../core/rect";
import type { ReliabilityTable } from "../model/reliability";
import type { WindowLabel } from "../window/resample";
import type { WorkWindow } from "../window/workWindows";

/** Passes that differ when nothing but the mask is hidden: one, and one that sees the windows mirrored. */
export const passesOfMaskAlone = 2;

/** The pixels to rebuild, and the label in a box around them. */
export interface MaskedBox {
  readonly rect: Rect;
  /** rect.width * rect.height bytes, 1 = to be rebuilt. */
  readonly bits: Uint8Array;
  /** rect.width * rect.height ids. */
  readonly labels: Uint16Array;
}

/**
 * Rebuild the masked pixels of one image, as `cutRequest` plans it: the label is a snapshot of document version
 * `documentVersion` where the model looks, and no more.
 */
export interface ReconstructionRequest {
  readonly imageKey: string;
  readonly documentVersion: number;
  /** Size of the image, px. */
  readonly width: number;
  readonly height: number;
  /** Where the model looks; every pixel to rebuild lies in at least one of them. None: nothing is to be rebuilt. */
  readonly windows: readonly WorkWindow[];
  /**
   * What each window shows of the label. Kinds say what is to be rebuilt (MASKED), what is shown to the model (KNOWN; HINT,
   * which no context draw hides) and what is not (IGNORED, never proposed either).
   */
  readonly windowLabels: readonly WindowLabel[];
  readonly masked: MaskedBox;
  /** Ids that are void: never proposed. */
  readonly ignoredIds: readonly number[];
  /** Ids whose pixels never change; never proposed either. */
  readonly lockedIds: readonly number[];
  /** Mask ratio 0.1..0.9: unknown pixels / non-void pixels of the work window; 0 hides nothing but the mask. */
  readonly ratio: number;
  /** Passes to average, 1..8; a preview is posted after the first, and the mask alone takes `passesOfMaskAlone` at most. */
  readonly passes: number;
  /** Seed of the context draws. */
  readonly seed: number;
}

/** Rebuilt labels of the masked pixels inside `rect`; elsewhere in `rect` ids repeat the given labels. */
export interface ReconstructionResult {
  readonly imageKey: string;
  readonly documentVersion: number;
  readonly rect: Rect;
  /** rect.width * rect.height ids. */
  readonly ids: Uint16Array;
  /** 0..255 = probability of the chosen id, calibrated and lowered where passes disagree. */
  readonly confidence: Uint8Array;
  /** 1 = the model says: the right class is neither visible here nor a candidate (ids holds the best that is). */
  readonly other: Uint8Array;
  readonly passesDone: number;
  readonly passes: number;
  readonly ratio: number;
  readonly model: string;
  /** How often the model is right by confidence, where that was measured. */
  readonly reliability?: ReliabilityTable;
  /** Milliseconds from the request's start to this result. */
  readonly elapsedMs: number;
}
