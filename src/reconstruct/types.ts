import type { Rect } from "../core/rect";

/** Passes that differ when nothing but the mask is hidden: one, and one that sees the windows mirrored. */
export const passesOfMaskAlone = 2;

/**
 * Rebuild the masked pixels of one image. All rasters are as large as the image, row by row, and are a
 * snapshot of document version `documentVersion`.
 */
export interface ReconstructionRequest {
  readonly imageKey: string;
  readonly documentVersion: number;
  readonly width: number;
  readonly height: number;
  readonly labels: Uint16Array;
  /** 1 = masked (unknown), hints already taken out. */
  readonly mask: Uint8Array;
  /** 1 = hint: a label given by hand inside the mask; never hidden by context draws. */
  readonly hints: Uint8Array;
  /** Ids that are void: neither shown to the model nor proposed. */
  readonly ignoredIds: readonly number[];
  /** Ids whose pixels never change and that are never proposed. */
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
  /** 1 = the model says: the right class is not visible here (ids holds the best visible class). */
  readonly other: Uint8Array;
  readonly passesDone: number;
  readonly passes: number;
  readonly ratio: number;
  readonly model: string;
  /** Milliseconds from the request's start to this result. */
  readonly elapsedMs: number;
}
