import type { InferenceClient } from "../worker/inferenceClient";
import type { Messages } from "./messages";
import type { SessionStore } from "./session";
import { announce, showInfo } from "./tell";

/**
 * Shows the engine's status in the session and speaks of what interrupts the work: a restart, and how it ends. What was told of
 * a model that stopped goes once it runs again, however it was started.
 */
export function followEngine(
  client: Pick<InferenceClient, "status" | "subscribe" | "restart">,
  session: SessionStore,
  messages: Pick<Messages, "store" | "drop">,
): void {
  let isDown = false;
  let hasRun = false;
  session.setState({ engine: client.status() });
  client.subscribe((engine) => {
    session.setState({ engine });
    hasRun ||= engine.state === "ready";
    if (engine.state === "restarting") {
      isDown = true;
      if (engine.leavesGpu)
        showInfo(session, "The model goes on without the graphics card", withoutGpu(engine.reason), { isOfApp: true });
      else announce(session, `The model is restarting: ${engine.reason}`);
    } else if (engine.state === "failed") {
      const action = { label: "Restart the model", run: client.restart };
      // One that never ran is told of where its state is shown.
      if (hasRun)
        session.setState({
          message: { kind: "error", title: "The model stopped", text: engine.reason, action, isOfApp: true },
        });
      isDown = hasRun;
      announce(session, `No model: ${engine.reason}`);
    } else if (isDown && engine.state !== "loading") {
      isDown = false;
      for (const { id, message } of messages.store.getState().told) {
        if (message.action?.run === client.restart) messages.drop(id);
      }
      announce(session, "The model runs again");
    }
  });
}

function withoutGpu(reason: string): string {
  return `It was lost twice, the last time because: ${reason} It is slower now. Reload the page to use the graphics card again.`;
}
