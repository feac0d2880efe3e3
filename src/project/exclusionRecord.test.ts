import { expect, it } from "vitest";
import { withExcluded, withoutExcluded } from "../review/exclusions";
import { loadExclusions, saveExclusions } from "./exclusionRecord";
import { memoryStore } from "./storage";

const bottom = { width: 4, height: 3, data: Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1) };
const corner = { width: 2, height: 2, data: Uint8Array.of(1, 0, 0, 0) };

it("exclusions come back for their project alone", async () => {
  const store = memoryStore();
  const exclusions = withExcluded(withExcluded([], bottom), corner);
  await saveExclusions(store, "p", exclusions);
  expect(structuredClone(await store.get("exclusions/p"))).toEqual(await store.get("exclusions/p"));
  expect(await loadExclusions(store, "p")).toEqual([bottom, corner]);
  expect(await loadExclusions(store, "q")).toEqual([]);
});

it("leave no record once all are removed", async () => {
  const store = memoryStore();
  await saveExclusions(store, "p", [bottom]);
  await saveExclusions(store, "p", withoutExcluded([bottom], bottom));
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
  expect(await loadExclusions(store, "p")).toEqual([]);
});
