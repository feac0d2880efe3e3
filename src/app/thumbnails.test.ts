import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { greyPng, memorySource } from "../dataset/fixtures/files";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import type { Thumbnail } from "../dataset/thumbnails/thumbnail";
import { type Thumbnailer, ThumbnailerStopped } from "../dataset/thumbnails/thumbnailer";
import { type KeyValueStore, memoryStore } from "../project/storage";
import { createDocuments, type Documents } from "./documents";
import type { Services } from "./services";
import { createSession } from "./session";
import { createSettings } from "./settings";
import { createSummaries, summaryOf } from "./summaries";
import { createThumbnails, type Thumbnails } from "./thumbnails";

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Draws when it is told to, and notes what it was asked for. */
function heldThumbnailer() {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let hold = false;
  const thumbnailer: Thumbnailer = {
    async draw(path, { label }) {
      asked.push(path);
      if (hold) await new Promise<void>((resolve) => waiting.push(resolve));
      if (path.includes("stops") && asked.filter((one) => one === path).length === 1)
        throw new ThumbnailerStopped("Odd.");
      if (path.includes("bad")) throw new Error("The label is damaged.");
      const first = "labels" in label ? label.labels.data[0] : 0;
      const ids = Uint32Array.of(4, first);
      return {
        width: 2,
        height: 2,
        photo: null,
        photoFailure: null,
        ids,
        classes: new Map([[first, 64]]),
      } as Thumbnail;
    },
  };
  return {
    thumbnailer,
    asked,
    waiting,
    holdOn: () => {
      hold = true;
    },
  };
}

async function setUp(count: number, store: KeyValueStore = memoryStore(), extra: Record<string, Uint8Array> = {}) {
  const names = Array.from({ length: count }, (_, i) => `masks/${String(i).padStart(4, "0")}.png`);
  const png = greyPng(8, 8);
  const dataset = await openDataset(
    memorySource({ ...Object.fromEntries(names.map((name) => [name, png])), ...extra }),
  );
  const session = createSession();
  const held = heldThumbnailer();
  const services = { store, thumbnailer: held.thumbnailer, decoder: inThreadCoder } as unknown as Services;
  const summaries = createSummaries(services, session, createSettings());
  let thumbnails: Thumbnails;
  const documents: Documents = createDocuments(services, (document) => thumbnails.track(document));
  thumbnails = createThumbnails(services, session, documents, { current: () => null }, summaries);
  await summaries.follow("p");
  thumbnails.follow("p");
  session.setState({ dataset, view: "dataset" });
  return { ...held, dataset, documents, session, thumbnails, summaries, keys: names };
}

describe("thumbnails", () => {
  it("are made two at a time, and never of what was scrolled away", async () => {
    const { thumbnails, keys, asked, waiting, holdOn } = await setUp(500);
    holdOn();
    for (let row = 0; row + 20 <= 500; row += 4) thumbnails.want(keys.slice(row, row + 20));
    await settled();
    expect(asked).toEqual(keys.slice(0, 2));
    while (waiting.length > 0) {
      waiting.shift()?.();
      await settled();
    }
    // The two that were begun, and the twenty in sight now.
    expect(asked).toEqual([...keys.slice(0, 2), ...keys.slice(480)]);
    expect([...thumbnails.ready.getState().keys()].sort()).toEqual(keys.slice(480));
  });

  it("hold no more in memory than a few screens", async () => {
    const { thumbnails, keys } = await setUp(500);
    for (let row = 0; row < 500; row += 20) {
      thumbnails.want(keys.slice(row, row + 20));
      for (let i = 0; i < 200 && !thumbnails.ready.getState().has(keys[row + 19]); i++) await settled();
    }
    expect(thumbnails.ready.getState().size).toBeLessThanOrEqual(240);
    expect(thumbnails.ready.getState().has(keys[499])).toBe(true);
  });

  it("are not made again at the next visit, but where a file changed", async () => {
    const store = memoryStore();
    const first = await setUp(3, store);
    first.thumbnails.want(first.keys);
    for (let i = 0; i < 50 && first.thumbnails.ready.getState().size < 3; i++) await settled();
    first.thumbnails.follow(null);
    await settled();
    const other = greyPng(8, 8, (i) => (i * 7919) % 5);
    const second = await setUp(2, store, { "masks/0002.png": other });
    second.thumbnails.want(first.keys);
    for (let i = 0; i < 50 && second.thumbnails.ready.getState().size < 3; i++) await settled();
    expect(second.thumbnails.ready.getState().size).toBe(3);
    expect(second.asked).toEqual(["masks/0002.png"]);
  });

  it("show the label as it is worked on, anew after each edit", async () => {
    const { thumbnails, keys, documents, dataset } = await setUp(2);
    const shown = () => thumbnails.ready.getState().get(keys[0])?.ids[1];
    thumbnails.want(keys);
    for (let i = 0; i < 50 && shown() === undefined; i++) await settled();
    expect(shown()).toBe(0);
    const { document } = await documents.edit(dataset, dataset.items[0]);
    document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 4, height: 4 }), 3));
    for (let i = 0; i < 50 && shown() !== 3; i++) await settled();
    expect(shown()).toBe(3);
    expect(document.labels).toEqual(createLabelMap(8, 8, document.labels.data));
  });

  it("tell what cannot be read, once, and which classes the others hold", async () => {
    const { thumbnails, keys, session, asked } = await setUp(2, memoryStore(), { "masks/bad.png": greyPng(8, 8) });
    thumbnails.want([...keys, "masks/bad.png"]);
    for (let i = 0; i < 50 && asked.length < 3; i++) await settled();
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(session.getState().unreadable.get("masks/bad.png")).toBe("The label is damaged.");
    expect(summaryOf(session.getState().summaries, keys[1]).classes).toEqual(new Map([[0, 64]]));
    thumbnails.want(["masks/bad.png", ...keys]);
    await settled();
    expect(asked).toHaveLength(3);
  });

  it("are tried once more where the worker stopped: another picture may have been the reason", async () => {
    const { thumbnails, session, asked } = await setUp(1, memoryStore(), { "masks/stops.png": greyPng(8, 8) });
    thumbnails.want(["masks/stops.png"]);
    for (let i = 0; i < 50 && thumbnails.ready.getState().size < 1; i++) await settled();
    expect(asked).toEqual(["masks/stops.png", "masks/stops.png"]);
    expect(session.getState().unreadable.size).toBe(0);
  });

  it("read the classes of images that nobody looks at only when asked to", async () => {
    const { thumbnails, keys, asked, session } = await setUp(6);
    thumbnails.want(keys.slice(0, 1));
    await settled();
    expect(asked).toHaveLength(1);
    thumbnails.readClasses(keys);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(asked).toHaveLength(6);
    expect(session.getState().summaries.size).toBe(6);
    expect(thumbnails.ready.getState().size).toBe(1);
  });
});
