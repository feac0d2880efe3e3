import type { WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import type { SessionHost } from "./host";
import { isEngineLost, messageOf } from "./jobEnd";
import type { ToWorker } from "./protocol";

type Message = Extract<ToWorker, { type: "look-ahead" }>;

/**
 * Encodes windows of the open image that a request will ask for soon: their pixels do not depend on the label, so that it need not
 * wait for them. Nobody is told: a request does without what is not there yet, and goes on with what is begun.
 */
export interface LookAhead {
  /** What is encoded next, in place of what was asked before. */
  ask(message: Message): void;
  /** Another image is open. */
  drop(): void;
  waits(): boolean;
  run(cache: WindowCache, open: WorkImage | null): Promise<void>;
}

/** @param first What has to run before it goes on; awaited at each checkpoint. */
export function createLookAhead(host: Pick<SessionHost, "post" | "pause">, first: () => Promise<void>): LookAhead {
  let asked: Message | null = null;
  let isDropped = false;
  return {
    ask(message) {
      asked = message;
    },
    drop() {
      asked = null;
      isDropped = true;
    },
    waits: () => asked !== null,
    async run(cache, open) {
      const [message, left] = [asked, new Error("Something else is looked at.")];
      asked = null;
      isDropped = false;
      if (message === null || message.imageKey !== open?.imageKey) return;
      try {
        for (const place of message.windows) {
          const window = cache.open(open, place);
          const encoded = window.encode(async () => {
            await host.pause();
            await first();
            if (asked !== null || isDropped) throw left;
          });
          await encoded.finally(window.close);
        }
      } catch (error) {
        // Any other mistake is said by the request that needs the window.
        if (isEngineLost(error)) {
          host.post({ type: "failed", requestId: null, message: messageOf(error), deviceLost: true });
        }
      }
    },
  };
}
