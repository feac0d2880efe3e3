import type { Rect } from "../core/rect";
import type { Region } from "../core/region";

/** Engines the worker can run on. "webgpu" stands for a real adapter unless the URL asks for a software one. */
export type BackendName = "webgpu" | "wasm" | "cpu";

/** What start-up is doing, in this order. `progress` is 0..1 within the stage. */
export type LoadStage = "engine" | "weights" | "compile" | "warm-up";

/** What the worker runs on, shown in the status bar. */
export interface EngineInfo {
  readonly backend: BackendName;
  /** The adapter's description for webgpu, the number of threads for wasm. */
  readonly detail: string;
  /** The model's name, e.g. "lmae-small". */
  readonly model: string;
  /** Milliseconds of one warm 224-px pass. */
  readonly warmMs: number;
  /** Whether the model came with rules for finding errors. */
  readonly finds: boolean;
}

/** Passes that differ when nothing but the mask is hidden: one, and one that sees the windows mirrored. */
export const passesOfMaskAlone = 2;

/** One image for the requests that follow. */
export interface WorkImage {
  /** Dataset key: requests name the image by it. */
  readonly imageKey: string;
  readonly width: number;
  readonly height: number;
  /** width * height * 4 bytes, RGBA, sRGB, not premultiplied. */
  readonly rgba: Uint8ClampedArray;
}

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

/** A picture with its label: it teaches the finder what the data set's classes look like. */
export interface FindExample {
  /** Dataset key: an image that is learnt again replaces what it taught before. */
  readonly imageKey: string;
  readonly image: WorkImage;
  /** width * height ids. */
  readonly labels: Uint16Array;
  /** Ids that are void: nothing is learnt from their pixels. */
  readonly ignoredIds: readonly number[];
}

/**
 * Look for errors in one image's label. All rasters are as large as the image, row by row, and are a snapshot of document
 * version `documentVersion`. What the image itself taught is left out.
 */
export interface FindRequest {
  readonly imageKey: string;
  readonly documentVersion: number;
  readonly width: number;
  readonly height: number;
  readonly labels: Uint16Array;
  /** Ids that are void: neither judged nor proposed. */
  readonly ignoredIds: readonly number[];
  /** Ids whose pixels never change and that are never proposed. */
  readonly lockedIds: readonly number[];
  /** 1 = not to be judged. */
  readonly excluded: Uint8Array;
  /** Seed of the random draws. */
  readonly seed: number;
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
  /** The right class is not visible around the region: a hint would help. */
  readonly needsHint: boolean;
}

/** What looks wrong in one image. */
export interface FindResult {
  readonly imageKey: string;
  readonly documentVersion: number;
  readonly width: number;
  readonly height: number;
  /** Suspicion of every pixel, 0..255. */
  readonly heat: Uint8Array;
  /** The surest first. */
  readonly regions: readonly FoundRegion[];
  /** From this confidence on, the model's own rules advise to accept all, 0..1. */
  readonly accept: number;
  readonly model: string;
  /** Milliseconds from the request's start to this result. */
  readonly elapsedMs: number;
}

export type ToWorker =
  | { readonly type: "init"; readonly baseUrl: string; readonly backend?: BackendName; readonly model?: string }
  | { readonly type: "image"; readonly image: WorkImage }
  | { readonly type: "reconstruct"; readonly requestId: number; readonly request: ReconstructionRequest }
  | { readonly type: "learn"; readonly requestId: number; readonly example: FindExample }
  | { readonly type: "find"; readonly requestId: number; readonly request: FindRequest }
  /** Another data set was opened: what was learnt means nothing there. */
  | { readonly type: "forget" }
  | { readonly type: "cancel"; readonly requestId: number };

export type FromWorker =
  | { readonly type: "stage"; readonly stage: LoadStage; readonly progress: number }
  | { readonly type: "ready"; readonly engine: EngineInfo }
  | {
      readonly type: "result";
      readonly requestId: number;
      readonly final: boolean;
      readonly result: ReconstructionResult;
    }
  | { readonly type: "learnt"; readonly requestId: number }
  /** Windows looked at, and how many there are. */
  | { readonly type: "find-progress"; readonly requestId: number; readonly done: number; readonly total: number }
  | { readonly type: "found"; readonly requestId: number; readonly result: FindResult }
  | { readonly type: "cancelled"; readonly requestId: number }
  | {
      readonly type: "failed";
      readonly requestId: number | null;
      readonly message: string;
      readonly deviceLost: boolean;
    };

/** What the client tells the rest of the app; a plain value, replaced on every change. */
export type EngineStatus =
  | { readonly state: "loading"; readonly stage: LoadStage; readonly progress: number }
  | { readonly state: "ready"; readonly engine: EngineInfo }
  | { readonly state: "busy"; readonly engine: EngineInfo; readonly passesDone: number; readonly passes: number }
  | { readonly state: "restarting"; readonly reason: string }
  | { readonly state: "failed"; readonly reason: string };

/** The worker was started anew while it learnt or looked for errors: what it had learnt is gone. */
export class EngineRestarted extends Error {
  constructor() {
    super("The engine restarted; press Find errors again.");
    this.name = "EngineRestarted";
  }
}

/**
 * The app's handle on the worker. Newest request wins: an older one still running is cancelled and its promise
 * resolves to null. A crash or a lost device restarts the worker and repeats the newest request once. Learning and finding
 * go on in the background: a reconstruction is run first, in the middle of them.
 */
export interface InferenceClient {
  status(): EngineStatus;
  subscribe(listener: (status: EngineStatus) => void): () => void;
  setImage(image: WorkImage): void;
  /** Resolves to the final result, or null when cancelled or superseded. Previews arrive through `onPreview`. */
  reconstruct(
    request: ReconstructionRequest,
    onPreview?: (result: ReconstructionResult) => void,
  ): Promise<ReconstructionResult | null>;
  cancel(): void;
  /**
   * Teaches the finder one image; resolves when it is learnt, or was cancelled. The example's arrays are handed over: they
   * cannot be used afterwards. Rejects with the worker's reason, or EngineRestarted.
   */
  learn(example: FindExample): Promise<void>;
  /**
   * Resolves to what looks wrong, or null when cancelled or superseded. `onProgress` is told of windows looked at.
   * Rejects with the worker's reason, or EngineRestarted.
   */
  find(request: FindRequest, onProgress: (done: number, total: number) => void): Promise<FindResult | null>;
  /** Stops learning and finding. What was learnt before stays learnt. */
  cancelFind(): void;
  /** Stops learning and finding, and forgets what was learnt. */
  forget(): void;
  /** Keys of the images the worker has learnt; none after a restart. */
  learntKeys(): ReadonlySet<string>;
  /** The last finished request's milliseconds, null before the first. */
  lastMs(): number | null;
  dispose(): void;
}
