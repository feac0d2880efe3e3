import { expect, it, vi } from "vitest";
import type { DecisionMark } from "../document/types";
import { memoryStore } from "../project/storage";
import { createDecisionLog } from "./decisionLog";
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
  const act = log.begin("Accepted 9");
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
  const act = log.begin("Accepted 2");
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
