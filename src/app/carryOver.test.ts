import { describe, expect, it, vi } from "vitest";
import { greyPng, jpegHeader, memorySource, rgbPng } from "../dataset/fixtures/files";
import { openDataset } from "../dataset/openDataset";
import { loadProjects } from "../project/projects";
import { memoryStore } from "../project/storage";
import type { Services } from "./services";
import { createSession } from "./session";
import { createWork } from "./work";

type Files = Readonly<Record<string, Uint8Array | string>>;

const photo = (name: string, size = 3) => ({
  [`images/${name}.jpg`]: jpegHeader(size, 2),
  [`masks/${name}.png`]: greyPng(size, 2),
});

/** What is kept for the second set of files, after work on the first. */
async function openBoth(first: Files, second: Files, options: { readonly name?: string } = {}) {
  const store = { ...memoryStore(), lasts: true };
  const session = createSession();
  const work = createWork({ store, samplesUrl: "samples/" } as Services, session);
  const before = memorySource(first, "set");
  const { projectId: from } = await work.begin(before, await openDataset(before), "files");
  await vi.waitFor(async () => expect(await loadProjects(store)).toHaveLength(1));
  await store.set(`work/${from}/masks/a.png`, "labels");
  await store.set(`undecided/${from}/masks/a.png`, 2);
  await store.set(`past/${from}/masks/a.png\0 1`, "step");
  await store.set(`classes/${from}`, "names");
  session.setState({ message: null });
  const after = memorySource(second, options.name ?? "set");
  const { projectId: to } = await work.begin(after, await openDataset(after), "files");
  const kept = async (key: string) => store.get(`work/${to}/${key}`);
  return { from, to, store, work, session, after, kept, message: session.getState().message };
}

describe("files that are added to a data set", () => {
  it("leave the work on its images where it is: labels, history, classes", async () => {
    const { from, to, store, kept, message } = await openBoth({ ...photo("a") }, { ...photo("a"), ...photo("b") });
    expect(to).not.toBe(from);
    expect(await kept("masks/a.png")).toBe("labels");
    expect(await store.get(`undecided/${to}/masks/a.png`)).toBe(2);
    expect(await store.get(`past/${to}/masks/a.png\0 1`)).toBe("step");
    expect(await store.get(`classes/${to}`)).toBe("names");
    expect(message?.title).toBe("Work on 1 image was taken over");
    // The earlier set has it too.
    expect(await store.get(`work/${from}/masks/a.png`)).toBe("labels");
  });

  it("bring nothing to an image of the same name that is another", async () => {
    const large = { "images/a.jpg": Uint8Array.from([...jpegHeader(3, 2), 0, 0, 0]), "masks/a.png": greyPng(3, 2) };
    const { kept, message } = await openBoth({ ...photo("a") }, { ...large, ...photo("b") });
    expect(await kept("masks/a.png")).toBeUndefined();
    expect(message).toBeNull();
  });

  it("nor to a data set of another name, nor once more to one that was open before", async () => {
    const other = await openBoth(photo("a"), { ...photo("a"), ...photo("b") }, { name: "other" });
    expect(await other.kept("masks/a.png")).toBeUndefined();
    const again = await openBoth(photo("a"), { ...photo("a"), ...photo("b") });
    await vi.waitFor(async () => expect(await loadProjects(again.store)).toHaveLength(2));
    await again.store.delete(`work/${again.to}/masks/a.png`);
    await again.work.begin(again.after, await openDataset(again.after), "files");
    expect(await again.kept("masks/a.png")).toBeUndefined();
  });

  it("that give its classes other ids leave the work behind, and say so", async () => {
    const rgb = rgbPng(3, 2, (pixel) => (pixel < 3 ? [9, 0, 0] : [0, 200, 0]));
    const coloured = (name: string) => ({ ...photo(name), [`masks/${name}.png`]: rgb });
    const first = { ...coloured("a"), "classes.csv": "name,r,g,b\nsky,9,0,0\nroad,0,200,0\n" };
    const second = {
      ...coloured("a"),
      ...coloured("b"),
      "classes.csv": "name,r,g,b\nroad,0,200,0\nsky,9,0,0\n",
    };
    const { kept, message } = await openBoth(first, second);
    expect(await kept("masks/a.png")).toBeUndefined();
    expect(message?.title).toBe("Work on 1 image was not taken over");
  });

  it("leave it where it is while nothing can be written, say so, and take it over when they are opened next", async () => {
    let isFull = false;
    const memory = memoryStore();
    const write: typeof memory.write = (...changes) =>
      isFull ? Promise.reject(new DOMException("full", "QuotaExceededError")) : memory.write(...changes);
    const store = { ...memory, write, lasts: true };
    const session = createSession();
    const work = createWork({ store, samplesUrl: "samples/" } as Services, session);
    const before = memorySource(photo("a"), "set");
    const { projectId: from } = await work.begin(before, await openDataset(before), "files");
    await vi.waitFor(async () => expect(await loadProjects(store)).toHaveLength(1));
    await store.set(`work/${from}/masks/a.png`, "labels");
    await store.set(`classes/${from}`, "names");
    isFull = true;
    const told: (string | undefined)[] = [];
    session.subscribe(({ message }) => told.push(message?.title));
    const after = memorySource({ ...photo("a"), ...photo("b") }, "set");
    const { projectId: to } = await work.begin(after, await openDataset(after), "files");
    expect(told).toContain("Whether there is earlier work on these images is not known");
    expect(await memory.keys(`work/${to}/`)).toEqual([]);
    isFull = false;
    // What was done meanwhile is newer.
    await store.set(`classes/${to}`, "newer names");
    await work.begin(after, await openDataset(after), "files");
    expect(await memory.get(`work/${to}/masks/a.png`)).toBe("labels");
    expect(await memory.get(`classes/${to}`)).toBe("newer names");
  });
});
