import { reconstruct } from "../reconstruct/reconstruct";
import { createWindowCache, type WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import { createFindJobs, createScanJobs } from "./findJobs";
import type { Session, SessionHost } from "./host";
import { endOf, messageOf } from "./jobEnd";
import { createLaterJobs } from "./laterJobs";
import type { LoadOptions } from "./loadEngine";
import { createLookAhead } from "./lookAhead";
import type { ToWorker } from "./protocol";
import { createSupportJobs } from "./supportJobs";

interface Job {
  readonly message: Extract<ToWorker, { type: "reconstruct" }>;
  readonly abort: AbortController;
}

/**
 * Runs one reconstruction at a time, the newest: one that arrives cancels what runs and replaces what waits. Searches for
 * errors run in the background: at each of their checkpoints a reconstruction that waits is run to its end first, so that the
 * engine is never in the middle of two of them. So are reconstructions that nobody waits for, before a search goes on. Support is
 * learnt when nobody waits. Images that are not open come last, rebuilt for a check or looked at for a scan: each gives way
 * to reconstructions and searches at its checkpoints, and to support before it begins. The open image's windows stay encoded
 * for the jobs that follow.
 */
export function createSession(host: SessionHost): Session {
  /** The model that is ready, with the open image's windows. */
  let cache: WindowCache | null = null;
  let image: WorkImage | null = null;
  let waiting: Job | null = null;
  let running: Job | null = null;
  let working = false;
  const support = createSupportJobs(host, runAsked);
  const ahead = createLookAhead(host, runWaiting);
  const aside = createLaterJobs(host, support.mapOf, runWaiting);
  const searches = createFindJobs(host, support.mapOf, runUrgent);
  const elsewhere = createLaterJobs(host, support.mapOnce, runAsked);
  const scans = createScanJobs(host, support.mapOnce, runAsked);

  async function init(options: LoadOptions): Promise<void> {
    try {
      const { info, model, lost } = await host.load(options, (stage, progress) => {
        host.post({ type: "stage", stage, progress });
      });
      cache = createWindowCache(model);
      cache.setImage(image);
      void lost.then((message) => host.post({ type: "failed", requestId: null, message, deviceLost: true }));
      host.post({ type: "ready", engine: { ...info, finds: model.finding !== null } });
      void work();
    } catch (error) {
      host.post({ type: "failed", requestId: null, message: messageOf(error), deviceLost: false });
    }
  }

  /** The one place where jobs begin: reconstructions first. */
  async function work(): Promise<void> {
    if (!cache || working) return;
    working = true;
    try {
      await runAll(cache);
    } catch (error) {
      // A mistake of ours outside of any job: nothing would run any more.
      host.post({ type: "failed", requestId: null, message: messageOf(error), deviceLost: true });
    }
    working = false;
  }

  async function runAll(windows: WindowCache): Promise<void> {
    while (
      waiting ||
      ahead.waits() ||
      aside.waits() ||
      searches.waits() ||
      support.waits() ||
      elsewhere.waits() ||
      scans.waits()
    ) {
      await runAsked();
      if (support.waits()) await support.runNext(windows.model);
      else if (elsewhere.waits()) await elsewhere.runNext(windows, image);
      else await scans.runNext(windows.model);
    }
  }

  /** Runs all that somebody waits for. */
  async function runAsked(): Promise<void> {
    await runUrgent();
    while (cache && searches.waits()) {
      await searches.runNext(cache, image);
      await runUrgent();
    }
  }

  /** Runs reconstructions of the open image, and encodes what the next one will ask for. */
  async function runUrgent(): Promise<void> {
    await runWaiting();
    while (cache && (ahead.waits() || aside.waits())) {
      if (ahead.waits()) await ahead.run(cache, image);
      else await aside.runNext(cache, image);
      await runWaiting();
    }
  }

  /** Runs reconstructions until none waits. */
  async function runWaiting(): Promise<void> {
    while (cache && waiting) {
      running = waiting;
      waiting = null;
      await run(cache, running);
      running = null;
    }
  }

  async function run(windows: WindowCache, { message, abort: { signal } }: Job): Promise<void> {
    const { requestId, request } = message;
    const started = performance.now();
    const checkpoint = async (): Promise<void> => {
      await host.pause();
      signal.throwIfAborted();
    };
    try {
      if (image?.imageKey !== request.imageKey) throw new Error(`The image "${request.imageKey}" is not open.`);
      await checkpoint();
      const map = await support.mapOf(windows.model, image, checkpoint);
      for await (const step of reconstruct(windows, image, request, map, checkpoint)) {
        const result = { ...step, elapsedMs: performance.now() - started };
        const final = result.passesDone === result.passes;
        const transfer = [result.ids.buffer, result.confidence.buffer, result.other.buffer] as ArrayBuffer[];
        host.post({ type: "result", requestId, final, result }, transfer);
      }
    } catch (error) {
      host.post(endOf(requestId, error, signal));
    }
  }

  /** Ends the reconstruction that waits, if there is one. */
  function dropWaiting(): void {
    if (waiting) host.post({ type: "cancelled", requestId: waiting.message.requestId });
    waiting = null;
  }

  return {
    handle(message) {
      switch (message.type) {
        case "init":
          void init(message);
          break;
        case "image":
          image = message.image;
          cache?.setImage(image);
          ahead.drop();
          support.setImage(image);
          void work();
          break;
        case "look-ahead":
          ahead.ask(message);
          void work();
          break;
        case "reconstruct":
          running?.abort.abort();
          dropWaiting();
          waiting = { message, abort: new AbortController() };
          void work();
          break;
        case "reconstruct-later":
          (message.image === null ? aside : elsewhere).add(message);
          void work();
          break;
        case "find":
          searches.add(message);
          void work();
          break;
        case "scan":
          scans.add(message);
          void work();
          break;
        case "learn-support":
        case "fit-support":
          support.add(message);
          void work();
          break;
        case "restore-support":
          support.restore(message.images);
          break;
        case "forget-support":
          support.forget();
          break;
        case "ping":
          host.post({ type: "alive" });
          break;
        case "cancel":
          if (running?.message.requestId === message.requestId) running.abort.abort();
          if (waiting?.message.requestId === message.requestId) dropWaiting();
          searches.cancel(message.requestId);
          aside.cancel(message.requestId);
          elsewhere.cancel(message.requestId);
          scans.cancel(message.requestId);
          support.cancel(message.requestId);
      }
    },
  };
}
