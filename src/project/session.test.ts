import { describe, expect, it } from "vitest";
import { loadSession, projectId, type Session, saveSession, setOpenKey } from "./session";
import { keepFiles, loadFiles } from "./sources";
import { type KeyValueStore, memoryStore } from "./storage";

const session: Session = {
  projectId: "p",
  name: "set",
  source: { kind: "files", kept: true },
  openKey: null,
  at: 1,
};

describe("session", () => {
  it("is remembered with the open image", async () => {
    const store = memoryStore();
    expect(await loadSession(store)).toBeNull();
    await saveSession(store, session);
    await setOpenKey(store, "p", "a.png");
    await setOpenKey(store, "another", "b.png");
    expect(await loadSession(store)).toEqual({ ...session, openKey: "a.png" });
  });

  it("ignores a record it does not know", async () => {
    const store = memoryStore();
    await store.set("session/last", { projectId: 5 });
    expect(await loadSession(store)).toBeNull();
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

  it("come back whole, and only those of the last data set stay", async () => {
    const store = memoryStore();
    await keepFiles(store, "old", [file("x", "old")]);
    const lazy = { path: "c", size: 3, blob: async () => new Blob(["ccc"]) };
    expect(await keepFiles(store, "new", [file("a/b", "hello"), lazy])).toEqual({ kept: true, bytes: 8 });
    const files = await loadFiles(store, "new");
    expect(files?.map(({ path }) => path)).toEqual(["a/b", "c"]);
    expect(await files?.[0]?.blob.text()).toBe("hello");
    expect(await loadFiles(store, "old")).toBeNull();
  });

  it("are refused unread beyond the limit, with the sizes and what to do", async () => {
    const store = memoryStore();
    const unread = {
      path: "big",
      size: 3 * 2 ** 20,
      blob: (): Promise<Blob> => Promise.reject(new Error("must not be read")),
    };
    const result = await keepFiles(store, "p", [unread], 2 ** 20);
    expect(result).toEqual({ kept: false, reason: expect.stringMatching(/3 MiB.*1 MiB.*open the same files again/) });
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
    expect(result).toEqual({ kept: false, reason: expect.stringContaining("storage is full") });
    expect(await memory.keys("")).toEqual([]);
  });
});
