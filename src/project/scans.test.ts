import { expect, it } from "vitest";
import { removeProject } from "./projects";
import { loadScans, outcomeRecord, removeScan, type ScanRecord, saveScan } from "./scans";
import { memoryStore } from "./storage";

const scan = (id: string, created: number): ScanRecord => ({
  ...{ id, name: `Scan ${id}`, created, keys: ["a", "street/b"], state: "paused" },
  options: { ignoredClasses: [3], keepsExclusions: true },
});

it("are kept with what is done, each project and scan its own, the oldest first", async () => {
  const store = memoryStore();
  await saveScan(store, "p", scan("late", 2));
  await saveScan(store, "p", scan("early", 1));
  await saveScan(store, "p2", scan("early", 1));
  await store.write(
    [outcomeRecord("p", "early", "street/b", null), outcomeRecord("p", "early", "a", "It is damaged.")],
    [],
  );
  await store.write([outcomeRecord("p2", "early", "a", null)], []);
  const kept = await loadScans(store, "p");
  expect(kept.map(({ record }) => record)).toEqual([scan("early", 1), scan("late", 2)]);
  expect(kept[0].outcomes).toEqual(
    new Map([
      ["a", "It is damaged."],
      ["street/b", null],
    ]),
  );
  expect(kept[1].outcomes.size).toBe(0);
  await removeScan(store, "p", "early");
  expect((await loadScans(store, "p")).map(({ record }) => record.id)).toEqual(["late"]);
  expect(await store.keys("scanned/")).toEqual(["scanned/p2/early/a"]);
});

it("go with their project, and records of any kind are passed over", async () => {
  const store = memoryStore();
  await saveScan(store, "p", scan("one", 1));
  await store.write(
    [outcomeRecord("p", "one", "a", null), ["scan/p/two", "nonsense"], ["scan/p/three", { id: "three" }]],
    [],
  );
  expect(await loadScans(store, "p")).toHaveLength(1);
  await removeProject(store, "p");
  expect([...(await store.keys("scan/")), ...(await store.keys("scanned/"))]).toEqual([]);
});
