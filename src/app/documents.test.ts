import { expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, memorySource } from "../dataset/fixtures/files";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import { dropAside, loadAsides } from "../project/asides";
import { createAutosave } from "../project/autosave";
import { type KeyValueStore, memoryStore } from "../project/storage";
import type { OpenDocument } from "../review/types";
import { asideSummary, asideText } from "./asideText";
import { createDocuments } from "./documents";
import { endedText } from "./images";

const classList = new TextEncoder().encode('{"classes": [{"id": 0, "name": "road"}, {"id": 1, "name": "sky"}]}');

async function setUp() {
  const files = {
    "masks/a.png": greyPng(4, 4, (pixel) => (pixel === 5 ? 9 : pixel % 2)),
    "masks/b.png": greyPng(4, 4),
    "classes.json": classList,
  };
  const dataset = await openDataset(memorySource(files));
  const memory = memoryStore();
  const store: KeyValueStore = { ...memory, write: (puts, deletes) => memory.write(structuredClone(puts), deletes) };
  const autosave = createAutosave({ store, projectId: "p" });
  const stop = vi.fn();
  const documents = createDocuments({ decoder: inThreadCoder }, () => stop, 1);
  documents.follow(autosave);
  return { autosave, dataset, documents, stop, store };
}

const paint = (document: OpenDocument) =>
  document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 1, height: 1 }), 1));

it("gives the label as it was worked on: in memory, from kept work, or as the file has it", async () => {
  const { autosave, dataset, documents, stop } = await setUp();
  const [item] = dataset.items;
  const first = async () => (await documents.documentFor(dataset, item)).document.labels.data[0];
  expect(await first()).toBe(0);
  expect(documents.inMemory(item.key)).toBeNull();
  const { document } = await documents.edit(dataset, item);
  expect(documents.inMemory(item.key)).toBe(document);
  paint(document);
  expect((await documents.documentFor(dataset, item)).document).toBe(document);
  await autosave.flush();
  await documents.edit(dataset, dataset.items[1]);
  documents.trim(dataset.items[1].key);
  expect(stop).toHaveBeenCalledTimes(1);
  expect(documents.inMemory(item.key)).toBeNull();
  expect(await first()).toBe(1);
});

it("names what the class table lacks in the label, in memory or not", async () => {
  const { dataset, documents } = await setUp();
  const [item] = dataset.items;
  expect((await documents.documentFor(dataset, item)).unknown).toMatchObject([{ id: 9, ignored: true }]);
  await documents.edit(dataset, item);
  expect((await documents.documentFor(dataset, item)).unknown).toMatchObject([{ id: 9 }]);
  expect((await documents.documentFor(dataset, dataset.items[1])).unknown).toEqual([]);
});

it("passes work over that another file was made for, and says so until it is edited anew", async () => {
  const { autosave, dataset, documents } = await setUp();
  const [item, other] = dataset.items;
  const { document } = await documents.documentFor(dataset, other);
  paint(document);
  await autosave.keep({ ...document, key: item.key });
  for (const made of [await documents.documentFor(dataset, item), await documents.edit(dataset, item)]) {
    expect(made.passedOver?.message).toContain("The label file has changed");
    expect(made.document.labels.data[0]).toBe(0);
  }
  expect((await documents.documentFor(dataset, item)).passedOver).toBeNull();
});

it("keeps documents on hold, whoever trims, until all who hold them let go", async () => {
  const { dataset, documents } = await setUp();
  const [a, b] = dataset.items;
  const releases = [documents.hold(a.key), documents.hold(a.key)];
  await documents.edit(dataset, a);
  await documents.edit(dataset, b);
  documents.trim("another");
  expect([a, b].map(({ key }) => documents.inMemory(key) !== null)).toEqual([true, false]);
  releases[0]();
  releases[0]();
  await documents.edit(dataset, b);
  documents.trim("another");
  expect(documents.inMemory(a.key)).not.toBeNull();
  releases[1]();
  await documents.edit(dataset, b);
  documents.trim(b.key);
  expect(documents.inMemory(a.key)).toBeNull();
});

it("sets work aside that does not fit its file, so that what is done instead does not overwrite it", async () => {
  const { autosave, dataset, documents, store } = await setUp();
  const [item, other] = dataset.items;
  const { document } = await documents.documentFor(dataset, other);
  paint(document);
  await autosave.keep({ ...document, key: item.key });
  const before = await store.get(`work/p/${item.key}`);
  const made = await documents.edit(dataset, item);
  expect(await autosave.keys()).toEqual([]);
  paint(made.document);
  await autosave.flush();
  const [aside] = await loadAsides(store, "p");
  expect(aside).toMatchObject({ imageKey: item.key, reason: expect.stringContaining("has changed") });
  expect(aside.records.find(([name]) => name === "work")?.[1]).toEqual(before);
  expect(asideSummary(aside)).toBe("1 changed tile of 64 x 64 px, 1 undo step");
  const { records } = JSON.parse(asideText(aside)) as {
    records: [string, { runs: { type: string; base64: string } }][];
  };
  const { runs } = records.find(([name]) => name === "work")?.[1] ?? {};
  expect(runs?.type).toBe("Uint16Array");
  const bytes = Buffer.from(runs?.base64 ?? "", "base64");
  expect(new Uint16Array(new Uint8Array(bytes).buffer)).toEqual((before as { runs: Uint16Array }).runs);
  await dropAside(store, "p", aside.id);
  expect(await loadAsides(store, "p")).toEqual([]);
});

it("tells once how a visit ended that was cut off, and what is missing", async () => {
  const { dataset, documents, store } = await setUp();
  const [item] = dataset.items;
  const first = await documents.edit(dataset, item);
  expect(first.ended).toBeNull();
  paint(first.document);
  first.document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 2, y: 2, width: 2, height: 1 }), true));
  const stroke = first.document.begin("stroke");
  stroke.edit.setMask(rectRegion({ x: 0, y: 3, width: 1, height: 1 }), true);

  documents.follow(createAutosave({ store, projectId: "p" }));
  const { document, ended } = await documents.edit(dataset, item);
  expect(document.labels.data[0]).toBe(1);
  expect(document.store.getState().maskedPixels).toBe(2);
  expect(ended).toMatchObject({ isBroken: false, replayed: { count: 1 }, begun: expect.any(Number) });
  const text = endedText(ended ?? { replayed: null, isBroken: false, begun: null });
  expect(text).toMatch(
    /^The last change was restored; the newest is of .*\. A stroke begun at .* was not finished: it is missing\.$/,
  );
  await vi.waitFor(async () => expect(await store.keys("log/")).toEqual([]));
  documents.follow(createAutosave({ store, projectId: "p" }));
  expect((await documents.edit(dataset, item)).ended).toBeNull();
});
