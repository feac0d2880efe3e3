import { unzipSync } from "fflate";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, jpegHeader } from "../dataset/fixtures/files";
import { memoryFolder } from "../dataset/fixtures/folder";
import { inThreadCoder, type LabelCoder } from "../dataset/labelCoder";
import { loadLabel } from "../dataset/loadLabel";
import { openDataset } from "../dataset/openDataset";
import { sourceFromDirectory } from "../dataset/sources/directory";
import { createDocument } from "../document/document";
import type { ChangesFile } from "../export/changes";
import { exportTargets } from "../export/targets";
import { decodePng } from "../formats/png";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import { suggestionTraits } from "../review/suggestions";
import { createDocuments } from "./documents";
import { download } from "./download";
import { createOutput } from "./output";
import { createSession } from "./session";

vi.mock("./download", () => ({ download: vi.fn(), fileName: (name: string) => name }));

const [width, height] = [8, 6];
const nameOf = (i: number) => String(i).padStart(4, "0");
const pathOf = (i: number) => `masks/${nameOf(i)}.png`;

/** A folder of `count` labels, the work on all but every third of them kept from an earlier visit: pixel 0 is 1. */
async function setUp(count: number) {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < count; i += 1) {
    files[`images/${nameOf(i)}.jpg`] = jpegHeader(width, height);
    files[pathOf(i)] = greyPng(width, height, (pixel) => (pixel + i) % 2 && 2);
  }
  const folder = memoryFolder("set", files);
  const dataset = await openDataset(await sourceFromDirectory(folder.handle));
  const session = createSession();
  session.setState({ dataset });
  const autosave = createAutosave({ store: memoryStore(), projectId: "p" });
  const worked = dataset.items.filter((_, i) => i % 3 !== 0);
  for (const item of worked) {
    const { labels } = await loadLabel(dataset, item);
    const document = createDocument({ key: item.key, labels, traits: suggestionTraits });
    paint(document, 1);
    await autosave.keep(document);
  }
  const coder = countingCoder();
  const documents = createDocuments({ decoder: coder }, undefined, 1);
  documents.follow(autosave);
  let current = autosave;
  const output = createOutput({ decoder: coder }, session, documents, { current: () => current });
  const leave = () => {
    current = createAutosave({ store: memoryStore(), projectId: "other" });
  };
  return { files, folder, dataset, session, autosave, worked, coder, documents, output, leave };
}

type Editable = Pick<ReturnType<typeof createDocument>, "edit">;

function paint(document: Editable, id: number): void {
  document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 1, height: 1 }), id));
}

/** Counts how many labels are decoded or encoded, and how many of them at once. */
function countingCoder(): LabelCoder & { readonly most: () => number; readonly encoded: () => number } {
  let [now, most, encoded] = [0, 0, 0];
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    now += 1;
    most = Math.max(most, now);
    return work.finally(() => (now -= 1));
  };
  return {
    ...inThreadCoder,
    decode: (...args) => counted(inThreadCoder.decode(...args)),
    encode: (...args) => {
      encoded += 1;
      return counted(inThreadCoder.encode(...args));
    },
    most: () => most,
    encoded: () => encoded,
  };
}

