import type { FindRequest, FindResult } from "../find/types";
import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import type { WorkImage } from "../window/workImage";
import type { SessionHost } from "./host";
import { Cancelled, endOf } from "./jobEnd";
import type { ToWorker } from "./protocol";

export type BackgroundJob = Extract<ToWorker, { type: "learn" | "find" }>;

/** What the worker does when nobody waits for it: learning and finding, one job after the other. */
export interface Background {
  finds(model: LoadedModel): boolean;
  /** A find takes the place of the one before. */
  add(job: BackgroundJob): void;
  cancel(requestId: number): void;
  /** Ends all jobs and begins with a finder that has learnt nothing. */
  forget(): void;
  /** Whether a job waits to be run. */
  waits(): boolean;
  /** Runs the next job to its end, if there is one. */
  runNext(model: LoadedModel, image: WorkImage | null): Promise<void>;
}

/** @param first What has to run before a job goes on; awaited at each of its checkpoints. */
export function createBackground(
  host: Pick<SessionHost, "post" | "pause" | "createFinder">,
  first: () => Promise<void>,
): Background {
  let finder = host.createFinder();
  let waiting: BackgroundJob[] = [];
  let running: BackgroundJob | null = null;
  let runningCancelled = false;

  const checkpoint: Checkpoint = async () => {
    await host.pause();
    await first();
    if (runningCancelled) throw new Cancelled();
  };

  function cancelWhere(isMeant: (job: BackgroundJob) => boolean): void {
    if (running && isMeant(running)) runningCancelled = true;
    for (const { requestId } of waiting.filter(isMeant)) host.post({ type: "cancelled", requestId });
    waiting = waiting.filter((job) => !isMeant(job));
  }

  async function run(job: BackgroundJob, model: LoadedModel, image: WorkImage | null): Promise<void> {
    const { requestId } = job;
    try {
      await checkpoint();
      if (job.type === "learn") {
        await finder.learn(model, job.example, checkpoint);
        if (runningCancelled) throw new Cancelled();
        host.post({ type: "learnt", requestId });
      } else {
        const result = await find(requestId, job.request, model, image);
        host.post({ type: "found", requestId, result }, buffersOf(result));
      }
    } catch (error) {
      host.post(endOf(requestId, error));
    }
  }

  async function find(
    requestId: number,
    request: FindRequest,
    model: LoadedModel,
    image: WorkImage | null,
  ): Promise<FindResult> {
    if (image?.imageKey !== request.imageKey) throw new Error(`The image "${request.imageKey}" is not open.`);
    const steps = finder.find(model, image, request, checkpoint);
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      host.post({ type: "find-progress", requestId, ...step.value });
    }
  }

  return {
    finds: (model) => finder.finds(model),
    add(job) {
      if (job.type === "find") cancelWhere(({ type }) => type === "find");
      waiting.push(job);
    },
    cancel: (requestId) => cancelWhere((job) => job.requestId === requestId),
    forget() {
      cancelWhere(() => true);
      finder = host.createFinder();
    },
    waits: () => waiting.length > 0,
    async runNext(model, image) {
      running = waiting.shift() ?? null;
      runningCancelled = false;
      if (running) await run(running, model, image);
      running = null;
    },
  };
}

/** Each buffer once: transferring one twice throws, and regions may be views of one. */
function buffersOf({ heat, regions }: FindResult): ArrayBuffer[] {
  const views = [heat, ...regions.flatMap(({ region, ids }) => [region.bits, ids])];
  return [...new Set(views.map((view) => view.buffer as ArrayBuffer))];
}
