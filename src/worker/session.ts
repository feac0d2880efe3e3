import { reconstruct } from "../reconstruct/reconstruct";
import type { ReconstructionRequest } from "../reconstruct/types";
import type { WorkImage } from "../window/workImage";
import { type BackgroundJob, createBackground } from "./background";
import type { Session, SessionHost } from "./host";
import { Cancelled, endOf, messageOf } from "./jobEnd";
import type { LoadedEngine, LoadOptions } from "./loadEngine";

interface Job {
  readonly requestId: number;
  readonly request: ReconstructionRequest;
}

/**
 * Runs one reconstruction at a time, the newest: one that arrives cancels what runs and replaces what waits. Learning and
 * finding run in the background: at each of their checkpoints a reconstruction that waits is run to its end first, so
 * that the engine is never in the middle of two of them.
 */
export function createSession(host: SessionHost): Session {
  let engine: LoadedEngine | null = null;
  let image: WorkImage | null = null;
  let waiting: Job | null = null;
  let running: Job | null = null;
  let runningCancelled = false;
  let working = false;
  const background = createBackground(host, runWaiting);

  const cancelled = (job: Job) => host.post({ type: "cancelled", requestId: job.requestId });

  async function init(options: LoadOptions): Promise<void> {
    try {
      const loaded = await host.load(options, (stage, progress) => host.post({ type: "stage", stage, progress }));
      engine = loaded;
      void loaded.lost.then((message) => host.post({ type: "failed", requestId: null, message, deviceLost: true }));
      host.post({ type: "ready", engine: { ...loaded.info, finds: background.finds(loaded.model) } });
      void work();
    } catch (error) {
      host.post({ type: "failed", requestId: null, message: messageOf(error), deviceLost: false });
    }
  }

  /** The one place where jobs begin: reconstructions first. */
  async function work(): Promise<void> {
    if (!engine || working) return;
    working = true;
    while (waiting || background.waits()) {
      await runWaiting();
      await background.runNext(engine.model, image);
    }
    working = false;
  }

  /** Runs reconstructions until none waits. */
  async function runWaiting(): Promise<void> {
    while (engine && waiting) {
      running = waiting;
      waiting = null;
      runningCancelled = false;
      await run(engine, running);
      running = null;
    }
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
      host.post(endOf(requestId, error));
    }
  }

  function startInBackground(job: BackgroundJob): void {
    background.add(job);
    void work();
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
          void work();
          break;
        case "learn":
        case "find":
          startInBackground(message);
          break;
        case "forget":
          background.forget();
          break;
        case "cancel":
          if (running?.requestId === message.requestId) runningCancelled = true;
          if (waiting?.requestId === message.requestId) {
            cancelled(waiting);
            waiting = null;
          }
          background.cancel(message.requestId);
      }
    },
  };
}
