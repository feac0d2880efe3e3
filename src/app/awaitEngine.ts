import type { EngineStatus } from "../worker/inferenceClient";
import type { SessionStore } from "./session";

/** Waits until the engine's state is another than this one. */
export function nextEngine(session: SessionStore, engine: EngineStatus, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = session.subscribe((now) => {
      if (now.engine === engine) return;
      stop();
      resolve();
    });
    signal.addEventListener("abort", () => {
      stop();
      reject(signal.reason);
    });
  });
}

/** Waits while the model rebuilds what the user masked: work in the background comes after that. */
export async function awaitIdle(session: SessionStore, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { engine } = session.getState();
    if (engine.state !== "busy") return;
    await nextEngine(session, engine, signal);
  }
}
