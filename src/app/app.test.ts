import { expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { memoryStore } from "../project/storage";
import { suggestionTraits } from "../review/suggestions";
import type { EngineStatus, InferenceClient } from "../worker/inferenceClient";
import { createApp } from "./app";
import { openInSession } from "./fixtures/openInSession";
import type { Services } from "./services";
import type { ImageState, SavedState } from "./session";

function setUp(lasts = true) {
  const engine: EngineStatus = { state: "loading", stage: "engine", progress: 0 };
  const client: Partial<InferenceClient> = {
    status: () => engine,
    subscribe: () => () => undefined,
    lookAhead: () => undefined,
  };
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
  const worked: ImageState = { changed: true, undecided: 0, kept: false };
  session.setState({ imageStates: new Map([["a", worked]]) });
  expect(atRisk()).toBe(true);
});

it("says so when Esc stops the model, and that the mask stays", async () => {
  const { session, settings, live, cancel } = setUp();
  settings.setState({ live: true });
  const document = createDocument({ key: "a", labels: createLabelMap(8, 8), traits: suggestionTraits });
  openInSession(session, document, [{ id: 0, name: "ground", color: [0, 0, 0], ignored: false }]);
  document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), true));
  live.strokeEnded();
  cancel();
  expect(session.getState().announcement.text).toBe("Reconstruction stopped. The mask stays: Esc again clears it.");
  expect(document.store.getState().maskedPixels).toBe(4);
  cancel();
  expect(session.getState().announcement.text).toBe("Mask cleared");
});
