import type { LoadedEngine, LoadOptions } from "./loadEngine";
import type { FromWorker, LoadStage, ReconstructionRequest, ToWorker, WorkImage } from "./protocol";
import { reconstruct } from "./reconstruct";

/** What the worker's entry lends to a session; tests lend others. */
export interface SessionHost {
  post(message: FromWorker, transfer?: Transferable[]): void;
  load(options: LoadOptions, onStage: (stage: LoadStage, progress: number) => void): Promise<LoadedEngine>;
  /** Resolves in a later task, so that messages that wait are handled first. */
  pause(): Promise<void>;
}

/** The worker's side of the protocol. */
export interface Session {
  handle(message: ToWorker): void;
}

class Cancelled extends Error {}

interface Job {
  readonly requestId: number;
  readonly request: ReconstructionRequest;
}

/** Runs one request at a time, the newest: one that arrives cancels what runs and replaces what waits. */
export function createSession(host: SessionHost): Session {
  let engine: LoadedEngine | null = null;
  let image: WorkImage | null = null;
  let waiting: Job | null = null;
  let running: Job | null = null;
  let runningCancelled = false;

  const cancelled = (job: Job) => host.post({ type: "cancelled", requestId: job.requestId });

  async function init(options: LoadOptions): Promise<void> {
    try {
      const loaded = await host.load(options, (stage, progress) => host.post({ type: "stage", stage, progress }));
      engine = loaded;
      void loaded.lost.then((message) => host.post({ type: "failed", requestId: null, message, deviceLost: true }));
      host.post({ type: "ready", engine: loaded.info });
      void next();
    } catch (error) {
      host.post({ type: "failed", requestId: null, message: messageOf(error), deviceLost: false });
    }
  }

  async function next(): Promise<void> {
    if (!engine || running || !waiting) return;
    running = waiting;
    waiting = null;
    runningCancelled = false;
    await run(engine, running);
    running = null;
    void next();
  }

  async function run({ model }: LoadedEngine, { requestId, request }: Job): Promise<void> {
    try {
      if (image?.imageKey !== request.imageKey) throw new Error(`The image "${request.imageKey}" is not open.`);
      const checkpoint = async (): Promise<void> => {
        await host.pause();
        if (runningCancelled) throw new Cancelled();
      };
      await checkpoint();
      for await (const result of reconstruct(model, image, request, checkpoint)) {
        const final = result.passesDone === result.passes;
        const transfer = [result.ids.buffer, result.confidence.buffer, result.other.buffer] as ArrayBuffer[];
        host.post({ type: "result", requestId, final, result }, transfer);
      }
    } catch (error) {
      if (error instanceof Cancelled) host.post({ type: "cancelled", requestId });
      else host.post({ type: "failed", requestId, message: messageOf(error), deviceLost: isEngineLost(error) });
    }
  }

  return {
    handle(message) {
      switch (message.type) {
        case "init":
          void init(message);
          break;
        case "image":
          image = message.image;
          break;
        case "reconstruct":
          if (waiting) cancelled(waiting);
          waiting = { requestId: message.requestId, request: message.request };
          runningCancelled = true;
          void next();
          break;
        case "cancel":
          if (running?.requestId === message.requestId) runningCancelled = true;
          if (waiting?.requestId === message.requestId) {
            cancelled(waiting);
            waiting = null;
          }
      }
    },
  };
}

/** After these the wasm engine's memory is in an unknown state: only a new worker is safe. */
function isEngineLost(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
