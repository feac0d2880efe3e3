import type { FindRequest, FindResult } from "../find/types";
import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import type { WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import type { SessionHost } from "./host";
import { endOf } from "./jobEnd";
import type { ToWorker } from "./protocol";

type BackgroundMessage = Extract<ToWorker, { type: "learn" | "find" }>;

/** What the worker does when nobody waits for it: learning and finding, one job after the other. */
export interface Background {
  /** Whether the model came with rules for finding errors. */
  finds(model: LoadedModel): boolean;
  /** A find takes the place of the one before. */
  add(message: BackgroundMessage): void;
  /** Ends the job of that id, whether it runs or waits, if there is one. */
  cancel(requestId: number): void;
  /** Ends all jobs and begins with a finder that has learnt nothing. */
  forget(): void;
  /** Whether a job waits to be run. */
  waits(): boolean;
  /** Runs the next job to its end, if there is one, on the image that is open (null: none is). */
  runNext(cache: WindowCache, image: WorkImage | null): Promise<void>;
}

interface Job {
  readonly message: BackgroundMessage;
  readonly abort: AbortController;
}

/** @param first What has to run before a job goes on; awaited at each of its checkpoints. */
export function createBackground(
  host: Pick<SessionHost, "post" | "pause" | "createFinder">,
  first: () => Promise<void>,
): Background {
  let finder = host.createFinder();
  /** In the order they came in; the first one may be running. A cancelled one says so when it is its turn. */
  let jobs: Job[] = [];
  let running: Job | null = null;

  function cancelWhere(isMeant: (message: BackgroundMessage) => boolean): void {
    for (const { message, abort } of jobs) if (isMeant(message)) abort.abort();
  }

  async function run({ message, abort: { signal } }: Job, cache: WindowCache, image: WorkImage | null): Promise<void> {
    const { requestId } = message;
    const checkpoint: Checkpoint = async () => {
      await host.pause();
      await first();
      signal.throwIfAborted();
    };
    try {
      await checkpoint();
      if (message.type === "learn") {
        await finder.learn(cache.model, message.example, checkpoint);
        signal.throwIfAborted();
        host.post({ type: "learnt", requestId });
      } else {
        const result = await find(message, cache, image, checkpoint);
        host.post({ type: "found", requestId, result }, buffersOf(result));
      }
    } catch (error) {
      host.post(endOf(requestId, error, signal));
    }
  }

  async function find(
    { requestId, request }: { readonly requestId: number; readonly request: FindRequest },
    cache: WindowCache,
    image: WorkImage | null,
    checkpoint: Checkpoint,
  ): Promise<FindResult> {
    if (image?.imageKey !== request.imageKey) throw new Error(`The image "${request.imageKey}" is not open.`);
    const steps = finder.find(cache, image, request, checkpoint);
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      host.post({ type: "find-progress", requestId, ...step.value });
    }
  }

  return {
    finds: (model) => finder.finds(model),
    add(message) {
      if (message.type === "find") cancelWhere(({ type }) => type === "find");
      jobs.push({ message, abort: new AbortController() });
    },
    cancel: (requestId) => cancelWhere((message) => message.requestId === requestId),
    forget() {
      cancelWhere(() => true);
      finder = host.createFinder();
    },
    waits: () => jobs.some((job) => job !== running),
    async runNext(cache, image) {
      running = jobs[0] ?? null;
      if (running) await run(running, cache, image);
      jobs = jobs.filter((job) => job !== running);
      running = null;
    },
  };
}

/** Each buffer once: transferring one twice throws, and regions may be views of one. */
function buffersOf({ heat, regions }: FindResult): ArrayBuffer[] {
  const views = [heat, ...regions.flatMap(({ region, ids }) => [region.bits, ids])];
  return [...new Set(views.map((view) => view.buffer as ArrayBuffer))];
}
