import { expect, it } from "vitest";
import { memoryStore } from "../project/storage";
import type { EngineStatus, InferenceClient } from "../worker/inferenceClient";
import { createApp } from "./app";
import type { Services } from "./services";
import type { ImageState, SavedState } from "./session";

function setUp(lasts = true) {
  const engine: EngineStatus = { state: "loading", stage: "engine", progress: 0 };
  const client = { status: () => engine, subscribe: () => () => undefined } as Partial<InferenceClient>;
  return createApp({ client, store: { ...memoryStore(), lasts } } as unknown as Services);
}

it.each<[SavedState, boolean]>([
  ["saved", false],
  ["pending", true],
  ["saving", true],
  ["failed", true],
])("leaving the page while work is %s is a risk: %s", (saved, risk) => {
  const { session, atRisk } = setUp();
  session.setState({ saved });
  expect(atRisk()).toBe(risk);
});

it("leaving the page with work that cannot be kept is a risk", () => {
  const { session, atRisk } = setUp(false);
  session.setState({ saved: "temporary" });
  expect(atRisk()).toBe(false);
  const worked: ImageState = { changedPixels: 1, undecided: 0, kept: false };
  session.setState({ imageStates: new Map([["a", worked]]) });
  expect(atRisk()).toBe(true);
});
