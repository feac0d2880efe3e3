import { findErrors } from "../find/findErrors";
import type { FindRequest, FindResult } from "../find/types";
import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { createWindowCache, type WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import type { SessionHost } from "./host";
import { createJobQueue } from "./jobQueue";
import type { ToWorker } from "./protocol";
import type { MapOf } from "./supportJobs";

type FindMessage = Extract<ToWorker, { type: "find" }>;

type ScanMessage = Extract<ToWorker, { type: "scan" }>;

/** Searches of the open image for errors, which the worker runs when nobody waits for a reconstruction. */
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

/** Searches of images that need not be open, which the worker runs when there is nothing else to do. */
export interface ScanJobs extends Pick<FindJobs, "cancel" | "waits"> {
  add(message: ScanMessage): void;
  /** Runs the next search to its end, if there is one. */
  runNext(model: LoadedModel): Promise<void>;
}

/** @param first What has to run before a search goes on; awaited at each of its checkpoints. */
export function createFindJobs(
  host: Pick<SessionHost, "post" | "pause">,
  mapOf: MapOf,
  first: () => Promise<void>,
): FindJobs {
  const queue = createJobQueue<FindMessage>(host, first);

  return {
    add(message) {
      queue.cancelAll();
      queue.add(message);
    },
    cancel: queue.cancel,
    waits: queue.waits,
    runNext: (cache, image) =>
      queue.runNext(async (message, checkpoint) => {
        const { imageKey } = message.request;
        if (image?.imageKey !== imageKey) throw new Error(`The image "${imageKey}" is not open.`);
        await search(host, message, { cache, image, mapOf, checkpoint });
      }),
  };
}

/**
 * One search after the other, each with windows of its own: those of the open image stay.
 * @param first As for `createFindJobs`.
 */
export function createScanJobs(
  host: Pick<SessionHost, "post" | "pause">,
  mapOf: MapOf,
  first: () => Promise<void>,
): ScanJobs {
  const queue = createJobQueue<ScanMessage>(host, first);
  return {
    add: queue.add,
    cancel: queue.cancel,
    waits: queue.waits,
    runNext: (model) =>
      queue.runNext(async (message, checkpoint) => {
        const { image } = message;
        const cache = createWindowCache(model);
        cache.setImage(image);
        try {
          await search(host, message, { cache, image, mapOf, checkpoint });
        } finally {
          cache.dispose();
        }
      }),
  };
}

interface SearchParts {
  readonly cache: WindowCache;
  readonly image: WorkImage;
  readonly mapOf: MapOf;
  readonly checkpoint: Checkpoint;
}

/** Searches an image and says what was found. */
async function search(
  host: Pick<SessionHost, "post">,
  { requestId, request }: { readonly requestId: number; readonly request: FindRequest },
  { cache, image, mapOf, checkpoint }: SearchParts,
): Promise<void> {
  const map = await mapOf(cache.model, image, checkpoint);
  const result = await findErrors(cache, image, request, map, checkpoint, (steps) => {
    host.post({ type: "find-progress", requestId, ...steps });
  });
  host.post({ type: "found", requestId, result }, buffersOf(result));
}

/** Each buffer once: transferring one twice throws, and regions may be views of one. */
function buffersOf({ heat, regions }: FindResult): ArrayBuffer[] {
  const views = [heat, ...regions.flatMap(({ region, ids }) => [region.bits, ids])];
  return [...new Set(views.map((view) => view.buffer as ArrayBuffer))];
}
