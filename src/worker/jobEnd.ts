import type { FromWorker } from "./protocol";

/** Thrown by a checkpoint to end its job. */
export class Cancelled extends Error {}

/** What to say of a job that `error` ended. */
export function endOf(requestId: number, error: unknown): FromWorker {
  if (error instanceof Cancelled) return { type: "cancelled", requestId };
  return { type: "failed", requestId, message: messageOf(error), deviceLost: isEngineLost(error) };
}

/** After these the wasm engine's memory is in an unknown state: only a new worker is safe. */
function isEngineLost(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
