import { expect, it } from "vitest";
import type { EngineStatus } from "../worker/inferenceClient";
import type { EngineInfo } from "../worker/protocol";
import { followEngine } from "./engineNews";
import { createSession } from "./session";

const engine: EngineInfo = {
  backend: "wasm",
  detail: "2 threads",
  model: "test",
  warmMs: 1,
  finds: false,
  support: null,
};
const loading: EngineStatus = { state: "loading", stage: "engine", progress: 0 };

function setUp() {
  let tell: (status: EngineStatus) => void = () => undefined;
  const session = createSession();
  const subscribe = (listener: typeof tell) => {
    tell = listener;
    return () => undefined;
  };
  followEngine({ status: () => loading, subscribe }, session);
  const said: string[] = [];
  session.subscribe((now, before) => {
    if (now.announcement !== before.announcement) said.push(now.announcement.text);
  });
  return { said, session, tell: (status: EngineStatus) => tell(status) };
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

it("speaks of a model that is given up", () => {
  const { said, tell } = setUp();
  tell({ state: "restarting", reason: "Crashed." });
  tell({ state: "failed", reason: "Crashed again." });
  expect(said.at(-1)).toBe("No model: Crashed again.");
});
