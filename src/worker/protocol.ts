import type { FindRequest, FindResult, FindSteps } from "../find/types";
import type { ReconstructionRequest, ReconstructionResult } from "../reconstruct/types";
import type { SupportFacts } from "../support/store";
import type { ImageCells, LabelledImage } from "../support/types";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";

/** Engines the worker can run on. "webgpu" stands for a real adapter unless the URL asks for a software one. */
export type BackendName = "webgpu" | "wasm" | "cpu";

/** What start-up is doing, in this order. `progress` is 0..1 within the stage. */
export type LoadStage = "engine" | "weights" | "compile" | "warm-up";

/** What the worker runs on, shown in the status bar. */
export interface EngineInfo {
  readonly backend: BackendName;
  /** The adapter's description for webgpu, the number of threads for wasm. */
  readonly detail: string;
  /** Why this engine and not another, in a sentence. */
  readonly why: string;
  /** The model's name, e.g. "lmae-small". */
  readonly model: string;
  /** Milliseconds of one warm 224-px pass. */
  readonly warmMs: number;
  /** Whether the model came with rules for finding errors. */
  readonly finds: boolean;
  /** Whether the model can be told what other images show: then a name for its weights, which what is kept depends on. */
  readonly support: string | null;
}

/** What the client tells the worker. A request id is given once; its answers carry it. */
export type ToWorker =
  | { readonly type: "init"; readonly baseUrl: string; readonly backend?: BackendName; readonly model?: string }
  | { readonly type: "image"; readonly image: WorkImage }
  /** Windows of the open image that a request will ask for soon; no answer. */
  | { readonly type: "look-ahead"; readonly imageKey: string; readonly windows: readonly WorkWindow[] }
  | { readonly type: "reconstruct"; readonly requestId: number; readonly request: ReconstructionRequest }
  /** On the open image (null), or on one that comes with it; run when nobody waits for anything else. */
  | {
      readonly type: "reconstruct-later";
      readonly requestId: number;
      readonly requests: readonly ReconstructionRequest[];
      readonly image: WorkImage | null;
    }
  | { readonly type: "find"; readonly requestId: number; readonly request: FindRequest }
  /** A search of an image that need not be open, when nothing else is to be done. */
  | { readonly type: "scan"; readonly requestId: number; readonly request: FindRequest; readonly image: WorkImage }
  | { readonly type: "learn-support"; readonly requestId: number; readonly example: LabelledImage }
  /** What `support-learnt` said of images once; no answer. */
  | { readonly type: "restore-support"; readonly images: readonly ImageCells[] }
  | { readonly type: "fit-support"; readonly requestId: number; readonly isDraft: boolean }
  | { readonly type: "forget-support" }
  | { readonly type: "cancel"; readonly requestId: number }
  /** Answered between two steps of whatever runs. */
  | { readonly type: "ping" };

/** What the worker says. `requestId` null: the engine itself failed, no request did. */
export type FromWorker =
  | { readonly type: "stage"; readonly stage: LoadStage; readonly progress: number }
  | { readonly type: "ready"; readonly engine: EngineInfo }
  | {
      readonly type: "result";
      readonly requestId: number;
      readonly final: boolean;
      readonly result: ReconstructionResult;
    }
  /** The final result of each of the requests. */
  | {
      readonly type: "reconstructed";
      readonly requestId: number;
      readonly results: readonly ReconstructionResult[];
    }
  | ({ readonly type: "find-progress"; readonly requestId: number } & FindSteps)
  | { readonly type: "found"; readonly requestId: number; readonly result: FindResult }
  /** What is to be kept of the image; null where nothing in it is labelled. */
  | { readonly type: "support-learnt"; readonly requestId: number; readonly cells: ImageCells | null }
  | { readonly type: "support-fitted"; readonly requestId: number; readonly facts: SupportFacts }
  | { readonly type: "cancelled"; readonly requestId: number }
  | { readonly type: "alive" }
  | {
      readonly type: "failed";
      readonly requestId: number | null;
      readonly message: string;
      readonly deviceLost: boolean;
    };
