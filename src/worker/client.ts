import { createHeartbeat } from "../core/heartbeat";
import type { ReconstructionRequest, ReconstructionResult } from "../reconstruct/types";
import type { WorkImage } from "../window/workImage";
import { abortError, type Call, createCall } from "./call";
import { createCrashes } from "./crashes";
import { createFindCalls } from "./findCalls";
import { EngineRestarted, type EngineStatus, type InferenceClient, type ReconstructOptions } from "./inferenceClient";
import { createLaterCalls } from "./laterCalls";
import type { BackendName, EngineInfo, FromWorker, ToWorker } from "./protocol";
import { createSupportCalls } from "./supportCalls";

/** The part of `Worker` the client uses. */
export interface WorkerLike {
  postMessage(message: ToWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  terminate(): void;
}

/** Where the worker finds its files, and what it is to run. */
export interface ClientOptions {
  /** The app's root as an absolute URL with a slash at its end: models and the wasm engine lie under it. */
  readonly baseUrl: string;
  readonly backend?: BackendName;
  readonly model?: string;
  readonly createWorker?: () => WorkerLike;
}

interface Job extends Call<ReconstructionResult> {
  readonly id: number;
  readonly request: ReconstructionRequest;
  readonly onPreview: ReconstructOptions["onPreview"];
  repeated: boolean;
}

/** After this many losses of the graphics device, each soon after the last, the worker is told to use wasm. */
const GPU_LOSSES_BEFORE_WASM = 2;
const SOON_MS = 10 * 60_000;
/** No step between two checkpoints takes so long on a slow computer. Compiling for a graphics card may take longer. */
const SILENCE_MS = 30_000;
const GPU_SILENCE_MS = 60_000;

/** Starts the worker at once. See `InferenceClient` for the contract. */
export function createInferenceClient(options: ClientOptions): InferenceClient {
  const createWorker = options.createWorker ?? defaultWorker;
  const listeners = new Set<(status: EngineStatus) => void>();
  let status: EngineStatus = { state: "loading", stage: "engine", progress: 0 };
  let worker: WorkerLike | null = null;
  let engine: EngineInfo | null = null;
  let image: WorkImage | null = null;
  let job: Job | null = null;
  let lastId = 0;
  let gpuLosses: readonly number[] = [];
  let leftGpu = false;
  /** Calls that are not answered yet. */
  let pending = 0;
  const crashes = createCrashes();
  const nextId = (): number => ++lastId;
  const tell = (message: ToWorker, transfer?: Transferable[]): void => worker?.postMessage(message, transfer);
  const searches = createFindCalls(nextId, tell);
  const scans = createFindCalls(nextId, tell);
  const support = createSupportCalls(nextId, tell);
  const later = createLaterCalls(nextId, tell);
  const heartbeat = createHeartbeat({
    isWaiting: () => worker !== null && (pending > 0 || engine === null),
    ask: () => tell({ type: "ping" }),
    limitMs: () => (engine !== null && engine.backend !== "webgpu" ? SILENCE_MS : GPU_SILENCE_MS),
    onSilence: (seconds) => restart(`The model gave no sign of life for ${seconds} s.`),
  });

  /** Looks after the worker until the call has ended. */
  function watched<T>(call: Promise<T>): Promise<T> {
    pending++;
    heartbeat.start();
    const done = (): void => {
      pending--;
    };
    call.then(done, done);
    return call;
  }

  function setStatus(next: EngineStatus): void {
    status = next;
    for (const listener of listeners) listener(next);
  }

  function showProgress(): void {
    if (!engine) return;
    if (job) setStatus({ state: "busy", engine, passesDone: 0, passes: job.request.passes });
    else setStatus({ state: "ready", engine });
  }

  function start(): void {
    const started = createWorker();
    worker = started;
    started.onmessage = ({ data }) => {
      if (worker !== started) return;
      heartbeat.heard();
      receive(data);
    };
    started.onmessageerror = () => {
      if (worker === started) restart("An answer of the model could not be read.");
    };
    started.onerror = (event) => {
      if (worker === started) restart(event.message || "The reconstruction worker crashed.");
    };
    const forced = leftGpu ? "wasm" : options.backend;
    started.postMessage({
      type: "init",
      baseUrl: options.baseUrl,
      ...(forced ? { backend: forced } : {}),
      ...(options.model ? { model: options.model } : {}),
    });
    if (image) started.postMessage({ type: "image", image });
    if (job) started.postMessage({ type: "reconstruct", requestId: job.id, request: job.request });
    heartbeat.start();
  }

  function stop(): void {
    worker?.terminate();
    worker = null;
    engine = null;
    heartbeat.reset();
  }

  function fail(reason: string): void {
    stop();
    setStatus({ state: "failed", reason });
    finish((failed) => failed.reject(new Error(reason)));
    searches.fail(new Error(reason));
    scans.fail(new Error(reason));
    support.fail(new Error(reason));
    later.fail(new Error(reason));
  }

  function restart(reason: string): void {
    const leavesGpu = losesGpu();
    // Another engine has as many tries.
    if (leavesGpu) crashes.forget();
    else if (crashes.add()) {
      fail(`It stopped three times within minutes, the last time with: ${reason}`);
      return;
    }
    stop();
    setStatus({ state: "restarting", reason, ...(leavesGpu ? { leavesGpu } : {}) });
    searches.fail(new EngineRestarted());
    scans.fail(new EngineRestarted());
    support.fail(new EngineRestarted());
    later.fail(new EngineRestarted());
    if (job?.repeated) finish((failed) => failed.reject(new Error(reason)));
    else if (job) job.repeated = true;
    start();
  }

  /** Notes what became of the graphics device; true when it is given up now. */
  function losesGpu(): boolean {
    if (engine?.backend !== "webgpu" || leftGpu) return false;
    const now = performance.now();
    gpuLosses = [...gpuLosses.filter((time) => now - time < SOON_MS), now];
    leftGpu = gpuLosses.length >= GPU_LOSSES_BEFORE_WASM;
    return leftGpu;
  }

  function finish(how: (job: Job) => void): void {
    const done = job;
    job = null;
    if (done) how(done);
  }

  function receive(message: FromWorker): void {
    switch (message.type) {
      case "stage":
        // While restarting the reason stays in sight.
        if (status.state === "loading") {
          setStatus({ state: "loading", stage: message.stage, progress: message.progress });
        }
        break;
      case "ready":
        engine = message.engine;
        showProgress();
        break;
      case "result":
        receiveResult(message);
        break;
      case "find-progress":
      case "found":
        searches.receive(message);
        scans.receive(message);
        break;
      case "support-learnt":
      case "support-fitted":
        support.receive(message);
        break;
      case "reconstructed":
        later.receive(message);
        break;
      case "cancelled":
        searches.receive(message);
        scans.receive(message);
        support.receive(message);
        later.receive(message);
        break;
      case "failed":
        if (message.deviceLost) restart(message.message);
        else if (message.requestId === null) fail(message.message);
        else if (message.requestId === job?.id) {
          finish((failed) => failed.reject(new Error(message.message)));
          showProgress();
        } else {
          searches.receive(message);
          scans.receive(message);
          support.receive(message);
          later.receive(message);
        }
    }
  }

  function receiveResult({ requestId, final, result }: Extract<FromWorker, { type: "result" }>): void {
    if (!job || requestId !== job.id || result.documentVersion !== job.request.documentVersion) return;
    if (!final) {
      if (engine) setStatus({ state: "busy", engine, passesDone: result.passesDone, passes: result.passes });
      job.onPreview?.(result);
      return;
    }
    finish((done) => done.resolve(result));
    showProgress();
  }

  /** Ends the reconstruction under way, if there is one, as its caller might have. */
  function supersede(reason: string): void {
    finish((old) => {
      worker?.postMessage({ type: "cancel", requestId: old.id });
      old.reject(abortError(reason));
    });
  }

  /** The caller has ended a reconstruction. */
  function aborted(id: number): void {
    if (job?.id !== id) return;
    job = null;
    worker?.postMessage({ type: "cancel", requestId: id });
    showProgress();
  }

  /** The answer to every request once the worker is given up. */
  function refusal(): Promise<never> | null {
    return status.state === "failed" ? Promise.reject(new Error(status.reason)) : null;
  }

  start();

  return {
    status: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    restart() {
      if (status.state !== "failed") return;
      crashes.forget();
      setStatus({ state: "loading", stage: "engine", progress: 0 });
      start();
    },
    setImage(next) {
      image = next;
      worker?.postMessage({ type: "image", image: next });
    },
    lookAhead(imageKey, windows) {
      if (engine !== null && windows.length > 0) tell({ type: "look-ahead", imageKey, windows });
    },
    reconstruct(request, { signal, onPreview } = {}) {
      const refused = refusal();
      if (refused) return refused;
      const id = ++lastId;
      const call = createCall<ReconstructionResult>(signal, () => aborted(id));
      if (signal?.aborted) return call.promise;
      supersede("A newer reconstruction took its place.");
      later.giveWay("A newer reconstruction goes first.");
      job = { ...call, id, request, onPreview, repeated: false };
      worker?.postMessage({ type: "reconstruct", requestId: id, request });
      showProgress();
      return watched(call.promise);
    },
    reconstructLater: (requests, laterOptions) => refusal() ?? watched(later.reconstructLater(requests, laterOptions)),
    find: (request, findOptions) => refusal() ?? watched(searches.find(request, findOptions)),
    scan: (picture, request, findOptions) => refusal() ?? watched(scans.scan(picture, request, findOptions)),
    support: {
      learn: (example, callOptions) => refusal() ?? watched(support.learn(example, callOptions)),
      fit: (callOptions) => refusal() ?? watched(support.fit(callOptions)),
      restore: support.restore,
      forget: support.forget,
    },
    dispose() {
      supersede("The engine was shut down.");
      searches.cancel("The engine was shut down.");
      scans.cancel("The engine was shut down.");
      support.cancel("The engine was shut down.");
      later.cancel("The engine was shut down.");
      stop();
      listeners.clear();
    },
  };
}

function defaultWorker(): WorkerLike {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "reconstruction" });
}
