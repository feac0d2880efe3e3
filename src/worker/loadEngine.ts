import { createModel, type LoadedModel } from "../model/loadedModel";
import { type ModelFile, readModelFile } from "../model/modelFile";
import { takesSupport } from "../support/store";
import { candidateEngines, makeCurrent, type StartedEngine, startEngine } from "./engine";
import { messageOf } from "./jobEnd";
import { meetRequests } from "./meetRequests";
import type { BackendName, EngineInfo, LoadStage } from "./protocol";
import { warmUp } from "./warmUp";

/** Where to load from, and what the page's address asked for. */
export interface LoadOptions {
  /** The app's root, with a slash at its end. */
  readonly baseUrl: string;
  readonly backend?: BackendName;
  readonly model?: string;
}

/** A model on the fastest engine there is. */
export interface LoadedEngine {
  readonly info: Omit<EngineInfo, "finds">;
  readonly model: LoadedModel;
  readonly lost: Promise<string>;
}

const DEFAULT_MODEL = "lmae-small";

/**
 * Start-up in stages: find the engines, fetch the weights, then for each engine compile (its first pass), time a
 * warm pass and, where programs are compiled for every shape, meet all shapes; the faster one stays. An engine that fails is passed over as long as another one works.
 */
export async function loadEngine(
  { baseUrl, backend, model: name = DEFAULT_MODEL }: LoadOptions,
  onStage: (stage: LoadStage, progress: number) => void,
): Promise<LoadedEngine> {
  onStage("engine", 0);
  const candidates = await candidateEngines(backend);
  onStage("weights", 0);
  const file = await readModelFile(
    (path) => fetchPart(`${baseUrl}models/${name}/${path}`),
    (progress) => onStage("weights", progress),
  );
  const start = (candidate: BackendName): Promise<Timed> => startAndTime(candidate, file, `${baseUrl}wasm/`, onStage);
  let best: Timed | null = null;
  let failure: unknown;
  const times: string[] = [];
  for (const candidate of candidates.engines) {
    try {
      const timed = await start(candidate);
      times.push(`${candidate} takes ${Math.round(timed.warmMs)} ms`);
      const slower: Timed | null = best && best.warmMs <= timed.warmMs ? timed : best;
      slower?.model.dispose();
      if (slower !== timed) best = timed;
    } catch (error) {
      failure = error;
      times.push(`${candidate} does not start (${messageOf(error)})`);
    }
  }
  if (!best) throw failure;
  const { engine, model, warmMs } = best;
  await makeCurrent(engine.backend);
  const support = takesSupport(model) ? weightsHash(file) : null;
  const info = {
    backend: engine.backend,
    detail: engine.detail,
    why: candidates.why ?? `Of the engines tried, the fastest for a pass: ${times.join(", ")}.`,
    model: name,
    warmMs: Math.round(warmMs),
    support,
  };
  return { info, model, lost: engine.lost };
}

interface Timed {
  readonly engine: StartedEngine;
  readonly model: LoadedModel;
  readonly warmMs: number;
}

async function startAndTime(
  backend: BackendName,
  file: ModelFile,
  wasmUrl: string,
  onStage: (stage: LoadStage, progress: number) => void,
): Promise<Timed> {
  const engine = await startEngine(backend, wasmUrl);
  const model = await createModel(file);
  try {
    await warmUp(model, (progress) => onStage("compile", progress));
    const warmMs = await warmUp(model, (progress) => onStage("warm-up", progress));
    if (engine.compilesAhead) await meetRequests(model, (progress) => onStage("compile", progress));
    return { engine, model, warmMs };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** FNV-1a of all weights, 16 bits at a time. */
function weightsHash({ groups }: ModelFile): string {
  let hash = 0x811c9dc5;
  for (const { bytes } of groups) {
    for (const value of new Uint16Array(bytes, 0, bytes.byteLength >> 1)) hash = Math.imul(hash ^ value, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

async function fetchPart(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The model's file ${url} cannot be loaded (HTTP ${response.status}).`);
  return response.arrayBuffer();
}
