import { EngineRestarted } from "../worker/inferenceClient";
import type { OpenImage, SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { imageCount } from "./summary";
import type { Support } from "./support";
import { createCountdown } from "./timeLeft";

/** What an image is judged by. */
export interface Learnt {
  /** Other images that the classes were learnt from; null: they were not learnt, or not from all. */
  readonly images: number | null;
  /** From which labels not, and why, in the user's words, where `images` is null. */
  readonly reason: string;
  /** Images that could not be learnt from, each with the reason. */
  readonly skipped: readonly string[];
}

/**
 * Waits until what the data set's classes look like is learnt, if it is being learnt. Rejects with the signal's reason when
 * that aborts.
 * @throws EngineRestarted when the worker was started anew meanwhile; Error when it was given up.
 */
export async function awaitSupport(
  session: SessionStore,
  settings: SettingsStore,
  support: Pick<Support, "includes">,
  { item }: Pick<OpenImage, "item">,
  signal: AbortSignal,
  onProgress: (text: string, share: number) => void,
): Promise<Learnt> {
  const countdown = createCountdown();

  /** What was learnt; null while more is to come. */
  function learnt(): Learnt | null {
    signal.throwIfAborted();
    const { engine, support: state, busy } = session.getState();
    if (engine.state === "failed") throw new Error(engine.reason);
    if (engine.state !== "ready" && engine.state !== "busy") throw new EngineRestarted();
    const without = (reason: string): Learnt => ({ images: null, reason, skipped: [] });
    if (engine.engine.support === null) return without("the other labels: the model does not learn");
    if (!settings.getState().support) return without("the other labels: switched off");
    switch (state?.state) {
      case "known": {
        const images = Math.max(0, state.images - (support.includes(item) ? 1 : 0));
        return { images, reason: "", skipped: state.skipped };
      }
      case "stopped":
        return without("all other labels: learning was stopped");
      case "learning": {
        const { done, total } = state;
        const left = countdown(done, total);
        const text = done < total ? `${done} of ${imageCount(total)}${left}` : "the last step";
        onProgress(`Learning classes: ${text}`, done / Math.max(1, total));
        return null;
      }
      default:
        return busy === null ? without("the other labels: learning has not begun") : null;
    }
  }

  const now = learnt();
  if (now !== null) return now;
  let stop = (): void => {};
  try {
    return await new Promise((resolve, reject) => {
      const look = (): void => {
        try {
          const found = learnt();
          if (found !== null) resolve(found);
        } catch (error) {
          reject(error);
        }
      };
      // Progress is itself a change of the session.
      const ends = [
        session.subscribe((now, before) => {
          if (now.support !== before.support || now.engine !== before.engine || now.busy !== before.busy) look();
        }),
        settings.subscribe(look),
      ];
      signal.addEventListener("abort", look);
      stop = () => {
        signal.removeEventListener("abort", look);
        for (const end of ends) end();
      };
    });
  } finally {
    stop();
  }
}
