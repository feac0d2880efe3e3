import { zipSync } from "fflate";
import { describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { greyPng, jpegHeader, memorySource } from "../dataset/fixtures/files";
import { openDataset } from "../dataset/openDataset";
import { sourceFromFiles } from "../dataset/sources/files";
import { createDocument } from "../document/document";
import { loadProjects } from "../project/projects";
import { type KeyValueStore, memoryStore, NoAnswerError } from "../project/storage";
import { suggestionTraits } from "../review/suggestions";
import type { Services } from "./services";
import { createSession } from "./session";
import { createWork } from "./work";

const newest = async (store: KeyValueStore) => (await loadProjects(store))[0] ?? null;

describe("resuming", () => {
  it("finds the work on a zip that holds one folder: its paths stay as they were", async () => {
    const store = { ...memoryStore(), lasts: true };
    const services = { store, samplesUrl: "samples/" } as Services;
    const zip = zipSync({ "set/images/a.jpg": jpegHeader(3, 2), "set/masks/a.png": greyPng(3, 2) });
    const source = await sourceFromFiles([new File([new Uint8Array(zip)], "set.zip")]);
    const first = createWork(services, createSession());
    const dataset = await openDataset(source);
    await first.begin(source, dataset, "files");
    await vi.waitFor(async () => expect(await newest(store)).not.toBeNull());
    const kept = await newest(store);

    const again = createWork(services, createSession());
    const found = await again.resume((await newest(store))?.projectId ?? "");
    const reopened = await openDataset((await found?.load()) ?? source);
    expect(reopened.items.map(({ key }) => key)).toEqual(["set/masks/a.png"]);
    await again.begin(source, reopened, "files");
    await vi.waitFor(async () => expect((await newest(store))?.at).not.toBe(kept?.at));
    expect((await newest(store))?.projectId).toBe(kept?.projectId);
  });

  it("leaves the kept files where they are, and remembers the image that was open", async () => {
    const deleted = vi.fn();
    const memory = memoryStore();
    const store = { ...memory, lasts: true, delete: (key: string) => memory.delete(key).finally(() => deleted(key)) };
    const services = { store, samplesUrl: "samples/" } as Services;
    const source = memorySource({ "images/a.jpg": jpegHeader(3, 2), "masks/a.png": greyPng(3, 2) });
    const dataset = await openDataset(source);
    const first = createWork(services, createSession());
    await first.begin(source, dataset, "files");
    first.opened("masks/a.png");
    await vi.waitFor(async () => expect((await newest(store))?.openKey).toBe("masks/a.png"));
    deleted.mockClear();

    const again = createWork(services, createSession());
    const found = await again.resume((await newest(store))?.projectId ?? "");
    expect(found?.openKey).toBe("masks/a.png");
    await again.begin((await found?.load()) ?? source, dataset, "files");
    again.opened("masks/a.png");
    await vi.waitFor(async () => expect((await newest(store))?.openKey).toBe("masks/a.png"));
    expect(deleted).not.toHaveBeenCalled();
  });

  it("remembers what was opened last, though what came before took longer to copy", async () => {
    const store = { ...memoryStore(), lasts: true };
    const work = createWork({ store, samplesUrl: "samples/" } as Services, createSession());
    const slow = memorySource({ "masks/slow.png": greyPng(3, 2) }, "slow");
    const bytes = slow.files[0].bytes;
    const dataset = await openDataset(slow);
    slow.files[0].bytes = () => new Promise((resolve) => setTimeout(() => resolve(bytes()), 40));
    const next = memorySource({ "masks/next.png": greyPng(3, 2) }, "next");
    const clock = vi.spyOn(Date, "now").mockReturnValue(1);
    await work.begin(slow, dataset, "files");
    clock.mockRestore();
    await work.begin(next, await openDataset(next), "files");
    await vi.waitFor(async () => expect((await newest(store))?.name).toBe("next"));
    expect((await work.recent()).map(({ name, resumable }) => [name, resumable])).toEqual([
      ["next", expect.any(Boolean)],
      ["slow", true],
    ]);
  });
});

describe("recent projects", () => {
  async function twoProjects() {
    const store = { ...memoryStore(), lasts: true };
    const work = createWork({ store, samplesUrl: "samples/" } as Services, createSession());
    for (const name of ["first", "second"]) {
      vi.useFakeTimers({ now: name === "first" ? 1000 : 2000, toFake: ["Date"] });
      const source = memorySource({ "masks/a.png": greyPng(3, 2) }, name);
      await work.begin(source, await openDataset(source), "files");
      await vi.waitFor(async () => expect((await newest(store))?.name).toBe(name));
    }
    vi.useRealTimers();
    return { store, work };
  }

  it("are listed with the images worked on, the newest first, each resumable from its own copies", async () => {
    const { store, work } = await twoProjects();
    const [second, first] = await work.recent();
    expect([second.name, first.name]).toEqual(["second", "first"]);
    await store.set(`work/${first.id}/masks/a.png`, {});
    expect(await work.recent()).toMatchObject([
      { kind: "files", worked: 0, resumable: true },
      { kind: "files", worked: 1, resumable: true },
    ]);
    const found = await work.resume(first.id);
    expect((await found?.load())?.name).toBe("first");
  });

  it("say when their files must be opened again, and go with all that is kept for them", async () => {
    const { store, work } = await twoProjects();
    const [, { id }] = await work.recent();
    for (const key of await store.keys(`files/${id}/`)) await store.delete(key);
    await expect((await work.resume(id))?.load()).rejects.toThrow('The files of "first" were not kept');
    await store.delete(`files/${id}`);
    expect((await work.recent())[1]).toMatchObject({ name: "first", resumable: false });
    for (const kind of ["work", "support"]) await store.set(`${kind}/${id}/masks/a.png`, {});
    for (const kind of ["classes", "exclusions"]) await store.set(`${kind}/${id}`, {});
    await work.remove(id);
    expect((await work.recent()).map(({ name }) => name)).toEqual(["second"]);
    expect((await store.keys("")).filter((key) => key.includes(id))).toEqual([]);
    expect(await work.resume(id)).toBeNull();
  });
});

describe("a storage that does not answer", () => {
  it("gets the project and the work on it once it does", async () => {
    const memory = { ...memoryStore(), lasts: true };
    let answers = false;
    const asked = <T>(work: () => Promise<T>): Promise<T> => (answers ? work() : Promise.reject(new NoAnswerError()));
    const store: KeyValueStore = {
      lasts: true,
      get: (key) => asked(() => memory.get(key)),
      set: (key, value) => asked(() => memory.set(key, value)),
      delete: (key) => asked(() => memory.delete(key)),
      keys: (prefix) => asked(() => memory.keys(prefix)),
      entries: (prefix) => asked(() => memory.entries(prefix)),
      read: (keys, prefixes) => asked(() => memory.read(keys, prefixes)),
      write: (puts, deletes) => asked(() => memory.write(structuredClone(puts), deletes)),
    };
    const session = createSession();
    const work = createWork({ store, samplesUrl: "samples/" } as Services, session);
    const source = memorySource({ "masks/a.png": greyPng(3, 2) });
    const autosave = await work.begin(source, await openDataset(source), "sample");
    expect(await autosave.loadWithPast("masks/a.png")).toBeNull();
    const document = createDocument({ key: "masks/a.png", labels: createLabelMap(3, 2), traits: suggestionTraits });
    autosave.watch(document);
    document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 1, height: 1 }), 1));
    await vi.waitFor(() => expect(session.getState()).toMatchObject({ saved: "failed" }));
    expect(session.getState().savedDetail).toContain("does not answer");
    answers = true;
    await autosave.flush();
    expect(session.getState().saved).toBe("saved");
    await vi.waitFor(async () => expect(await newest(store)).toMatchObject({ source: { kind: "sample" } }));
    expect(await work.worked()).toBe(1);
  });
});

describe("a browser that forbids storage", () => {
  it("is told of: work lasts until the tab is closed", async () => {
    const session = createSession();
    const work = createWork({ store: memoryStore(), samplesUrl: "samples/" } as Services, session);
    const source = memorySource({ "masks/a.png": greyPng(3, 2) });
    await work.begin(source, await openDataset(source), "files");
    expect(session.getState().saved).toBe("temporary");
    expect(session.getState().message?.text).toContain("Export your work before you close the tab");
  });
});
