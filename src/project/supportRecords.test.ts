import { expect, it } from "vitest";
import type { ImageCells } from "../support/types";
import { memoryStore } from "./storage";
import { supportRecords } from "./supportRecords";

const cells: ImageCells = { imageKey: "a", channels: 2, features: new Uint16Array(6), ids: new Uint16Array(3) };

it("gives back what was kept of the same label by the same weights", async () => {
  const store = memoryStore();
  const records = supportRecords(store, "p", "w1");
  await records.keep("a", "file 1", cells);
  await records.keep("b", "file 1", null);
  expect(await records.load("a", "file 1")).toEqual(cells);
  expect(await records.load("b", "file 1")).toBeNull();
  expect(await records.load("a", "file 2")).toBeUndefined();
  expect(await records.load("c", "file 1")).toBeUndefined();
  expect(await supportRecords(store, "p", "w2").load("a", "file 1")).toBeUndefined();
  expect(await supportRecords(store, "q", "w1").load("a", "file 1")).toBeUndefined();
});

it("passes over records that make no sense", async () => {
  const store = memoryStore();
  const records = supportRecords(store, "p", "w");
  for (const damaged of [
    7,
    null,
    {},
    { version: 2, weights: "w", stamp: "s", cells: { ...cells, features: new Uint16Array(5) } },
    { weights: "w", stamp: "s", cells },
    { version: 1, weights: "w", stamp: "s", cells },
  ]) {
    await store.set("support/p/a", damaged);
    expect(await records.load("a", "s")).toBeUndefined();
  }
});

it("has a form that is told from earlier ones", async () => {
  const store = memoryStore();
  await supportRecords(store, "p", "w").keep("a", "s", cells);
  expect(await store.get("support/p/a")).toEqual({ version: 2, weights: "w", stamp: "s", cells });
});

it("keeps the projects that were opened last", async () => {
  const store = memoryStore();
  const projects = ["a", "b", "c", "d", "e"].map((id) => supportRecords(store, id, "w"));
  for (const records of projects) {
    await records.makeRoom();
    await records.keep("x", "s", cells);
  }
  const known = async () => Promise.all(projects.map(async (records) => (await records.load("x", "s")) !== undefined));
  expect(await known()).toEqual([false, true, true, true, true]);
  await projects[1].makeRoom();
  await projects[0].makeRoom();
  expect(await known()).toEqual([false, true, false, true, true]);
});
