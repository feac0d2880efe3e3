import { type Endpoint, transfer, wrap } from "comlink";
import { createHeartbeat, mostStepMs } from "../../core/heartbeat";
import { FileError } from "../errors";
import type { ThumbnailJob } from "./drawThumbnail";
import type { Outcome, remoteThumbnailer } from "./remoteThumbnailer";
import type { Thumbnail } from "./thumbnail";

/** Makes thumbnails, off the main thread. */
export interface Thumbnailer {
  /**
   * The bytes and ids of the job are moved away: its caller has them no more.
   * @throws FileError where the label cannot be read; ThumbnailerStopped
   */
  draw(path: string, job: ThumbnailJob): Promise<Thumbnail>;
}

/** The worker crashed or hung: another picture may have been the reason. */
export class ThumbnailerStopped extends Error {}

/** The part of Worker that is used. */
export interface ThumbnailWorker extends Endpoint {
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** Works in a worker of its own, which starts with the first thumbnail, and anew after it crashed or hung. */
export function createThumbnailer(start: () => ThumbnailWorker = startWorker): Thumbnailer {
  interface Running {
    readonly draw: (path: string, job: ThumbnailJob) => Promise<Outcome>;
    readonly crashed: Promise<never>;
  }
  let running: Running | null = null;
  let waiting = 0;
  let stop = (_reason: string): void => undefined;
  const heartbeat = createHeartbeat({
    isWaiting: () => waiting > 0,
    limitMs: () => mostStepMs,
    onSilence: (seconds) => stop(`Making its thumbnail took more than ${seconds} s.`),
  });

  function connect(): Running {
    const worker = start();
    const remote = wrap<typeof remoteThumbnailer>(worker);
    const crashed = new Promise<never>((_, reject) => {
      stop = (reason) => {
        worker.terminate();
        running = null;
        heartbeat.reset();
        reject(new ThumbnailerStopped(reason));
      };
      worker.onerror = () => stop("Making thumbnails crashed. Reload the page.");
    });
    heartbeat.heard();
    crashed.catch(() => undefined);
    return { draw: (path, job) => remote.draw(path, transfer(job, buffersOf(job))), crashed };
  }

  return {
    async draw(path, job) {
      running ??= connect();
      const { draw, crashed } = running;
      waiting++;
      heartbeat.start();
      const outcome = await Promise.race([draw(path, job).finally(heartbeat.heard), crashed]).finally(() => {
        waiting--;
      });
      if ("thumbnail" in outcome) return outcome.thumbnail;
      throw new FileError(path, outcome.reason, outcome.remedy);
    },
  };
}

/** Of views that take all of their buffers: others' parts stay where they are. */
function buffersOf({ label, photo }: ThumbnailJob): Transferable[] {
  const own = "labels" in label ? label.labels.data : label.bytes;
  const views = photo !== null && "bytes" in photo ? [own, photo.bytes] : [own];
  return views
    .filter(({ buffer, byteLength }) => buffer instanceof ArrayBuffer && buffer.byteLength === byteLength)
    .map(({ buffer }) => buffer as ArrayBuffer);
}

function startWorker(): ThumbnailWorker {
  return new Worker(new URL("./thumbnailWorker.ts", import.meta.url), { type: "module" });
}
