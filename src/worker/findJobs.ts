import { findErrors } from "../find/findErrors";
import type { FindRequest, FindResult } from "../find/types";
import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import type { SupportMap } from "../support/types";
import type { WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import type { SessionHost } from "./host";
import { createJobQueue } from "./jobQueue";
import type { ToWorker } from "./protocol";

type FindMessage = Extract<ToWorker, { type: "find" }>;

/** Searches for errors, which the worker runs when nobody waits for a reconstruction. */
export interface FindJobs {
  /** Takes the place of the search before. */
  add(message: FindMessage): void;
  /** Ends the search of that id, whether it runs or waits, if there is one. */
  cancel(requestId: number): void;
  /** Whether a search waits to be run. */
  waits(): boolean;
  /** Runs the next search to its end, if there is one, on the image that is open (null: none is). */
  runNext(cache: WindowCache, image: WorkImage | null): Promise<void>;
}

/** What support says of an image, as `SupportJobs.mapOf`. */
type MapOf = (model: LoadedModel, image: WorkImage, checkpoint: Checkpoint) => Promise<SupportMap | null>;

/** @param first What has to run before a search goes on; awaited at each of its checkpoints. */
export function createFindJobs(
  host: Pick<SessionHost, "post" | "pause">,
  mapOf: MapOf,
  first: () => Promise<void>,
): FindJobs {
  const queue = createJobQueue<FindMessage>(host, first);

  async function find(
    requestId: number,
    request: FindRequest,
    cache: WindowCache,
    image: WorkImage | null,
    checkpoint: Checkpoint,
  ): Promise<FindResult> {
    if (image?.imageKey !== request.imageKey) throw new Error(`The image "${request.imageKey}" is not open.`);
    const map = await mapOf(cache.model, image, checkpoint);
    return findErrors(cache, image, request, map, checkpoint, (steps) => {
      host.post({ type: "find-progress", requestId, ...steps });
    });
  }

  return {
    add(message) {
      queue.cancelAll();
      queue.add(message);
    },
    cancel: queue.cancel,
    waits: queue.waits,
    runNext: (cache, image) =>
      queue.runNext(async ({ requestId, request }, checkpoint) => {
        const result = await find(requestId, request, cache, image, checkpoint);
        host.post({ type: "found", requestId, result }, buffersOf(result));
      }),
  };
}

/** Each buffer once: transferring one twice throws, and regions may be views of one. */
function buffersOf({ heat, regions }: FindResult): ArrayBuffer[] {
  const views = [heat, ...regions.flatMap(({ region, ids }) => [region.bits, ids])];
  return [...new Set(views.map((view) => view.buffer as ArrayBuffer))];
}
