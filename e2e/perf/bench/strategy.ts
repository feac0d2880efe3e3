/** One way to do a piece of work, to be timed beside its rivals. Each lives in a worker of its own. */
export interface Strategy {
  /** Loads what `run` needs and runs once, so that the first timed run is a warm one. */
  prepare(): Promise<void>;
  run(): Promise<void>;
  /** Logits [H, W, K + 1] of the last run, where it completes a window. */
  logits?(): Float32Array;
  /** Kernels of one run by name, where tfjs runs it; on WebGPU also how many programs it dispatches. */
  kernels?(): Promise<Record<string, number>>;
}

/** What is timed, by name. */
export const strategyNames = [
  "wasm, 1 thread",
  "onnxruntime-web, 1 thread",
  "wasm, 2 threads",
  "onnxruntime-web, 2 threads",
  "request to preview, 1 thread",
  "request to preview, 2 threads",
  "request by onnxruntime-web, 1 thread",
  "request by onnxruntime-web, 2 threads",
  "one scan window",
  "tiny model, wasm",
  "tiny model, webgpu",
  "webgpu",
  "webgpu, plain kernels",
] as const;
export type StrategyName = (typeof strategyNames)[number];

/** Messages to a strategy's worker; each is answered by one `Reply`. */
export type Command = { readonly type: "prepare"; readonly name: StrategyName } | { readonly type: "run" | "report" };
export type Reply =
  | { readonly type: "prepared" }
  | { readonly type: "ran"; readonly ms: number }
  | { readonly type: "report"; readonly logits?: Float32Array; readonly kernels?: Record<string, number> }
  | { readonly type: "failed"; readonly message: string };
