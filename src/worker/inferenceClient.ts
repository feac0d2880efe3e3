import type { FindRequest, FindResult, FindSteps } from "../find/types";
import type { ReconstructionRequest, ReconstructionResult } from "../reconstruct/types";
import type { SupportFacts } from "../support/store";
import type { ImageCells, LabelledImage } from "../support/types";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";
import type { EngineInfo, LoadStage } from "./protocol";

/** What the client tells the rest of the app; a plain value, replaced on every change. */
export type EngineStatus =
  | { readonly state: "loading"; readonly stage: LoadStage; readonly progress: number }
  | { readonly state: "ready"; readonly engine: EngineInfo }
  | { readonly state: "busy"; readonly engine: EngineInfo; readonly passesDone: number; readonly passes: number }
  /** `leavesGpu`: the graphics device was lost again, and from now on the model does without. */
  | { readonly state: "restarting"; readonly reason: string; readonly leavesGpu?: true }
  | { readonly state: "failed"; readonly reason: string };

/** The worker was started anew while it learnt or looked for errors: what it had learnt is gone. */
export class EngineRestarted extends Error {
  constructor() {
    super("The engine restarted; press Find errors again.");
    this.name = "EngineRestarted";
  }
}

/** When it aborts, the call ends: its promise rejects with the signal's reason, and the worker stops at its next step. */
interface CallOptions {
  readonly signal?: AbortSignal;
}

/** How a reconstruction is ended and followed. */
export interface ReconstructOptions extends CallOptions {
  /** Called with the result after every pass but the last; never after the call has ended. */
  readonly onPreview?: (result: ReconstructionResult) => void;
}

/** How reconstructions that nobody waits for are ended, and what they are of. */
interface LaterOptions extends CallOptions {
  /** The image that the requests are for; by default the one that was set. Its pixels are copied. */
  readonly image?: WorkImage;
}

/** How a search for errors is ended and followed. */
export interface FindOptions extends CallOptions {
  /** Called after each look at a window; never after the call has ended. */
  readonly onProgress?: (steps: FindSteps) => void;
}

/** How support is fitted. */
interface FitOptions extends CallOptions {
  /** In a quarter of the time, to be fitted again when more is learnt. */
  readonly isDraft?: boolean;
}

/**
 * What the open data set's labels say its classes look like, learnt when there is nothing else to do; reconstructions and
 * searches listen to it as soon as it is fitted. All of it is gone after a restart.
 */
export interface SupportClient {
  /**
   * Learns one image in place of what was learnt of it before; it counts after the next `fit`. Resolves to what may be kept of
   * it, null where nothing in it is labelled (then it is forgotten). The example's arrays are handed over. Rejects with the
   * worker's reason, the signal's, or EngineRestarted.
   */
  learn(example: LabelledImage, options?: CallOptions): Promise<ImageCells | null>;
  /** Takes back what `learn` resolved to, by the same weights. */
  restore(images: readonly ImageCells[]): void;
  /** Fits what is learnt; rejects as `learn` does. */
  fit(options?: FitOptions): Promise<SupportFacts>;
  /** Ends learning (AbortError) and forgets all. */
  forget(): void;
}

/**
 * The app's handle on the worker. Of reconstructions the newest wins, and of searches likewise: the one before rejects
 * with an AbortError, as if its caller had ended it. A crash, a lost device or a worker that hangs restarts the worker and
 * repeats the newest reconstruction once; after several crashes it is given up until `restart`. Learning and searching go on in the background: a reconstruction is run first, in the middle of them.
 */
export interface InferenceClient {
  status(): EngineStatus;
  /** Calls `listener` after every change of the status; returns how to end that. */
  subscribe(listener: (status: EngineStatus) => void): () => void;
  /** Starts a worker again that was given up. */
  restart(): void;
  /** The image that requests are for from now on. Its pixels are copied to the worker. */
  setImage(image: WorkImage): void;
  /** Has windows of the image that was set encoded, for a `reconstruct` that will ask for them soon. */
  lookAhead(imageKey: string, windows: readonly WorkWindow[]): void;
  /**
   * Resolves to the final result. Rejects with the worker's reason, or with the signal's. The request's rasters are copied,
   * not handed over: after a crash they are sent once more.
   */
  reconstruct(request: ReconstructionRequest, options?: ReconstructOptions): Promise<ReconstructionResult>;
  /**
   * Resolves to the final results of requests on one image, run when nobody waits for `reconstruct`, which goes first in the
   * middle of them. Those on the image that was set end with an AbortError as soon as `reconstruct` is called. Rejects with
   * the worker's reason, the signal's, or EngineRestarted.
   */
  reconstructLater(
    requests: readonly ReconstructionRequest[],
    options?: LaterOptions,
  ): Promise<readonly ReconstructionResult[]>;
  /** Resolves to what looks wrong, by the support that is fitted when it begins. Rejects with the worker's reason, the signal's, or EngineRestarted. */
  find(request: FindRequest, options?: FindOptions): Promise<FindResult>;
  /**
   * The same of an image that need not be open, when nothing else is to be done: it gives way to all other calls, and ends
   * none but the scan before. The image's pixels are copied.
   */
  scan(image: WorkImage, request: FindRequest, options?: FindOptions): Promise<FindResult>;
  readonly support: SupportClient;
  /** Ends everything (AbortError) and the worker. */
  dispose(): void;
}
