import { describe, expect, it } from "vitest";
import type { LintCounts } from "../review/lint/lintCounts";
import { lintKey, lintRecord, lintRunSlice, loadLintCounts } from "./lintRecords";
import { loadProjects, removeProject, saveProject } from "./projects";
import { saveSlice } from "./slice";
import { memoryStore } from "./storage";

const counts: LintCounts = {
  ...{ stamp: "1 3 3 ab", size: 120, revision: null, failure: null, empty: false },
  rules: [{ rule: "pinholes", count: 2, pixels: 5, to: 1, off: 0 }],
};

describe("what the rules said of labels", () => {
  it("comes back by image, without records that make no sense", async () => {
    const store = memoryStore();
    const failed = { ...counts, failure: "broken", rules: [] };
    const bad = [
      { ...counts, rules: [{ rule: "empty", count: 1, pixels: 1, to: null, off: 0 }] },
      { ...counts, rules: [{ ...counts.rules[0], pixels: -1 }] },
      { ...counts, stamp: 3 },
      { ...counts, size: "120" },
      null,
    ];
    const puts = bad.map((record, i) => [lintKey("p", `bad${i}`), record] as const);
    const good = [lintRecord("p", "labels/a.png", counts), lintRecord("p", "b", failed)];
    await store.write([...good, lintRecord("p2", "a", counts), ...puts], []);
    expect([...(await loadLintCounts(store, "p"))]).toEqual([
      ["labels/a.png", counts],
      ["b", failed],
    ]);
  });

  it.each([undefined, 3, { keys: "a", state: "running" }, { keys: [], state: "finished" }])(
    "is no run that waits where %j makes no sense",
    (record) => expect(lintRunSlice.decode(record)).toBeNull(),
  );

  it("goes with its project", async () => {
    const store = memoryStore();
    await saveProject(store, { projectId: "p", name: "p", source: { kind: "files" }, openKey: null, at: 1 });
    await store.write([lintRecord("p", "a", counts), lintRecord("p2", "a", counts)], []);
    await saveSlice(store, "p", lintRunSlice, { keys: ["a"], state: "paused" });
    expect(await loadProjects(store)).toHaveLength(1);
    await removeProject(store, "p");
    expect(await store.keys("")).toEqual([lintKey("p2", "a")]);
  });
});
