import { describe, expect, it } from "vitest";
import { removeProject } from "./projects";
import { memoryStore } from "./storage";
import { createThumbs } from "./thumbs";

const thumb = (bytes: number, stamp = "s") => ({
  stamp,
  thumbnail: {
    width: 2,
    height: 1,
    photo: new Uint8Array(bytes),
    photoFailure: null,
    ids: Uint32Array.of(2, 5),
    classes: new Map([[5, 2]]),
  },
});
/** Each of 1,000 bytes takes 1,224. */
const limit = 4000;

describe("kept thumbnails", () => {
  it("come back at the next visit, and go with their project", async () => {
    const store = memoryStore();
    const thumbs = createThumbs(store, "p");
    thumbs.keep("a.png", thumb(10));
    expect(await thumbs.load("a.png")).toEqual(thumb(10));
    await thumbs.flush();
    expect(await createThumbs(store, "p").load("a.png")).toEqual(thumb(10));
    expect(await createThumbs(store, "q").load("a.png")).toBeNull();
    await removeProject(store, "p");
    expect(await store.keys("")).toEqual([]);
  });

  it("stay within their budget: other projects go first, then the oldest", async () => {
    const store = memoryStore();
    const old = createThumbs(store, "old", limit);
    for (const key of ["a", "b"]) old.keep(key, thumb(1000));
    await old.flush();
    const thumbs = createThumbs(store, "new", limit);
    for (const key of ["a", "b"]) thumbs.keep(key, thumb(1000));
    await thumbs.flush();
    expect(await store.keys("thumbs/old")).toEqual([]);
    for (const key of ["c", "a", "d"]) thumbs.keep(key, thumb(1000));
    await thumbs.flush();
    expect(await store.keys("thumbs/new/")).toEqual(["thumbs/new/a", "thumbs/new/c", "thumbs/new/d"]);
  });

  it("are done without where the storage is full or holds something else", async () => {
    const store = memoryStore();
    await store.set("thumbs/p/a", { stamp: "s" });
    await store.set("thumbs/p", "nonsense");
    let writes = 0;
    store.write = () => {
      writes += 1;
      return Promise.reject(new DOMException("full", "QuotaExceededError"));
    };
    const thumbs = createThumbs(store, "p");
    expect(await thumbs.load("a")).toBeNull();
    for (let i = 0; i < 2; i++) {
      thumbs.keep("a", thumb(10));
      await thumbs.flush();
    }
    expect(writes).toBe(1);
  });
});
