import { expect, it } from "vitest";
import { withExcluded, withoutExcluded } from "../review/exclusions";
import { exclusionSlice } from "./exclusionSlice";
import { loadSlice, saveSlice } from "./slice";
import { memoryStore } from "./storage";

const bottom = { width: 4, height: 3, data: Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1) };
const corner = { width: 2, height: 2, data: Uint8Array.of(1, 0, 0, 0) };

it("exclusions come back for their project alone", async () => {
  const store = memoryStore();
  const exclusions = withExcluded(withExcluded([], bottom), corner);
  await saveSlice(store, "p", exclusionSlice, exclusions);
  expect(structuredClone(await store.get("exclusions/p"))).toEqual(await store.get("exclusions/p"));
  expect(await loadSlice(store, "p", exclusionSlice)).toEqual([bottom, corner]);
  expect(await loadSlice(store, "q", exclusionSlice)).toEqual([]);
});

it("leave no record once all are removed", async () => {
  const store = memoryStore();
  await saveSlice(store, "p", exclusionSlice, [bottom]);
  await saveSlice(store, "p", exclusionSlice, withoutExcluded([bottom], bottom));
  expect(await store.keys("")).toEqual([]);
});

it.each([
  5,
  null,
  {},
  [null, 3, {}],
  [{ width: 2, height: 2, runs: [0, 4] }],
  [{ width: 2, height: 2, runs: Uint32Array.of(0, 9) }],
  [{ width: 2.5, height: 2, runs: Uint32Array.of(0, 5) }],
  [{ width: 0, height: 2, runs: Uint32Array.of() }],
])("a record that makes no sense is ignored: %j", async (record) => {
  const store = memoryStore();
  await store.set("exclusions/p", record);
  expect(await loadSlice(store, "p", exclusionSlice)).toEqual([]);
});
