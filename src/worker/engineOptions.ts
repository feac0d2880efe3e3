import type { BackendName } from "./protocol";

/** What the page's address may ask of the worker. */
export interface EngineOptions {
  readonly backend?: BackendName;
  readonly model?: string;
}

const BACKENDS: readonly BackendName[] = ["webgpu", "wasm", "cpu"];
/** A folder name, never a path: the model is always one of ours. */
const MODEL_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Reads `?backend=` and `?model=` from `location.search`; anything unknown is left out. */
export function parseEngineOptions(search: string): EngineOptions {
  const parameters = new URLSearchParams(search);
  const backend = BACKENDS.find((name) => name === parameters.get("backend"));
  const model = parameters.get("model");
  return {
    ...(backend ? { backend } : {}),
    ...(model && MODEL_NAME.test(model) ? { model } : {}),
  };
}
