import { describe, expect, it, vi } from "vitest";
import {
  loadProject,
  loadProjects,
  type ProjectRecord,
  projectId,
  removeProject,
  saveProject,
  setOpenKey,
} from "./projects";
import { hasFiles, keepFiles, loadFiles } from "./sources";
import { type KeyValueStore, memoryStore } from "./storage";

const project: ProjectRecord = { projectId: "p", name: "set", source: { kind: "files" }, openKey: null, at: 1 };

describe("projects", () => {
  it("are remembered with the open image, the newest first", async () => {
    const store = memoryStore();
    expect(await loadProjects(store)).toEqual([]);
    await saveProject(store, project);
    await saveProject(store, { ...project, projectId: "q", at: 5 });
    await setOpenKey(store, "p", "a.png");
    await setOpenKey(store, "another", "b.png");
    expect(await loadProject(store, "p")).toEqual({ ...project, openKey: "a.png" });
    expect((await loadProjects(store)).map(({ projectId }) => projectId)).toEqual(["q", "p"]);
  });

  it("are found where earlier versions kept the last one, once", async () => {
    const store = memoryStore();
    await store.set("session/last", project);
    expect(await loadProjects(store)).toEqual([project]);
    await saveProject(store, { ...project, at: 2 });
    expect((await loadProjects(store)).map(({ at }) => at)).toEqual([2]);
    await removeProject(store, "p");
    expect(await store.keys("")).toEqual([]);
  });

  it("leave those alone whose name begins alike when they are removed", async () => {
    const store = memoryStore();
    for (const key of ["work/p/a.png", "work/p2/a.png", "files/p", "files/p2"]) await store.set(key, {});
    await removeProject(store, "p");
    expect(await store.keys("")).toEqual(["files/p2", "work/p2/a.png"]);
  });

  it("ignore a record they do not know", async () => {
    const store = memoryStore();
    await store.set("session/last", { projectId: 5 });
    expect(await loadProjects(store)).toEqual([]);
  });
});

describe("projectId", () => {
  it("depends on the paths, not on their order or size", () => {
    const [a, b] = [
      { path: "a.png", size: 1 },
      { path: "b.png", size: 2 },
    ];
    expect(projectId("set", [a, b])).toBe(projectId("set", [b, { ...a, size: 9 }]));
    expect(projectId("set", [a])).not.toBe(projectId("set", [b]));
    expect(projectId("my set/1", [a])).toMatch(/^my-set-1-[0-9a-f]{16}$/);
  });
});

describe("kept files", () => {
  const file = (path: string, text: string) => ({ path, blob: new Blob([text]) });

  it("come back whole, those of other projects too", async () => {
    const store = memoryStore();
    await keepFiles(store, "old", [file("x", "old")]);
    const lazy = { path: "c", size: 3, blob: async () => new Blob(["ccc"]) };
    expect(await keepFiles(store, "new", [file("a/b", "hello"), lazy])).toEqual({ kept: true, bytes: 8 });
    const files = await loadFiles(store, "new");
    expect(files?.map(({ path }) => path)).toEqual(["a/b", "c"]);
    expect(await files?.[0]?.blob.text()).toBe("hello");
    expect(await loadFiles(store, "old")).toHaveLength(1);
  });

  it("make room for newer ones, the oldest first", async () => {
    const store = memoryStore();
    for (const [at, id] of ["a", "b", "c"].entries()) {
      vi.useFakeTimers({ now: 1000 + at, toFake: ["Date"] });
      expect(await keepFiles(store, id, [file("x", "1234")], 8)).toMatchObject({ kept: true });
    }
    vi.useRealTimers();
    const kept = await Promise.all(["a", "b", "c"].map((id) => hasFiles(store, id)));
    expect(kept).toEqual([false, true, true]);
    expect((await store.keys("files/")).length).toBe(4);
    // A copy that a reload cut short, or of an earlier version, has no size.
    await store.set("files/old/0", new Blob(["1"]));
    await keepFiles(store, "b", [file("x", "1")], 8);
    expect(await store.keys("files/old")).toEqual([]);
  });

  it("give up others where the storage is full before they give up themselves", async () => {
    const memory = memoryStore();
    const small: KeyValueStore = {
      ...memory,
      async set(key, value) {
        if ((await memory.keys("files/")).length > 3) throw new DOMException("full", "QuotaExceededError");
        await memory.set(key, value);
      },
    };
    await keepFiles(small, "old", [file("x", "1")]);
    expect(await keepFiles(small, "new", [file("a", "1"), file("b", "2")])).toEqual({ kept: true, bytes: 2 });
    expect(await hasFiles(small, "old")).toBe(false);
    expect(await loadFiles(small, "new")).toHaveLength(2);
  });

  it("are refused unread beyond the limit, with the sizes and what to do", async () => {
    const store = memoryStore();
    const unread = {
      path: "big",
      size: 3 * 2 ** 20,
      blob: (): Promise<Blob> => Promise.reject(new Error("must not be read")),
    };
    const result = await keepFiles(store, "p", [unread], 2 ** 20);
    expect(result).toEqual({
      kept: false,
      mayWork: false,
      reason: expect.stringMatching(/3 MiB.*1 MiB.*open the same files again/),
    });
    expect(await loadFiles(store, "p")).toBeNull();
  });

  it("leave nothing half-kept when the storage fails", async () => {
    const memory = memoryStore();
    let writes = 0;
    const failing: KeyValueStore = {
      ...memory,
      async set(key, value) {
        if (++writes === 2) throw new DOMException("full", "QuotaExceededError");
        await memory.set(key, value);
      },
    };
    const result = await keepFiles(failing, "p", [file("a", "1"), file("b", "2")]);
    expect(result).toEqual({ kept: false, mayWork: true, reason: expect.stringContaining("storage is full") });
    expect(await memory.keys("")).toEqual([]);
  });
});
