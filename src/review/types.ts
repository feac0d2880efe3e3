import type { Rect } from "../core/rect";
import type { Region } from "../core/region";
import type { Runs } from "../core/runs";
import type { ImageDocument } from "../document/types";
import type { ReliabilityTable } from "../model/reliability";
import type { VoidPolicy } from "./voidUnderMask";

/** Where a suggestion stands. Skipped ones can still be decided. */
export type Decision = "pending" | "accepted" | "rejected" | "skipped";

/** One object: a changed area that gets one new class, whatever it replaces, and the small parts that go with it. */
export interface Suggestion {
  /** Unique within its document, in review order. */
  readonly id: number;
  readonly region: Region;
  /** What most of the region is now. */
  readonly from: number;
  /** The main classes it is now, the most common first; only where they are several. */
  readonly fromIds?: readonly number[];
  /** What it would become: all of it, or where `ids` says more, most of it. */
  readonly to: number;
  /** The id each pixel would get, as large as `region.bits`; only where more than one occurs. */
  readonly ids?: Uint16Array;
  /** Pixels in the region. */
  readonly area: number;
  /** Mean confidence over the region, 0..1. */
  readonly confidence: number;
  /** Of what was found: how sure the rules were, 0..1, before `confidence` was told from how often that is right. */
  readonly ruleConfidence?: number;
  /** What the model said, where decisions on others moved `confidence` (`ranked`). Never stored. */
  readonly modelConfidence?: number;
  /** The model says the right class is not visible in the window: a hint would help. */
  readonly needsHint: boolean;
  readonly decision: Decision;
  /** Beyond the rows a reviewer goes through one by one: all of a set's folded ones are one row, decided at once. */
  readonly folded?: true;
  /** How the switch for void stood when it was made. */
  readonly voidPolicy?: VoidPolicy;
  /** Pixels that it would change but for their lock, for void that is kept by now, or an exclusion: no more in its region (`asItStands`). */
  readonly kept?: { readonly locked: number; readonly void: number; readonly excluded: number };
  /** Its mask was cleared: it stays until it is decided, whatever becomes of other masks. */
  readonly released?: true;
  /** As it was before a newer answer covered some of it; `covered`: all, so that nothing is left to decide. */
  readonly whole?: Suggestion;
  readonly covered?: true;
  /** Found by the model looking for errors (`found`): it speaks of the label, not of the mask. */
  readonly found?: true;
}

/** Where a suggestion came from: a reconstruction of the mask, or a search for errors. */
export function sourceOf({ found }: Suggestion): "model" | "find" {
  return found === true ? "find" : "model";
}

/** What a reconstruction was asked for. */
export interface Asked {
  readonly rect: Rect;
  /** What was to be rebuilt inside it. */
  readonly rebuilt: Runs;
  readonly lockedIds: readonly number[];
  readonly ignoredIds: readonly number[];
  readonly voidPolicy: VoidPolicy;
}

/** What one reconstruction or search for errors proposes, as one value in the document. */
export interface SuggestionSet {
  /** The document's name for it (`sets`): a newer result of the same name takes its place. */
  readonly name: string;
  /** The version the request was made from. */
  readonly documentVersion: number;
  readonly ratio: number;
  readonly passes: number;
  readonly passesDone: number;
  readonly model: string;
  readonly suggestions: readonly Suggestion[];
  /** Confidence of every pixel of `rect`, 0..255, for shading. */
  readonly confidence: { readonly rect: Region["rect"]; readonly data: Uint8Array };
  /** Of a reconstruction; those that earlier versions kept lack it. */
  readonly asked?: Asked;
  /** How often the model's suggestions are right by their confidence; absent where that was not measured. */
  readonly reliability?: ReliabilityTable;
  /** From this confidence on, the model's own rules advise to accept what a search for errors found, 0..1. */
  readonly advisedThreshold?: number;
  /** Its mask was cleared or changed: it holds only what was left of masks before, and says nothing of the mask of now. */
  readonly released?: true;
  /** Edits were undone that were in the label when it was searched for errors: it may lack what is wrong again. */
  readonly outdated?: true;
  /** After a search for errors: the newest step that was in the label then (`app/stepMark`), "" for none. */
  readonly after?: string;
  /** After a search for errors: the hash of the label that was searched (`core/hashLabels`); absent in work of earlier versions. */
  readonly labelHash?: number;
  /** After a search for errors: suspicion of every pixel of the image, 0..255. */
  readonly heat?: Uint8Array;
}

/** The document of an image, with what is proposed for it. */
export type OpenDocument = ImageDocument<SuggestionSet>;
