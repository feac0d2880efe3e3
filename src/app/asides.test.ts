import { expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, jpegHeader } from "../dataset/fixtures/files";
import { memoryFolder } from "../dataset/fixtures/folder";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import { sourceFromDirectory } from "../dataset/sources/directory";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import { createAsides } from "./asides";
import { createDocuments } from "./documents";
import { createSession } from "./session";
import { createSettings } from "./settings";

const [width, height] = [6, 4];
const old = greyPng(width, height, (pixel) => pixel % 2);
const fill = (id: number, x: number, columns: number) => (edit: { setLabel(region: object, id: number): void }) =>
  edit.setLabel(rectRegion({ x, y: 0, width: columns, height }), id);

/** Work on a label, whose file is another by the next visit. @param extra files of the folder then. */
async function workSetAside(now: Uint8Array, extra: Readonly<Record<string, Uint8Array>> = {}) {
  const memory = memoryStore();
  const store = {
    ...memory,
    write: (...[puts, deletes]: Parameters<typeof memory.write>) => memory.write(structuredClone(puts), deletes),
  };
  const visit = async (label: Uint8Array) => {
    const folder = memoryFolder("set", { "images/a.jpg": jpegHeader(width, height), "masks/a.png": label, ...extra });
    const dataset = await openDataset(await sourceFromDirectory(folder.handle));
    const autosave = createAutosave({ store, projectId: "p" });
    const documents = createDocuments({ decoder: inThreadCoder });
    documents.follow(autosave);
    return { dataset, autosave, documents, document: (await documents.edit(dataset, dataset.items[0])).document };
  };
  const first = await visit(old);
  // As a whole, and a change that is logged.
  first.document.edit("paint", fill(5, 0, 3));
  first.document.edit("paint", fill(7, 2, 2));
  await first.autosave.flush();
  const { dataset, autosave, documents, document } = await visit(now);
  const session = createSession();
  session.setState({ dataset });
  const settings = createSettings();
  const images = { open: vi.fn(async () => undefined) };
  const work = { current: () => autosave };
  const asides = createAsides({ store, decoder: inThreadCoder }, session, settings, documents, images, work);
  const [aside] = await asides.list();
  return { aside, asides, autosave, document, images, settings };
}

/** The new file differs from the old one in the first column. */
const other = greyPng(width, height, (pixel) => (pixel % width === 0 ? 9 : pixel % 2));

it("asks for the label file that the work was made for, takes no other, and says to the pixel what would change", async () => {
  const { aside, asides, document, images } = await workSetAside(other);
  expect(await asides.plan(aside)).toMatchObject({
    state: "unknown",
    why: expect.stringContaining("Choose that file"),
  });
  expect(await asides.plan(aside, new Blob([new Uint8Array(other)]))).toMatchObject({ state: "unknown" });
  expect(await asides.plan(aside, new Blob(["no picture"]))).toMatchObject({ state: "unknown" });
  expect(await asides.apply(aside, "all")).toBe(false);
  const plan = await asides.plan(aside, new Blob([new Uint8Array(old)]));
  expect(plan).toEqual({
    state: "fits",
    from: "the file you chose",
    all: { pixels: 16, differing: 4 },
    same: { pixels: 12, differing: 0 },
  });
  const before = document.labels.data.slice();
  expect(await asides.apply(aside, "same")).toBe(true);
  expect(document.labels.data.slice(0, width)).toEqual(Uint16Array.of(9, 5, 7, 7, 0, 1));
  expect(document.labels.data.filter((id, i) => id !== before[i])).toHaveLength(12);
  expect(images.open).toHaveBeenCalledWith(0);
  // One step; and the work stays.
  expect(document.undo()).toBe("Apply work set aside");
  expect(document.labels.data).toEqual(before);
  expect(await asides.list()).toHaveLength(1);
  expect(await asides.apply(aside, "all")).toBe(true);
  expect(document.labels.data.slice(0, width)).toEqual(Uint16Array.of(5, 5, 7, 7, 0, 1));
  // Nothing of it is left to do: what was said before does not hold any more.
  expect(await asides.apply(aside, "all")).toBe(false);
  expect(await asides.plan(aside, new Blob([new Uint8Array(old)]))).toMatchObject({ all: { pixels: 0 } });
});

it("finds that file by itself where saving kept a copy of it, and leaves locked classes as they are", async () => {
  const { aside, asides, document, settings } = await workSetAside(other, { ".maskmend-backup/masks/a.png": old });
  settings.setState({ lockedClasses: new Set([9, 7]) });
  expect(await asides.plan(aside)).toEqual({
    state: "fits",
    from: "the copy in .maskmend-backup",
    all: { pixels: 4, differing: 0 },
    same: { pixels: 4, differing: 0 },
  });
  expect(await asides.apply(aside, "all")).toBe(true);
  expect(document.labels.data.slice(0, width)).toEqual(Uint16Array.of(9, 5, 0, 1, 0, 1));
});

it("does nothing where the label was edited since it was said what would change", async () => {
  const { aside, asides, document } = await workSetAside(other, { ".maskmend-backup/masks/a.png": old });
  expect(await asides.plan(aside)).toMatchObject({ all: { pixels: 16 } });
  document.edit("paint", fill(5, 0, 1));
  const before = document.labels.data.slice();
  expect(await asides.apply(aside, "all")).toBe(false);
  expect(document.labels.data).toEqual(before);
});

it("says why not where the label has another size by now", async () => {
  const { aside, asides } = await workSetAside(greyPng(4, 6));
  expect(await asides.plan(aside, new Blob([new Uint8Array(old)]))).toMatchObject({
    state: "never",
    why: expect.stringContaining("6 x 4 px, and this one has 4 x 6"),
  });
});
