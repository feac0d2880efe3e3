import type { InferenceClient } from "../worker/inferenceClient";
import { announce, type SessionStore } from "./session";

/** Shows the engine's status in the session and speaks of what interrupts the work: a restart, and how it ends. */
export function followEngine(client: Pick<InferenceClient, "status" | "subscribe">, session: SessionStore): void {
  let isDown = false;
  session.setState({ engine: client.status() });
  client.subscribe((engine) => {
    session.setState({ engine });
    if (engine.state === "restarting") {
      isDown = true;
      announce(session, `The model is restarting: ${engine.reason}`);
    } else if (engine.state === "failed") {
      isDown = false;
      announce(session, `No model: ${engine.reason}`);
    } else if (isDown && engine.state !== "loading") {
      isDown = false;
      announce(session, "The model runs again");
    }
  });
}
