import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { reconstruct } from "../reconstruct/reconstruct";
import type { ReconstructionRequest, ReconstructionResult } from "../reconstruct/types";
import type { SupportMap } from "../support/types";
import { createWindowCache, type WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import type { SessionHost } from "./host";
import { createJobQueue } from "./jobQueue";
import type { ToWorker } from "./protocol";

type LaterMessage = Extract<ToWorker, { type: "reconstruct-later" }>;
type MapOf = (model: LoadedModel, image: WorkImage, checkpoint: Checkpoint) => Promise<SupportMap | null>;

/** Reconstructions that give way to those that a user waits for; of each only the last pass is told. */
export interface LaterJobs {
  add(message: LaterMessage): void;
  /** Ends the job of that id, whether it runs or waits, if there is one. */
  cancel(requestId: number): void;
  waits(): boolean;
  /** Runs the next job to its end, if there is one; `open` is the image that is open (null: none is). */
  runNext(cache: WindowCache, open: WorkImage | null): Promise<void>;
}

/** @param first What has to run before a job goes on; awaited at each of its checkpoints. */
export function createLaterJobs(
  host: Pick<SessionHost, "post" | "pause">,
  mapOf: MapOf,
  first: () => Promise<void>,
): LaterJobs {
  const queue = createJobQueue<LaterMessage>(host, first);

  /** One after the other on one image, which must be theirs. */
  async function rebuild(
    cache: WindowCache,
    image: WorkImage | null,
    requests: readonly ReconstructionRequest[],
    checkpoint: Checkpoint,
  ): Promise<readonly ReconstructionResult[]> {
    const results: ReconstructionResult[] = [];
    const stranger = requests.find(({ imageKey }) => imageKey !== image?.imageKey);
    if (image === null || stranger !== undefined) throw new Error(`The image "${stranger?.imageKey}" is not open.`);
    const map = await mapOf(cache.model, image, checkpoint);
    for (const request of requests) {
      let last: ReconstructionResult | undefined;
      for await (const step of reconstruct(cache, image, request, map, checkpoint)) last = step;
      if (last !== undefined) results.push(last);
    }
    return results;
  }

  return {
    add: queue.add,
    cancel: queue.cancel,
    waits: queue.waits,
    runNext: (cache, open) =>
      queue.runNext(async ({ requestId, image, requests }, checkpoint) => {
        // What is kept of the open image's windows stays: it is what the user works on.
        const own = image === null ? cache : createWindowCache(cache.model);
        if (image !== null) own.setImage(image);
        try {
          const results = await rebuild(own, image ?? open, requests, checkpoint);
          const buffers = results.flatMap(({ ids, confidence, other }) => [
            ids.buffer,
            confidence.buffer,
            other.buffer,
          ]);
          host.post({ type: "reconstructed", requestId, results }, buffers as ArrayBuffer[]);
        } finally {
          if (image !== null) own.dispose();
        }
      }),
  };
}
