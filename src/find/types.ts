import type { Region } from "../core/region";
import type { ReliabilityTable } from "../model/reliability";

/**
 * Looks at windows that are done, and at most how many there are. The first `scan` of them are known; what they show says how
 * many of the others are needed to verify it, and the rest count as done then.
 */
export interface FindSteps {
  readonly done: number;
  readonly total: number;
  readonly scan: number;
}

/**
 * Look for errors in one image's label. All rasters are as large as the image, row by row, and are a snapshot of document
 * version `documentVersion`.
 */
export interface FindRequest {
  readonly imageKey: string;
  readonly documentVersion: number;
  readonly width: number;
  readonly height: number;
  readonly labels: Uint16Array;
  /** Ids that are void: neither checked nor proposed. */
  readonly ignoredIds: readonly number[];
  /** Ids whose pixels never change and that are never proposed. */
  readonly lockedIds: readonly number[];
  /** 1 = not to be checked. */
  readonly excluded: Uint8Array;
}

/** One region whose label looks wrong, and what it should be. Regions may overlap. */
export interface FoundRegion {
  readonly region: Region;
  /** region.rect.width * region.rect.height ids: the new one where `bits` is 1. */
  readonly ids: Uint16Array;
  /** The most common label in the region now. */
  readonly from: number;
  /** The most common one it would get. */
  readonly to: number;
  /** Pixels in the region. */
  readonly area: number;
  /** How surely the region is wrong and this is right, 0..1. */
  readonly confidence: number;
  /** Where `confidence` is told from how often regions are right already: how sure the rules were, 0..1. */
  readonly ruleConfidence?: number;
  /** The right class is not visible around the region: a hint would help. */
  readonly needsHint: boolean;
}

/** What looks wrong in one image. */
export interface FindResult {
  readonly imageKey: string;
  readonly documentVersion: number;
  readonly width: number;
  readonly height: number;
  /** Probability that each pixel is wrong, 0..255. */
  readonly heat: Uint8Array;
  /** The surest first. */
  readonly regions: readonly FoundRegion[];
  /** From this confidence on, the model's own rules advise to accept all, 0..1. */
  readonly accept: number;
  readonly model: string;
  /** How often regions are found rightly by confidence, where that was measured. */
  readonly reliability?: ReliabilityTable;
  /** Milliseconds from the request's start to this result. */
  readonly elapsedMs: number;
}
