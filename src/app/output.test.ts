import { unzipSync } from "fflate";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, jpegHeader } from "../dataset/fixtures/files";
import { memoryFolder } from "../dataset/fixtures/folder";
import { inThreadCoder } from "../dataset/labelCoder";
import { loadLabel } from "../dataset/loadLabel";
import { openDataset } from "../dataset/openDataset";
import { sourceFromDirectory } from "../dataset/sources/directory";
import type { Dataset } from "../dataset/types";
import { createDocument } from "../document/document";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import { FOUND } from "../review/sets";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument } from "../review/types";
import { createDocuments } from "./documents";
import { download } from "./download";
import { createOutput } from "./output";
import { createSession } from "./session";

vi.mock("./download", () => ({ download: vi.fn(), fileName: (name: string) => name }));

const files = {
  "images/a.jpg": jpegHeader(3, 2),
  "images/b.jpg": jpegHeader(3, 2),
  "images/c.jpg": jpegHeader(3, 2),
  "masks/a.png": greyPng(3, 2, (p) => p % 3),
  "masks/b.png": greyPng(3, 2, (p) => p % 3),
  "masks/c.png": greyPng(3, 2, (p) => p % 3),
};

/** A folder opened for saving; `open` is what an image opened in the editor would be. */
async function setUp(store = memoryStore()) {
  const folder = memoryFolder("set", files);
  const dataset = await openDataset(await sourceFromDirectory(folder.handle));
  const session = createSession();
  session.setState({ dataset });
  const autosave = createAutosave({ store, projectId: "p" });
  const documents = createDocuments({ decoder: inThreadCoder }, undefined, 1);
  documents.follow(autosave);
  const output = createOutput({ decoder: inThreadCoder }, session, documents, { current: () => autosave });
  const open = async (index: number) => (await documents.edit(dataset, dataset.items[index])).document;
  return { folder, dataset, session, autosave, documents, output, open };
}

async function newDocument(dataset: Dataset, index: number): Promise<OpenDocument> {
  const item = dataset.items[index];
  const { labels } = await loadLabel(dataset, item);
  return createDocument({ key: item.key, labels, traits: suggestionTraits });
}

function paint(document: OpenDocument, id: number): void {
  document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 1, height: 1 }), id));
}

