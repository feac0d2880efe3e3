import * as tf from "@tensorflow/tfjs-core";
import { makeLean, type QueueOfEngine } from "../model/kernels/leanQueue";
import { registerKernels } from "../model/kernels/register";
import type { BackendName } from "./protocol";
import { guardWasmMemory } from "./wasmMemory";

/** An engine that runs. */
export interface StartedEngine {
  readonly backend: BackendName;
  /** The adapter's description for webgpu, the number of threads for wasm. */
  readonly detail: string;
  /** It compiles a program for every new shape, and is fast at it: a model meets all shapes before it is ready. */
  readonly compilesAhead: boolean;
  /** Resolves to the reason when the engine is lost for good (the GPU was reset, unplugged, or its driver crashed). */
  readonly lost: Promise<string>;
}

const NEVER: Promise<string> = new Promise(() => {});
/** Threads beyond this share the memory bus without a gain. */
const MOST_THREADS = 8;

/** Engines worth timing. */
export interface Candidates {
  /** The likelier winner first. */
  readonly engines: readonly BackendName[];
  /** Why there is no choice, in a sentence; null where timing decides. */
  readonly why: string | null;
}

/**
 * The engines worth timing. webgpu only for a real adapter: a software one (SwiftShader, which Linux users may silently get)
 * is right but tens of times slower than wasm.
 * @param forced the only one, asked for by the page's address, or left after the graphics device was lost again and again.
 */
export async function candidateEngines(forced?: BackendName): Promise<Candidates> {
  if (forced) return { engines: [forced], why: `It was asked for: no other engine was tried.` };
  const adapter = await requestAdapter();
  if (adapter === null) return { engines: ["wasm"], why: "This browser offers no WebGPU here: using wasm instead." };
  if (!isSoftware(adapter)) return { engines: ["webgpu", "wasm"], why: null };
  const why = `The WebGPU adapter is software (${adapterName(adapter)}), many times slower: using wasm instead.`;
  return { engines: ["wasm"], why };
}

/** Loads the engine's code (only the one asked for) and makes it current. Throws an Error with the reason. */
export async function startEngine(backend: BackendName, wasmUrl: string): Promise<StartedEngine> {
  if (backend === "webgpu") return startWebgpu();
  if (backend === "wasm") return startWasm(wasmUrl);
  await import("@tensorflow/tfjs-backend-cpu");
  await makeCurrent("cpu");
  return { backend, detail: "plain JavaScript", compilesAhead: false, lost: NEVER };
}

async function startWebgpu(): Promise<StartedEngine> {
  const adapter = await requestAdapter();
  if (!adapter) throw new Error("This browser offers no WebGPU adapter: open the page without ?backend=webgpu.");
  await import("@tensorflow/tfjs-backend-webgpu");
  registerKernels("webgpu");
  await makeCurrent("webgpu");
  const engine = tf.backend() as unknown as QueueOfEngine;
  makeLean(engine);
  const { device } = engine;
  const detail = adapterName(adapter);
  const lost = device.lost.then((info) => info.message || "The graphics device was lost.");
  // A program that the driver refuses is silently skipped and its output is garbage: as good as lost.
  const refused = new Promise<string>((resolve) => {
    device.addEventListener("uncapturederror", ({ error }) => resolve(`The graphics driver: ${error.message}`), {
      once: true,
    });
  });
  return { backend: "webgpu", detail, compilesAhead: !isSoftware(adapter), lost: Promise.race([lost, refused]) };
}

async function startWasm(wasmUrl: string): Promise<StartedEngine> {
  const { getThreadsCount, setThreadsCount, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(wasmUrl);
  const threads = globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS) : 1;
  if (threads > 1) setThreadsCount(threads);
  // Without isolation there is no shared memory, and asking tfjs to find out logs errors.
  else tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  registerKernels("wasm");
  await makeCurrent("wasm");
  guardWasmMemory();
  // tfjs takes at most half of the logical cores, whatever it is asked for.
  const running = getThreadsCount();
  return {
    backend: "wasm",
    detail: running === 1 ? "1 thread" : `${running} threads`,
    compilesAhead: false,
    lost: NEVER,
  };
}

/** Makes an engine current; one that has started before is not started anew. */
export async function makeCurrent(backend: BackendName): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`The ${backend} engine does not start in this browser.`);
  await tf.ready();
}

async function requestAdapter(): Promise<GPUAdapter | null> {
  try {
    return (await globalThis.navigator?.gpu?.requestAdapter({ powerPreference: "high-performance" })) ?? null;
  } catch {
    return null;
  }
}

function adapterName({ info: { vendor, architecture, description } }: GPUAdapter): string {
  return description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter";
}

/** `isFallbackAdapter` moved from the adapter to its info in 2025; older browsers have it on the adapter. */
function isSoftware(adapter: GPUAdapter): boolean {
  const older = adapter as GPUAdapter & { readonly isFallbackAdapter?: boolean };
  return adapter.info.isFallbackAdapter ?? older.isFallbackAdapter ?? false;
}
