import { unzipSync } from "fflate";
import { expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, jpegHeader } from "../dataset/fixtures/files";
import { memoryFolder } from "../dataset/fixtures/folder";
import { inThreadCoder } from "../dataset/labelCoder";
import { loadLabel } from "../dataset/loadLabel";
import { openDataset } from "../dataset/openDataset";
import { sourceFromDirectory } from "../dataset/sources/directory";
import { exportTargets } from "../export/targets";
import { decodePng } from "../formats/png";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import { createDocuments } from "./documents";
import { download } from "./download";
import { createOutput } from "./output";
import { createSession } from "./session";

vi.mock("./download", () => ({ download: vi.fn(), fileName: (name: string) => name }));

async function setUp(files: Parameters<typeof memoryFolder>[1], most = 6) {
  const folder = memoryFolder("set", files);
  const dataset = await openDataset(await sourceFromDirectory(folder.handle));
  const session = createSession();
  session.setState({ dataset });
  const autosave = createAutosave({ store: memoryStore(), projectId: "p" });
  const documents = createDocuments({ decoder: inThreadCoder }, undefined, most);
  documents.follow(autosave);
  const output = createOutput({ decoder: inThreadCoder }, session, documents, { current: () => autosave });
  const paint = async (index: number, x: number, id: number) => {
    const { document } = await documents.edit(dataset, dataset.items[index]);
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x, y: 0, width: 1, height: 1 }), id));
  };
  const reopened = async () => openDataset(await sourceFromDirectory(folder.handle));
  return { dataset, session, documents, folder, output, paint, reopened };
}

async function downloaded() {
  const [name, blob] = vi.mocked(download).mock.lastCall ?? [];
  return { name, zip: unzipSync(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))) };
}

it("exports labels as worked on in another format, photographs byte for byte, and says what was lost", async () => {
  const photo = jpegHeader(3, 2);
  const { output, paint } = await setUp({
    "train/images/a.jpg": photo,
    "val/images/a.jpg": photo,
    "train/masks/a.png": greyPng(3, 2, (p) => p % 3),
    "val/masks/a.png": greyPng(3, 2, (p) => (p % 3) + 7),
    "classes.json": new TextEncoder().encode(
      '[{"id":0,"name":"background"},{"id":1,"name":"a:b"},{"id":2,"name":"c"}]',
    ),
  });
  await paint(0, 0, 2);
  const voc = exportTargets.find(({ key }) => key === "voc");
  if (!voc) throw new Error("VOC is missing");
  await output.exportAs(voc, { photographs: true });
  const { name, zip } = await downloaded();
  expect(name).toBe("set-voc.zip");
  expect([...decodePng(zip["SegmentationClass/train_images_a.png"]).samples]).toEqual([2, 1, 2, 0, 1, 2]);
  expect([...decodePng(zip["SegmentationClass/val_images_a.png"]).samples]).toEqual([255, 255, 255, 255, 255, 255]);
  expect(Buffer.compare(zip["JPEGImages/val_images_a.jpg"], photo)).toBe(0);
  const report = new TextDecoder().decode(zip["conversion.txt"]);
  expect(report).toContain('"a:b": renamed');
  expect(report).toContain("id 7: 2 px, id 8: 2 px, id 9: 2 px");
});

it("saves annotations in place, one file for many images, and goes on from what was saved", async () => {
  const json = {
    images: [1, 2].map((id) => ({ id, file_name: `${id}.jpg`, width: 3, height: 2 })),
    categories: [{ id: 5, name: "cup" }],
    annotations: [],
  };
  const files = {
    "coco.json": new TextEncoder().encode(JSON.stringify(json)),
    "1.jpg": jpegHeader(3, 2),
    "2.jpg": jpegHeader(3, 2),
  };
  const { dataset, documents, folder, output, paint, reopened, session } = await setUp(files, 1);
  await paint(0, 0, 5);
  await output.save();
  expect(session.getState().message?.title).toBe("Saved 1 label into set");
  documents.trim("");
  // The first image has left memory; its label is what was saved, and stays so when another is saved.
  expect([...(await loadLabel(dataset, dataset.items[0])).labels.data]).toEqual([5, 0, 0, 0, 0, 0]);
  await paint(1, 2, 5);
  await output.save();
  await paint(0, 1, 5);
  await output.save();
  const again = await reopened();
  expect([...(await loadLabel(again, again.items[0])).labels.data]).toEqual([5, 5, 0, 0, 0, 0]);
  expect([...(await loadLabel(again, again.items[1])).labels.data]).toEqual([0, 0, 5, 0, 0, 0]);
  await output.save();
  expect(session.getState().message?.title).toBe("Nothing to save");
  const theirs = new TextEncoder().encode(JSON.stringify({ ...json, annotations: [], info: "another program" }));
  folder.write("coco.json", theirs);
  await paint(0, 2, 5);
  await output.save();
  expect(session.getState().message?.text).toContain("coco.json: Another program has changed it");
  expect(folder.read("coco.json")).toEqual(theirs);
});
