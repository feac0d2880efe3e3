import { expect, it, vi } from "vitest";
import { fakeEngine } from "../worker/fixtures/fakeWorker";
import type { EngineStatus } from "../worker/inferenceClient";
import type { EngineInfo } from "../worker/protocol";
import { followEngine } from "./engineNews";
import { createMessages } from "./messages";
import { createSession } from "./session";
import { showInfo } from "./tell";

const engine: EngineInfo = { ...fakeEngine, detail: "2 threads" };
const loading: EngineStatus = { state: "loading", stage: "engine", progress: 0 };

function setUp() {
  let tell: (status: EngineStatus) => void = () => undefined;
  const session = createSession();
  const restart = vi.fn();
  const subscribe = (listener: typeof tell) => {
    tell = listener;
    return () => undefined;
  };
  const messages = createMessages(session);
  followEngine({ status: () => loading, subscribe, restart }, session, messages);
  const said: string[] = [];
  session.subscribe((now, before) => {
    if (now.announcement !== before.announcement) said.push(now.announcement.text);
  });
  return { said, session, messages, restart, tell: (status: EngineStatus) => tell(status) };
}

it("speaks of a restart and of its end, once each, and shows every status", () => {
  const { said, session, tell } = setUp();
  tell({ state: "ready", engine });
  tell({ state: "busy", engine, passesDone: 0, passes: 3 });
  expect(said).toEqual([]);
  tell({ state: "restarting", reason: "The device was lost." });
  expect(session.getState().engine.state).toBe("restarting");
  tell({ state: "busy", engine, passesDone: 0, passes: 3 });
  tell({ state: "ready", engine });
  expect(said).toEqual(["The model is restarting: The device was lost.", "The model runs again"]);
});

it("says in a message that stays that the graphics card is not used any more", () => {
  const { session, tell } = setUp();
  tell({ state: "restarting", reason: "The device was lost.", leavesGpu: true });
  expect(session.getState().message).toMatchObject({
    title: "The model goes on without the graphics card",
    text: expect.stringContaining("Reload the page"),
  });
});

it("speaks of a model that is given up", () => {
  const { said, tell, session, restart } = setUp();
  tell({ state: "failed", reason: "Not found." });
  expect(session.getState().message).toBeNull();
  tell({ state: "ready", engine });
  tell({ state: "failed", reason: "Crashed again." });
  expect(said.at(-1)).toBe("No model: Crashed again.");
  const { message } = session.getState();
  expect(message).toMatchObject({ kind: "error", text: "Crashed again." });
  message?.action?.run();
  expect(restart).toHaveBeenCalledOnce();
});

it("takes back that the model stopped once it runs again, and nothing else that was told", () => {
  const { said, tell, session, messages } = setUp();
  const told = () => messages.store.getState().told.map(({ message }) => message.title);
  tell({ state: "ready", engine });
  showInfo(session, "Saved", "1 file");
  tell({ state: "failed", reason: "Crashed again." });
  tell(loading);
  expect(told()).toEqual(["Saved", "The model stopped"]);
  tell({ state: "ready", engine });
  expect(told()).toEqual(["Saved"]);
  expect(said.at(-1)).toBe("The model runs again");
});
