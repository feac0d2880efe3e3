import type { FindExample, FindRequest, FindResult } from "../find/types";
import type { ReconstructionRequest, ReconstructionResult } from "../reconstruct/types";
import type { WorkImage } from "../window/workImage";
import type { EngineInfo, LoadStage } from "./protocol";

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
