import { zipSync } from "fflate";
import { describe, expect, it, vi } from "vitest";
import { greyPng, jpegHeader, memorySource } from "../dataset/fixtures/files";
import { openDataset } from "../dataset/openDataset";
import { sourceFromFiles } from "../dataset/sources/files";
import { loadSession } from "../project/session";
import { memoryStore } from "../project/storage";
import type { Services } from "./services";
import { createSession } from "./session";
import { createWork } from "./work";

describe("resuming", () => {
  it("finds the work on a zip that holds one folder: its paths stay as they were", async () => {
    const store = { ...memoryStore(), lasts: true };
    const services = { store, samplesUrl: "samples/" } as Services;
    const zip = zipSync({ "set/images/a.jpg": jpegHeader(3, 2), "set/masks/a.png": greyPng(3, 2) });
    const source = await sourceFromFiles([new File([new Uint8Array(zip)], "set.zip")]);
    const first = createWork(services, createSession());
    const dataset = await openDataset(source);
    await first.begin(source, dataset, "files");
    await vi.waitFor(async () => expect(await loadSession(store)).not.toBeNull());
    const kept = await loadSession(store);

    const again = createWork(services, createSession());
    const found = await again.resume();
    const reopened = await openDataset((await found?.load()) ?? source);
    expect(reopened.items.map(({ key }) => key)).toEqual(["set/masks/a.png"]);
    await again.begin(source, reopened, "files");
    await vi.waitFor(async () => expect((await loadSession(store))?.at).not.toBe(kept?.at));
    expect((await loadSession(store))?.projectId).toBe(kept?.projectId);
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
    await vi.waitFor(async () => expect((await loadSession(store))?.openKey).toBe("masks/a.png"));
    deleted.mockClear();

    const again = createWork(services, createSession());
    const found = await again.resume();
    expect(found?.openKey).toBe("masks/a.png");
    await again.begin((await found?.load()) ?? source, dataset, "files");
    again.opened("masks/a.png");
    await vi.waitFor(async () => expect((await loadSession(store))?.openKey).toBe("masks/a.png"));
    expect(deleted).not.toHaveBeenCalled();
    expect((await loadSession(store))?.source).toEqual({ kind: "files", kept: true });
  });

  it("remembers what was opened last, though what came before took longer to copy", async () => {
    const store = { ...memoryStore(), lasts: true };
    const work = createWork({ store, samplesUrl: "samples/" } as Services, createSession());
    const slow = memorySource({ "masks/slow.png": greyPng(3, 2) }, "slow");
    const bytes = slow.files[0].bytes;
    const dataset = await openDataset(slow);
    slow.files[0].bytes = () => new Promise((resolve) => setTimeout(() => resolve(bytes()), 40));
    const next = memorySource({ "masks/next.png": greyPng(3, 2) }, "next");
    await work.begin(slow, dataset, "files");
    await work.begin(next, await openDataset(next), "files");
    await vi.waitFor(async () => expect((await loadSession(store))?.name).toBe("next"));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await loadSession(store))?.name).toBe("next");
    expect((await store.keys("files/")).every((key) => key.startsWith("files/next-"))).toBe(true);
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
