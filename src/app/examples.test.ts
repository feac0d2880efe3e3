import { describe, expect, it } from "vitest";
import { updateClass } from "../core/classTable";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { withClasses } from "../dataset/editClasses";
import { greyPng, jpegHeader, memorySource } from "../dataset/fixtures/files";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import type { DatasetItem } from "../dataset/types";
import { createDocument } from "../document/document";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument } from "../review/types";
import { createDocuments } from "./documents";
import { createExamples } from "./examples";

const names = ["a", "b", "c", "d"];

async function setUp() {
  const pairs = names.map((name, i) => [
    [`images/${name}.jpg`, jpegHeader(8, 8)],
    [`masks/${name}.png`, greyPng(8, 8, (pixel) => (pixel + i) % 3)],
  ]);
  const dataset = await openDataset(memorySource(Object.fromEntries(pairs.flat())));
  const documents = createDocuments({ decoder: inThreadCoder });
  const autosave = createAutosave({ store: memoryStore(), projectId: "p" });
  const picture = async ({ key, width, height }: DatasetItem) => {
    return { imageKey: key, width, height, rgba: new Uint8ClampedArray(width * height * 4) };
  };
  documents.follow(autosave);
  const examples = createExamples(documents, { current: () => autosave }, picture);
  const open = async (item: DatasetItem): Promise<OpenDocument> => (await documents.edit(dataset, item)).document;
  /** All documents leave memory. */
  const leave = () => documents.follow(autosave);
  const paint = (document: OpenDocument, x: number) =>
    document.edit("paint", (edit) => edit.setLabel(rectRegion({ x, y: 0, width: 1, height: 1 }), 2));
  return { autosave, dataset, examples, leave, open, paint };
}

describe("examples", () => {
  it("hold the file's label, with the data set's void classes", async () => {
    const { dataset, examples } = await setUp();
    const named = withClasses(dataset, updateClass(dataset.classes, 1, { ignored: true }));
    const example = await examples.load(named, named.items[1]);
    expect([...example.labels.slice(0, 3)]).toEqual([1, 2, 0]);
    expect(example).toMatchObject({ imageKey: named.items[1].key, ignoredIds: [1], image: { width: 8, height: 8 } });
  });

  it("leave out what is no class of the data set", async () => {
    const { dataset, examples } = await setUp();
    const [item] = dataset.items;
    const fewer = withClasses(
      dataset,
      dataset.classes.filter(({ id }) => id !== 2),
    );
    expect((await examples.load(fewer, item)).ignoredIds).toEqual([2]);
  });

  it("hold the label of an open document, as a copy", async () => {
    const { dataset, examples, open, paint } = await setUp();
    const document = await open(dataset.items[0]);
    paint(document, 3);
    const { labels } = await examples.load(dataset, dataset.items[0]);
    expect([labels[3], labels[4]]).toEqual([2, 1]);
    labels.fill(9);
    expect(document.labels.data[3]).toBe(2);
  });

  it("hold kept work of documents that left memory, unless the file is another by now", async () => {
    const { autosave, dataset, examples } = await setUp();
    const [item, other] = dataset.items;
    const { labels } = await examples.load(dataset, item);
    const made = { labels: createLabelMap(8, 8, labels), traits: suggestionTraits };
    const document = createDocument({ key: item.key, ...made });
    document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 1, height: 1 }), 2));
    await autosave.keep(document);
    await autosave.keep({ ...document, key: other.key });
    expect((await examples.load(dataset, item)).labels[0]).toBe(2);
    expect((await examples.load(dataset, other)).labels[0]).toBe(1);
  });
});

describe("lasting stamps", () => {
  it("change with the file, an edit, kept work and what is void; are the same for work in memory and kept", async () => {
    const { autosave, dataset, examples, leave, open, paint } = await setUp();
    const [item, other] = dataset.items;
    const stamp = () => examples.lastingStamp(dataset, item);
    const file = await stamp();
    expect(await examples.lastingStamp(dataset, other)).not.toBe(file);
    const document = await open(item);
    expect(await stamp()).toBe(file);
    // What is masked keeps its label.
    document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 4, height: 4 }), true));
    expect(await stamp()).toBe(file);
    paint(document, 4);
    const once = await stamp();
    paint(document, 6);
    const twice = await stamp();
    expect(new Set([file, once, twice]).size).toBe(3);
    await autosave.keep(document);
    leave();
    expect(await stamp()).toBe(twice);
    const named = withClasses(dataset, updateClass(dataset.classes, 1, { ignored: true }));
    expect(await examples.lastingStamp(named, item)).not.toBe(twice);
    const renamed = withClasses(dataset, updateClass(dataset.classes, 1, { name: "other" }));
    expect(await examples.lastingStamp(renamed, item)).toBe(twice);
  });

  it("tell a label that was saved in place from the one that was opened", async () => {
    const { dataset, examples, open, paint } = await setUp();
    const [item] = dataset.items;
    const file = await examples.lastingStamp(dataset, item);
    const document = await open(item);
    paint(document, 4);
    const { labels, store } = document;
    const written = createLabelMap(labels.width, labels.height, labels.data.slice());
    document.markSaved({ labels: written, version: store.getState().version });
    expect(await examples.lastingStamp(dataset, item)).not.toBe(file);
  });
});
