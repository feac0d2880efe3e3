import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { createSupportStore } from "../support/store";
import type { ImageCells, SupportMap } from "../support/types";
import type { WorkImage } from "../window/workImage";
import type { SessionHost } from "./host";
import { isEngineLost, messageOf } from "./jobEnd";
import { createJobQueue } from "./jobQueue";
import type { ToWorker } from "./protocol";

type SupportMessage = Extract<ToWorker, { type: "learn-support" | "fit-support" }>;

/** What support says of an image. */
export type MapOf = (model: LoadedModel, image: WorkImage, checkpoint: Checkpoint) => Promise<SupportMap | null>;

/**
 * What the worker does when nobody waits: learning what a data set's classes look like, and the map of the open image, so that
 * it is there when it is asked for.
 */
export interface SupportJobs {
  add(message: SupportMessage): void;
  restore(images: readonly ImageCells[]): void;
  /** Ends the job of that id, whether it runs or waits, if there is one. */
  cancel(requestId: number): void;
  /** Ends all jobs and forgets what was learnt. */
  forget(): void;
  /** Another image is open, or none. */
  setImage(image: WorkImage | null): void;
  /** Whether there is something to do. */
  waits(): boolean;
  /** Runs the next job to its end, if there is one. */
  runNext(model: LoadedModel): Promise<void>;
  /** What other images say of one, for a reconstruction or a search: null while nothing is known. */
  mapOf: MapOf;
  /** The same of an image that is not open. */
  mapOnce: MapOf;
}

/** @param first What has to run before a job goes on; awaited at each of its checkpoints. */
export function createSupportJobs(host: Pick<SessionHost, "post" | "pause">, first: () => Promise<void>): SupportJobs {
  const queue = createJobQueue<SupportMessage>(host, first);
  let store = createSupportStore();
  let open: WorkImage | null = null;
  /** The open image's map is not made yet, or is out of date. */
  let mapWanted = false;

  async function run(message: SupportMessage, model: LoadedModel, checkpoint: Checkpoint): Promise<void> {
    const { requestId } = message;
    if (message.type === "learn-support") {
      const cells = await store.learn(model, message.example, checkpoint);
      host.post({ type: "support-learnt", requestId, cells });
    } else {
      const facts = await store.fit(checkpoint, message.isDraft);
      mapWanted = true;
      host.post({ type: "support-fitted", requestId, facts });
    }
  }

  async function prepareMap(model: LoadedModel, image: WorkImage): Promise<void> {
    const left = new Error("Another image was opened.");
    mapWanted = false;
    try {
      await store.map(model, image.imageKey, image, async () => {
        await host.pause();
        await first();
        if (image !== open) throw left;
      });
    } catch (error) {
      // Any other mistake is said by whoever asks for the map.
      if (isEngineLost(error)) {
        host.post({ type: "failed", requestId: null, message: messageOf(error), deviceLost: true });
      }
    }
  }

  const mapWaits = (): boolean => mapWanted && open !== null && store.isFitted();

  return {
    add: queue.add,
    restore: (images) => store.restore(images),
    cancel: queue.cancel,
    forget() {
      queue.cancelAll();
      store.forget();
      // What is under way may still put what it has learnt into the old one.
      store = createSupportStore();
    },
    setImage(image) {
      open = image;
      mapWanted = true;
    },
    waits: () => queue.waits() || mapWaits(),
    async runNext(model) {
      // The open image first: it is what the user works on.
      if (open !== null && mapWaits()) return prepareMap(model, open);
      await queue.runNext((message, checkpoint) => run(message, model, checkpoint));
    },
    mapOf: (model, image, checkpoint) => store.map(model, image.imageKey, image, checkpoint),
    mapOnce: (model, image, checkpoint) => store.mapOnce(model, image.imageKey, image, checkpoint),
  };
}
