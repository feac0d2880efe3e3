import type { FromWorker } from "./protocol";

/** What to say of a job that `error` ended; `signal` is the job's. */
export function endOf(requestId: number, error: unknown, signal: AbortSignal): FromWorker {
  if (signal.aborted && error === signal.reason) return { type: "cancelled", requestId };
  return { type: "failed", requestId, message: messageOf(error), deviceLost: isEngineLost(error) };
}

/**
 * Whether only a new worker is safe: the wasm engine trapped, or there was no memory for it to grow (engines' words for
 * it: "WebAssembly.Memory.grow(): Maximum memory size exceeded", "failed to grow memory", "Out of memory", "Array buffer
 * allocation failed"). Any other RangeError is a mistake in our own code: it fails the job, and the engine goes on.
 */
export function isEngineLost(error: unknown): boolean {
  if (error instanceof WebAssembly.RuntimeError) return true;
  return error instanceof RangeError && /\bmemory\b|\ballocation failed\b/i.test(error.message);
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
