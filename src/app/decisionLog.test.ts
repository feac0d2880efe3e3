import { expect, it, vi } from "vitest";
import type { DecisionMark } from "../document/types";
import { memoryStore } from "../project/storage";
import { bulkActs, createDecisionLog } from "./decisionLog";
import { createSession } from "./session";

const record: DecisionMark = {
  ...{ at: 7, decision: "accepted", from: 1, to: 2, area: 12 },
  bounds: { x: 0, y: 0, width: 3, height: 4 },
};
const part = (key: string) => ({ key, record, findings: 1 });

function logOn(store = memoryStore(), use: () => Promise<never> = () => Promise.reject(new Error("not there"))) {
  const log = createDecisionLog(store, createSession(), { use, nameOf: (key) => key }, "act");
  return { store, log, texts: () => log.store.getState().acts.map(({ text }) => text) };
}

it("an act belongs to the project in which it began, whatever is open when it ends", async () => {
  const { store, log, texts } = logOn();
  await log.follow("one");
  const act = log.begin("Accepted 9", 2);
  act.add(part("a.png"));
  await log.follow("two");
  act.add(part("b.png"));
  expect(act.end("Accepted 2")?.parts).toHaveLength(2);
  expect(texts()).toEqual([]);
  await log.follow("two");
  expect(texts()).toEqual([]);
  await log.follow("one");
  expect(texts()).toEqual(["Accepted 2"]);
  expect(log.newest()?.parts.map(({ key }) => key)).toEqual(["a.png", "b.png"]);
  expect((await store.keys("act")).every((key) => key.includes("/one/"))).toBe(true);
});

it("an act that is being taken back when another project is opened keeps the images that were not reached", async () => {
  let opened = (): void => undefined;
  const { log } = logOn(memoryStore(), async () => {
    await log.follow("two");
    opened();
    throw new Error("gone");
  });
  await log.follow("one");
  const act = log.begin("Accepted 2", 2);
  act.add(part("a.png"));
  act.add(part("b.png"));
  const whole = act.end("Accepted 2");
  if (whole === null) throw new Error("Nothing was noted");
  const other = vi.fn();
  opened = other;
  expect(await log.undo(whole)).toMatchObject({ images: 0, failed: ["b.png (gone)"] });
  expect(other).toHaveBeenCalledTimes(1);
  await log.follow("one");
  expect(log.newest()?.parts.map(({ key }) => key)).toContain("a.png");
});

it("what could not be opened stays to be tried again, also at the next visit", async () => {
  let isThere = false;
  const image = { document: { store: { getState: () => ({ decisions: [] }) } } };
  const session = createSession();
  const use = async <T>(key: string, act: (image: never) => T | Promise<T>): Promise<T> => {
    if (key === "a.png" && !isThere) throw new Error("not there");
    return act(image as never);
  };
  const images = { use, nameOf: (key: string) => key };
  const store = memoryStore();
  const log = createDecisionLog(store, session, images, "act");
  await log.follow("one");
  const open = log.begin("Accepted 2", 2);
  for (const key of ["a.png", "b.png"]) open.add(part(key));
  const act = open.end("Accepted 2");
  if (act === null) throw new Error("Nothing was noted");
  expect(await log.undo(act)).toMatchObject({ failed: ["a.png (not there)"], gone: ["b.png"] });
  expect(log.left(act)?.parts).toEqual([{ ...part("a.png"), stands: "unopened" }]);
  const later = createDecisionLog(store, session, images, "act");
  await later.follow("one");
  const [rest] = bulkActs(later.store.getState().acts);
  expect(rest.parts).toEqual([part("a.png")]);
  isThere = true;
  expect(await later.undo(rest)).toMatchObject({ failed: [], gone: ["a.png"] });
  expect([later.newest(), later.left(rest)]).toEqual([null, null]);
  expect(await store.keys("act")).toEqual([]);
});

it("an act whose page went in the middle is told of once, with what it did", async () => {
  const { store, log } = logOn();
  await log.follow("one");
  log.begin("Rejected 2", 2).add(part("e.png"));
  const cut = log.begin("Accepted: road to sky", 3);
  cut.add(part("a.png"));
  cut.add(part("b.png"));
  const whole = log.begin("Accepted 1", 3);
  whole.add(part("c.png"));
  whole.end("Accepted 1");
  log.begin("Rejected 1", 1).add(part("d.png"));
  await vi.waitFor(async () => expect(await store.keys("acted/one/")).toHaveLength(5));

  // The page went before the first ended.
  for (const visit of [1, 2]) {
    const session = createSession();
    const later = createDecisionLog(store, session, { use: () => Promise.reject(), nameOf: (key) => key }, "act");
    await later.follow("one");
    const { acts } = later.store.getState();
    expect(acts.map(({ text }) => text).sort()).toEqual([
      "Accepted 1",
      "Accepted: road to sky (interrupted after 2 of 3 images)",
      "Rejected 1",
      "Rejected 2 (interrupted after 1 of 2 images)",
    ]);
    expect(bulkActs(acts).map(({ parts }) => parts.length)).toEqual([1, 2]);
    const { message } = session.getState();
    if (visit === 1) expect(message).toMatchObject({ title: "Interrupted: Accepted: road to sky" });
    else expect(message).toBeNull();
    if (visit === 1) expect(message?.text).toContain("when 2 of 3 images were done");
  }
});
