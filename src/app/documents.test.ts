import { expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, memorySource } from "../dataset/fixtures/files";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import type { OpenDocument } from "../review/types";
import { createDocuments } from "./documents";

const classList = new TextEncoder().encode('{"classes": [{"id": 0, "name": "road"}, {"id": 1, "name": "sky"}]}');

async function setUp() {
  const files = {
    "masks/a.png": greyPng(4, 4, (pixel) => (pixel === 5 ? 9 : pixel % 2)),
    "masks/b.png": greyPng(4, 4),
    "classes.json": classList,
  };
  const dataset = await openDataset(memorySource(files));
  const autosave = createAutosave({ store: memoryStore(), projectId: "p" });
  const stop = vi.fn();
  const documents = createDocuments({ decoder: inThreadCoder }, () => stop, 1);
  documents.follow(autosave);
  return { autosave, dataset, documents, stop };
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
  await autosave.keep({ key: item.key, snapshot: document.snapshot, past: document.past });
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