async function downloaded() {
  const [name, blob] = vi.mocked(download).mock.lastCall ?? [];
  const zip = unzipSync(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
  const changes = JSON.parse(
    new TextDecoder().decode(zip["changes.json"] ?? new TextEncoder().encode("{}")),
  ) as ChangesFile;
  return { name, zip, changes };
}

/** Cancels when the label comes up that is `at` in the data set. */
function cancelAt({ dataset, output }: Awaited<ReturnType<typeof setUp>>, at: number): void {
  const { label } = dataset.items[at];
  const { bytes } = label;
  vi.spyOn(label, "bytes").mockImplementation(() => {
    output.cancel();
    return bytes();
  });
}

beforeEach(() => {
  vi.mocked(download).mockClear();
});

it("nothing is exported or saved while labels of many images are being changed, and that is said", async () => {
  const { output, session, coder } = await setUp(3);
  session.setState({ changingMany: { text: "Accepting", done: 0, total: 3, stop: () => undefined } });
  for (const write of [() => output.export("changed"), () => output.save()]) {
    session.setState({ message: null });
    await write();
    const { message } = session.getState();
    expect(message?.text).toBe("Labels of many images are being changed: wait for that, or stop it.");
  }
  expect(download).not.toHaveBeenCalled();
  expect(coder.encoded()).toBe(0);
  session.setState({ changingMany: null });
  await output.export("changed");
  expect(download).toHaveBeenCalledOnce();
});

it("hundreds of labels are exported one at a time: all of them, untouched ones byte for byte", async () => {
  const count = 300;
  const { files, worked, coder, output, session } = await setUp(count);
  const said: string[] = [];
  session.subscribe(({ exporting }) => exporting && said.push(exporting.text));
  await output.export("all");
  const { zip, changes } = await downloaded();
  expect(Object.keys(zip)).toHaveLength(count + 1);
  expect(coder.most()).toBe(1);
  expect(coder.encoded()).toBe(worked.length);
  const edited = new Set(worked.map(({ labelPath }) => labelPath));
  for (let i = 0; i < count; i += 1) {
    const path = pathOf(i);
    if (edited.has(path)) expect(decodePng(zip[path]).samples[0]).toBe(1);
    else expect(Buffer.compare(zip[path], files[path])).toBe(0);
  }
  expect(changes.images.map(({ label }) => label)).toEqual([...edited]);
  expect(changes.notExported).toBeUndefined();
  expect(said.slice(0, 2)).toEqual(["Exporting", "Exporting 0/300"]);
  expect(session.getState().exporting).toBeNull();
});

it("many labels go into the file that the user chose, which is named; the browser says nothing of it", async () => {
  const { output, session } = await setUp(200);
  const pieces: Uint8Array[] = [];
  const sink = { write: (piece: Uint8Array) => void pieces.push(piece) };
  const handle = { name: "mine.zip", createWritable: async () => new WritableStream(sink) };
  vi.stubGlobal("window", { showSaveFilePicker: async () => handle });
  await output.export("all");
  vi.unstubAllGlobals();
  expect(Object.keys(unzipSync(Uint8Array.from(Buffer.concat(pieces))))).toHaveLength(201);
  expect(download).not.toHaveBeenCalled();
  expect(session.getState().message).toMatchObject({ title: "Exported 200 labels", text: "Written into mine.zip." });
});

describe("a label that cannot be read", () => {
  it("is missing in a zip with its reason, and hinders no other", async () => {
    const { dataset, output, session } = await setUp(6);
    vi.spyOn(dataset.items[1].label, "bytes").mockRejectedValue(new Error("It is gone"));
    vi.spyOn(dataset.items[3].label, "bytes").mockRejectedValue(new Error("It is gone"));
    await output.export("all");
    const { zip, changes } = await downloaded();
    expect(Object.keys(zip)).toEqual([pathOf(0), pathOf(2), pathOf(4), pathOf(5), "changes.json"]);
    expect(changes.notExported).toEqual([
      { label: pathOf(1), reason: expect.stringContaining("It is gone") },
      { label: pathOf(3), reason: expect.stringContaining("It is gone") },
    ]);
    expect(changes.images.map(({ label }) => label)).toEqual([pathOf(2), pathOf(4), pathOf(5)]);
    expect(session.getState().message).toMatchObject({
      title: "Exported 4 of 6 labels",
      text: expect.stringMatching(
        /^Not exported: masks\/0001\.png: .*It is gone.* It and 1 more are listed in changes\.json\.$/,
      ),
    });
  });

  it.each(exportTargets.map((target) => [target.name, target] as const))(
    "is left out of %s wherever that lists its images, and is told",
    async (_, target) => {
      const { dataset, output, session } = await setUp(4);
      vi.spyOn(dataset.items[1].label, "bytes").mockRejectedValue(new Error("It is gone"));
      await output.exportAs(target, { photographs: true });
      const { zip } = await downloaded();
      const texts = Object.entries(zip).map(([path, bytes]) => {
        const isText = /\.(json|jsonl|txt|xml)$/.test(path) && path !== "conversion.txt";
        return `${path} ${isText ? new TextDecoder().decode(bytes) : ""}`;
      });
      expect(texts.filter((text) => text.includes("0001"))).toEqual([]);
      expect(texts.some((text) => text.includes("0002"))).toBe(true);
      expect(new TextDecoder().decode(zip["conversion.txt"])).toMatch(/Left out: masks\/0001\.png: .*It is gone/);
      expect(session.getState().message?.title).toBe(`Exported 3 of 4 labels as ${target.name}`);
    },
  );

  it("ends an export that would hold no label at all", async () => {
    const { dataset, output, session } = await setUp(2);
    for (const { label } of dataset.items) vi.spyOn(label, "bytes").mockRejectedValue(new Error("It is gone"));
    await output.export("all");
    expect(download).not.toHaveBeenCalled();
    expect(session.getState().message).toMatchObject({ kind: "error", title: "Export failed" });
  });
});

describe("cancelling", () => {
  it("a zip leaves no file", async () => {
    const set = await setUp(30);
    cancelAt(set, 20);
    await set.output.export("all");
    expect(download).not.toHaveBeenCalled();
    expect(set.session.getState()).toMatchObject({ exporting: null, message: null });
    expect(set.session.getState().announcement.text).toBe("Export cancelled. No file was written.");
    await set.output.export("changed");
    expect(set.session.getState().announcement.text).toBe("Export cancelled. No file was written.");
  });

  it("saving says how much was written; saving again goes on with the rest and writes nothing twice", async () => {
    const set = await setUp(30);
    const { worked, folder, files, session, output, dataset } = set;
    cancelAt(set, 19);
    await output.save();
    const isSaved = (path: string) => decodePng(folder.read(path) ?? new Uint8Array()).samples[0] === 1;
    const saved = worked.filter(({ labelPath }) => isSaved(labelPath)).length;
    // The label whose turn it was is written to its end: 13 of 20.
    expect(saved).toBe(13);
    expect(session.getState().message).toMatchObject({
      title: "Stopped: 13 labels saved into set",
      text: expect.stringMatching(/^Up to 7 labels are unsaved\. Save again to go on with them\./),
    });
    vi.restoreAllMocks();
    const encoded = set.coder.encoded();
    await output.save();
    expect(set.coder.encoded() - encoded).toBe(7);
    expect(session.getState().message?.title).toBe("Saved 7 labels into set");
    for (const { labelPath } of worked) {
      expect(isSaved(labelPath)).toBe(true);
      expect(folder.read(`.maskmend-backup/${labelPath}`)).toEqual(files[labelPath]);
    }
    for (const item of dataset.items.filter((one) => !worked.includes(one))) {
      expect(folder.read(item.labelPath)).toEqual(files[item.labelPath]);
    }
    await output.save();
    expect(session.getState().message?.title).toBe("Nothing to save");
  });

  it("comes of leaving the data set, so that no label of another gets in", async () => {
    const { dataset, leave, output, session } = await setUp(12);
    const { label } = dataset.items[5];
    const { bytes } = label;
    vi.spyOn(label, "bytes").mockImplementation(() => {
      leave();
      return bytes();
    });
    await output.export("all");
    expect(download).not.toHaveBeenCalled();
    expect(session.getState().message?.title).toBe("Export stopped");
  });
});

it("a stroke made while its label is exported is not in it, nor in changes.json", async () => {
  const { dataset, documents, output } = await setUp(3);
  const { document } = await documents.edit(dataset, dataset.items[1]);
  const { label } = dataset.items[1];
  const { bytes } = label;
  vi.spyOn(label, "bytes").mockImplementation(() => {
    document.edit("More", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width, height }), 1));
    return bytes();
  });
  await output.export("changed");
  const { zip, changes } = await downloaded();
  const before = decodePng(await bytes()).samples;
  expect(decodePng(zip[pathOf(1)]).samples).toEqual(before.map((id, i) => (i === 0 ? 1 : id)));
  expect(changes.images.find((one) => one.label === pathOf(1))?.changedPixels).toBe(1);
});

