import { type Endpoint, transfer, wrap } from "comlink";
import { FileError } from "../errors";
import type { ThumbnailJob } from "./drawThumbnail";
import type { Outcome, remoteThumbnailer } from "./remoteThumbnailer";
import type { Thumbnail } from "./thumbnail";

/** Makes thumbnails, off the main thread. */
export interface Thumbnailer {
  /**
   * The bytes and ids of the job are moved away: its caller has them no more.
   * @throws FileError where the label cannot be read
   */
  draw(path: string, job: ThumbnailJob): Promise<Thumbnail>;
}

/** The part of Worker that is used. */
export interface ThumbnailWorker extends Endpoint {
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** Works in a worker of its own, which starts with the first thumbnail, and anew after a crash. */
export function createThumbnailer(start: () => ThumbnailWorker = startWorker): Thumbnailer {
  interface Running {
    readonly draw: (path: string, job: ThumbnailJob) => Promise<Outcome>;
    readonly crashed: Promise<never>;
  }
  let running: Running | null = null;

  function connect(): Running {
    const worker = start();
    const remote = wrap<typeof remoteThumbnailer>(worker);
    const crashed = new Promise<never>((_, reject) => {
      worker.onerror = () => {
        worker.terminate();
        running = null;
        reject(new Error("Making thumbnails crashed. Reload the page."));
      };
    });
    crashed.catch(() => undefined);
    return { draw: (path, job) => remote.draw(path, transfer(job, buffersOf(job))), crashed };
  }

  return {
    async draw(path, job) {
      running ??= connect();
      const outcome = await Promise.race([running.draw(path, job), running.crashed]);
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
