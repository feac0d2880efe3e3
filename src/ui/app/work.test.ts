import { zipSync } from "fflate";
import { describe, expect, it, vi } from "vitest";
import { greyPng, jpegHeader } from "../../dataset/fixtures/files";
import { openDataset } from "../../dataset/openDataset";
import { sourceFromFiles } from "../../dataset/sources/files";
import { loadSession } from "../../project/session";
import { memoryStore } from "../../project/storage";
import { createSession } from "../state/session";
import type { Services } from "./services";
import { createWork } from "./work";

describe("resuming", () => {
  it("finds the work on a zip that holds one folder: its paths stay as they were", async () => {
    const store = memoryStore();
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
});