it("an image opened while it is saved is edited on what was saved, and nothing of either is lost", async () => {
  const { dataset, documents, folder, output, autosave, session } = await setUp(2);
  const [, item] = dataset.items;
  const opening: Promise<unknown>[] = [];
  const { bytes } = item.label;
  let times = 0;
  vi.spyOn(item.label, "bytes").mockImplementation(() => {
    // Once for decoding, once for encoding: the user opens it in between.
    if (++times === 2) opening.push(documents.edit(dataset, item));
    return bytes();
  });
  await output.save();
  vi.restoreAllMocks();
  expect(opening).toHaveLength(1);
  const opened = (await opening[0]) as Awaited<ReturnType<typeof documents.edit>>;
  expect(opened.passedOver).toBeNull();
  expect(opened.document.labels.data[0]).toBe(1);
  paint(opened.document, 2);
  await autosave.flush();
  await output.save();
  expect(session.getState().message?.title).toBe("Saved 1 label into set");
  expect(decodePng(folder.read(item.labelPath) ?? new Uint8Array()).samples[0]).toBe(2);
  const again = await openDataset(await sourceFromDirectory(folder.handle));
  const kept = await autosave.load(item.key);
  const { labels } = await loadLabel(again, again.items[1]);
  expect(() =>
    createDocument({ key: item.key, labels, traits: suggestionTraits, ...(kept ? { working: kept } : {}) }),
  ).not.toThrow();
});
