import type { Checkpoint } from "../model/steps";
import type { SessionHost } from "./host";
import { endOf } from "./jobEnd";

/** Jobs that run one after the other, when nothing more urgent waits. */
export interface JobQueue<Message> {
  add(message: Message): void;
  /** Ends the job of that id, whether it runs or waits, if there is one. */
  cancel(requestId: number): void;
  cancelAll(): void;
  /** Whether a job waits to be run. */
  waits(): boolean;
  /** Runs the next job to its end, if there is one, and says so when it fails or was cancelled. */
  runNext(run: (message: Message, checkpoint: Checkpoint) => Promise<void>): Promise<void>;
}

/** @param first What has to run before a job goes on; awaited at each of its checkpoints. */
export function createJobQueue<Message extends { readonly requestId: number }>(
  host: Pick<SessionHost, "post" | "pause">,
  first: () => Promise<void>,
): JobQueue<Message> {
  interface Job {
    readonly message: Message;
    readonly abort: AbortController;
  }
  /** In the order they came in; the first one may be running. A cancelled one says so when it is its turn. */
  let jobs: Job[] = [];
  let running: Job | null = null;
  return {
    add: (message) => void jobs.push({ message, abort: new AbortController() }),
    cancel(requestId) {
      for (const { message, abort } of jobs) if (message.requestId === requestId) abort.abort();
    },
    cancelAll() {
      for (const { abort } of jobs) abort.abort();
    },
    waits: () => jobs.some((job) => job !== running),
    async runNext(run) {
      const [job] = jobs;
      if (job === undefined) return;
      running = job;
      const { message, abort } = job;
      const checkpoint: Checkpoint = async () => {
        await host.pause();
        await first();
        abort.signal.throwIfAborted();
      };
      try {
        await checkpoint();
        await run(message, checkpoint);
      } catch (error) {
        host.post(endOf(message.requestId, error, abort.signal));
      }
      jobs = jobs.filter((one) => one !== job);
      running = null;
    },
  };
}