async function downloadedZip() {
  const [, blob] = vi.mocked(download).mock.lastCall ?? [];
  const zip = unzipSync(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
  const changes = JSON.parse(new TextDecoder().decode(zip["changes.json"])) as {
    images: { label: string; changedPixels: number }[];
  };
  return { zip, changes: changes.images.map(({ label, changedPixels }) => [label, changedPixels]) };
}

const noData = new Uint8Array(0);

beforeEach(() => {
  vi.mocked(download).mockClear();
});

describe("saving over what another program wrote", () => {
  const theirs = greyPng(3, 2, (p) => 2 - (p % 3));

  it.each(["before the first save", "after one"])("is refused %s; the others are saved", async (when) => {
    const { folder, session, output, open } = await setUp();
    const document = await open(0);
    paint(document, 2);
    if (when === "after one") await output.save();
    folder.write("masks/a.png", theirs);
    paint(document, 1);
    paint(await open(1), 1);
    await output.save();
    expect(folder.read("masks/a.png")).toEqual(theirs);
    expect(folder.read("masks/b.png")).not.toEqual(files["masks/b.png"]);
    expect(session.getState().message?.text).toMatch(/masks\/a\.png: Another program has changed it .*Export a zip/);
    expect(document.store.getState().version).not.toBe(document.store.getState().savedVersion);
  });

  it("is not where the file holds the same label still", async () => {
    const { folder, output, open } = await setUp();
    const document = await open(0);
    paint(document, 2);
    folder.write("masks/a.png", files["masks/a.png"]);
    await output.save();
    expect(document.store.getState().savedVersion).toBe(document.store.getState().version);
    expect(folder.read("masks/a.png")).not.toEqual(files["masks/a.png"]);
  });
});

describe("export after saving in place", () => {
  it("holds the labels saved before, with the document in memory and after it has left", async () => {
    const { folder, documents, output, open } = await setUp();
    paint(await open(0), 2);
    paint(await open(1), 1);
    await output.save();
    documents.trim("masks/a.png");
    await output.export("changed");
    const { zip, changes } = await downloadedZip();
    expect(Object.keys(zip)).toEqual(["masks/a.png", "masks/b.png", "changes.json"]);
    expect(zip["masks/b.png"]).toEqual(folder.read("masks/b.png"));
    expect(zip["masks/b.png"]).not.toEqual(files["masks/b.png"]);
    expect(changes).toEqual([
      ["masks/a.png", 1],
      ["masks/b.png", 1],
    ]);
  });

  it("holds the labels as they are shown where a saved change was undone", async () => {
    const { dataset, output, open } = await setUp();
    const document = await open(0);
    paint(document, 2);
    await output.save();
    document.undo();
    await output.export("all");
    const { zip } = await downloadedZip();
    const shown = { ...dataset.items[0].label, bytes: async () => zip["masks/a.png"] };
    const { labels } = await loadLabel(dataset, { ...dataset.items[0], label: shown });
    expect(labels.data).toEqual(document.labels.data);
  });
});

describe("export of some images", () => {
  it("holds theirs alone, changed or not", async () => {
    const { output, open } = await setUp();
    paint(await open(0), 2);
    paint(await open(1), 1);
    await output.export("changed", ["masks/b.png"]);
    const { zip, changes } = await downloadedZip();
    expect(Object.keys(zip)).toEqual(["masks/b.png", "changes.json"]);
    expect(changes).toEqual([["masks/b.png", 1]]);
    await output.export("all", ["masks/a.png"]);
    expect(Object.keys((await downloadedZip()).zip)).toEqual(["masks/a.png", "changes.json"]);
  });
});

describe("saving", () => {
  it("leaves what is proposed, and what can be undone, of images whose documents have left memory", async () => {
    const { documents, output, open } = await setUp();
    for (const place of [0, 1, 2]) {
      const document = await open(place);
      paint(document, 2 - (place % 2));
      document.propose({
        ...{ name: FOUND, documentVersion: document.store.getState().version, ratio: 0.5, passes: 1, passesDone: 1 },
        ...{ model: "net", suggestions: [], confidence: { rect: { x: 0, y: 0, width: 0, height: 0 }, data: noData } },
      });
      documents.trim();
    }
    await output.save();
    for (const place of [0, 1, 2]) {
      const { store } = await open(place);
      expect(store.getState()).toMatchObject({ undoName: "Paint", proposals: { [FOUND]: { model: "net" } } });
      documents.trim();
    }
  });

  it("keeps a stroke made meanwhile as unsaved", async () => {
    const { dataset, output, open } = await setUp();
    const document = await open(0);
    paint(document, 2);
    vi.spyOn(dataset.items[0].label, "bytes").mockImplementationOnce(async () => {
      paint(document, 1);
      return files["masks/a.png"];
    });
    await output.save();
    expect((await loadLabel(dataset, dataset.items[0])).labels.data[0]).toBe(2);
    await output.save();
    expect((await loadLabel(dataset, dataset.items[0])).labels.data[0]).toBe(1);
  });

  it("keeps a stroke made meanwhile where the page goes before it is noted that the file was written", async () => {
    const store = memoryStore();
    let isGone = false;
    const write: typeof store.write = async (puts, deletes) => {
      if (!isGone) await store.write(structuredClone(puts), deletes);
    };
    const { dataset, output, open } = await setUp({ ...store, write });
    const document = await open(0);
    paint(document, 2);
    vi.spyOn(dataset.items[0].label, "bytes").mockImplementationOnce(async () => {
      paint(document, 1);
      return files["masks/a.png"];
    });
    vi.spyOn(document, "markSaved").mockImplementation(() => {
      isGone = true;
    });
    await output.save();
    expect((await loadLabel(dataset, dataset.items[0])).labels.data[0]).toBe(2);

    const later = createAutosave({ store, projectId: "p" });
    const documents = createDocuments({ decoder: inThreadCoder });
    documents.follow(later);
    const without = await documents.documentFor(dataset, dataset.items[0]);
    const { document: again, passedOver } = await documents.edit(dataset, dataset.items[0]);
    expect(passedOver ?? without.passedOver).toBeNull();
    expect([again.labels.data[0], without.document.labels.data[0]]).toEqual([1, 1]);
    // Once a state relative to the new file is kept, the note is gone.
    await later.keep(again);
    expect(await store.keys("saving/")).toEqual([]);
  });

  it("saves the others where one cannot be written, and names that one", async () => {
    const { dataset, folder, output, open, session } = await setUp();
    paint(await open(0), 2);
    paint(await open(1), 2);
    vi.spyOn(dataset.items[0].label, "bytes").mockRejectedValue(new Error("It is gone"));
    await output.save();
    expect(session.getState().message).toMatchObject({
      kind: "error",
      title: "1 label was not saved",
      text: expect.stringMatching(
        /^masks\/a\.png: .*It is gone.* 1 label saved into set\. The files as they were lie in \.maskmend-backup\.$/,
      ),
    });
    expect(folder.read("masks/b.png")).not.toEqual(files["masks/b.png"]);
    // Once it is tried again that is out of date; an export says nothing of it.
    const holds = () => session.getState().message?.holds?.(session.getState());
    const { holds: said } = session.getState().message ?? {};
    expect(holds()).toBe(true);
    await output.export("changes");
    expect(said?.(session.getState())).toBe(true);
    vi.restoreAllMocks();
    await output.save();
    expect(said?.(session.getState())).toBe(false);
    expect([session.getState().message?.title, holds()]).toEqual(["Saved 1 label into set", true]);
  });

  it("does not say it saved what the user declined to extend", async () => {
    const { folder, output, open, session } = await setUp();
    paint(await open(0), 300);
    session.subscribe(({ question }) => question?.answer(false));
    await output.save();
    expect(session.getState().message).toMatchObject({
      title: "No label saved",
      text: "1 label left unsaved, as you chose.",
    });
    expect(folder.read("masks/a.png")).toEqual(files["masks/a.png"]);
  });

  it("runs once at a time", async () => {
    const { output, open, session } = await setUp();
    paint(await open(0), 2);
    const first = output.save();
    await output.save();
    expect(session.getState().announcement.text).toContain("still under way");
    await first;
    expect(session.getState().message?.title).toBe("Saved 1 label into set");
  });
});

it("exports the rest where kept work does not fit its file any more, and says what was left out", async () => {
  const { autosave, dataset, folder, output, open, session } = await setUp();
  const stale = await newDocument(dataset, 2);
  paint(stale, 1);
  await autosave.keep(stale);
  const handle = await (await folder.handle.getDirectoryHandle("masks")).getFileHandle("c.png");
  const writable = await handle.createWritable();
  await writable.write(new Uint8Array(greyPng(3, 2, () => 1)));
  await writable.close();
  paint(await open(0), 2);
  await output.export("changed");
  expect(Object.keys((await downloadedZip()).zip)).toEqual(["masks/a.png", "changes.json"]);
  expect(session.getState().message).toMatchObject({
    title: "Earlier work was left out",
    text: expect.stringMatching(/^masks\/c\.png: The label file has changed .* edit the label again\.$/),
  });
});
