import { expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import type { Dataset } from "../dataset/types";
import { createDocument } from "../document/document";
import { type KeyValueStore, memoryStore } from "../project/storage";
import { suggestionTraits } from "../review/suggestions";
import { createExcluding } from "./excluding";
import { imageOf } from "./fixtures/openInSession";
import { createKeepingState } from "./keptState";
import { createSession, type SessionStore } from "./session";
import { createSettings } from "./settings";

function setUp() {
  const document = createDocument({ key: "a", labels: createLabelMap(8, 6), traits: suggestionTraits });
  const session = createSession();
  session.setState({ image: imageOf(document) });
  const mask = (x: number) =>
    document.edit("mask", (edit) => edit.setMask(rectRegion({ x, y: 0, width: 2, height: 6 }), true));
  const said = () => session.getState().announcement.text;
  return { document, excluding: createExcluding(session), mask, said, session };
}

const count = ({ session }: Pick<ReturnType<typeof setUp>, "session">) =>
  session.getState().exclusions[0]?.data.reduce((sum, bit) => sum + bit, 0) ?? 0;

it("excludes what is masked, clears the mask in one step, and adds up", () => {
  const made = setUp();
  const { document, excluding, mask, said } = made;
  mask(0);
  excluding.excludeMask();
  expect(document.store.getState()).toMatchObject({ maskedPixels: 0, undoName: "Exclude from finding" });
  expect(said()).toBe("Excluded from finding: 12 pixels, in every image of 8 by 6");
  mask(1);
  excluding.excludeMask();
  expect(count(made)).toBe(18);
  excluding.removeExclusions();
  expect(count(made)).toBe(0);
  expect(said()).toBe("Nothing is excluded from finding any more");
});

it("says that nothing is masked", () => {
  const made = setUp();
  made.excluding.excludeMask();
  expect(made.said()).toContain("Nothing is masked");
  expect(count(made)).toBe(0);
});

/** Opens data sets by their project's id. */
function opener(session: SessionStore, store: KeyValueStore) {
  const keeping = createKeepingState({ store }, session, createSettings());
  const dataset = { classes: [] } as unknown as Dataset;
  return (projectId: string) => keeping.open(projectId, dataset, ({ exclusions }) => session.setState({ exclusions }));
}

it("is kept with the data set, and never under another", async () => {
  const store = memoryStore();
  const made = setUp();
  const open = opener(made.session, store);
  await open("p");
  made.mask(0);
  made.excluding.excludeMask();
  await open("q");
  expect(count(made)).toBe(0);
  await open("p");
  expect(count(made)).toBe(12);
  expect(await store.keys("")).toEqual(["exclusions/p"]);
  made.excluding.removeExclusions();
  await vi.waitFor(async () => expect(await store.keys("")).toEqual([]));
});

it("says when it cannot be kept or read", async () => {
  const broken = { ...memoryStore(), write: () => Promise.reject(new Error("no room")) };
  const made = setUp();
  await opener(made.session, broken)("p");
  made.mask(0);
  made.excluding.excludeMask();
  await vi.waitFor(() => expect(made.session.getState().message?.title).toBe("What is excluded is not kept"));
  const said: (string | undefined)[] = [];
  made.session.subscribe(({ message }) => said.push(message?.title));
  const unread = { ...memoryStore(), get: () => Promise.reject(new Error("closed")) };
  await opener(made.session, unread)("p");
  expect(made.session.getState().exclusions).toEqual([]);
  expect(said).toContain("What was excluded from finding could not be read");
});
