import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { greyPng, jpegHeader, memorySource } from "../dataset/fixtures/files";
import { memoryFolder } from "../dataset/fixtures/folder";
import { loadLabel } from "../dataset/loadLabel";
import { openDataset } from "../dataset/openDataset";
import { sourceFromDirectory } from "../dataset/sources/directory";
import { type ChangesFile, handChanges, imageChanges, type RegionChange, writeChanges } from "./changes";
import { zipBytes } from "./fixtures/bytesOf";
import { exportLabel, labelFiles, RaiseNeededError } from "./labelFiles";
import { expectUnchanged, saveInPlace } from "./saveInPlace";

const files = {
  "images/a.jpg": jpegHeader(3, 2),
  "images/b.jpg": jpegHeader(3, 2),
  "masks/a.png": greyPng(3, 2, (p) => p % 3),
  "masks/b.png": greyPng(3, 2, (p) => p % 2),
};

describe("zip export", () => {
  const zipOf = async (which: "changed" | "all") => {
    const dataset = await openDataset(memorySource(files));
    const edited = createLabelMap(3, 2, Uint16Array.of(2, 2, 2, 2, 2, 2));
    const entries = labelFiles(dataset, (item) => (item.key === "masks/a.png" ? edited : null), { which });
    return unzipSync(await zipBytes(entries));
  };

  it("holds all labels at their own paths, untouched ones byte for byte", async () => {
    const zip = await zipOf("all");
    expect(Object.keys(zip)).toEqual(["masks/a.png", "masks/b.png"]);
    expect(Buffer.compare(zip["masks/b.png"], files["masks/b.png"])).toBe(0);
    expect(Buffer.compare(zip["masks/a.png"], files["masks/a.png"])).not.toBe(0);
  });

  it("holds the changed ones alone when asked", async () => {
    expect(Object.keys(await zipOf("changed"))).toEqual(["masks/a.png"]);
  });

  it("holds an edited label that its file holds by now, byte for byte", async () => {
    const dataset = await openDataset(memorySource(files));
    const same = async (item: (typeof dataset.items)[number]) => (await loadLabel(dataset, item)).labels;
    const entries = labelFiles(dataset, same, { which: "changed" });
    expect(await entries.next()).toEqual({
      done: false,
      value: { path: "masks/a.png", bytes: files["masks/a.png"], stale: null },
    });
  });

  it("asks before raising a file's depth", async () => {
    const dataset = await openDataset(memorySource(files));
    const labels = createLabelMap(3, 2, new Uint16Array(6).fill(300));
    await expect(exportLabel(dataset, dataset.items[0], labels)).rejects.toThrow(RaiseNeededError);
    await expect(exportLabel(dataset, dataset.items[0], labels)).rejects.toThrow(/masks\/a.png: Id 300/);
    await expect(exportLabel(dataset, dataset.items[0], labels, { raise: true })).resolves.toMatchObject({
      path: "masks/a.png",
      stale: null,
    });
  });
});

describe("labels that cannot be exported", () => {
  it("are told and left out, the others go on", async () => {
    const dataset = await openDataset(memorySource(files));
    const failed: string[] = [];
    const labels = (item: (typeof dataset.items)[number]) =>
      createLabelMap(3, 2, new Uint16Array(6).fill(item.key === "masks/a.png" ? 300 : 2));
    const entries = labelFiles(dataset, labels, {
      which: "all",
      failed: (item, error) => failed.push(`${item.key}: ${error instanceof RaiseNeededError}`),
    });
    expect(Object.keys(unzipSync(await zipBytes(entries)))).toEqual(["masks/b.png"]);
    expect(failed).toEqual(["masks/a.png: true"]);
  });

  it("end the zip with their reason where nobody asks", async () => {
    const dataset = await openDataset(memorySource(files));
    const labels = createLabelMap(3, 2, new Uint16Array(6).fill(300));
    await expect(zipBytes(labelFiles(dataset, () => labels, { which: "changed" }))).rejects.toThrow(RaiseNeededError);
  });

  it("are extended where that is allowed", async () => {
    const dataset = await openDataset(memorySource(files));
    const labels = createLabelMap(3, 2, new Uint16Array(6).fill(300));
    const entries = labelFiles(dataset, () => labels, { which: "changed", mayRaise: async () => true });
    expect(Object.keys(unzipSync(await zipBytes(entries)))).toEqual(["masks/a.png", "masks/b.png"]);
  });

  it("once it is aborted nothing more is made", async () => {
    const dataset = await openDataset(memorySource(files));
    const controller = new AbortController();
    const entries = labelFiles(dataset, () => null, {
      which: "all",
      signal: controller.signal,
      failed: () => undefined,
    });
    await entries.next();
    controller.abort();
    await expect(entries.next()).rejects.toThrow(/abort/);
  });
});

describe("changes.json", () => {
  const accepted: RegionChange = {
    from: 0,
    to: 2,
    area: 2,
    bounds: { x: 1, y: 0, width: 2, height: 1 },
    source: "model",
    decision: "accepted",
    confidence: 0.9,
    model: "lmae-small",
    ratio: 0.5,
    passes: 3,
  };

  it("says what changed, by whom and how surely", async () => {
    const dataset = await openDataset(memorySource(files, "streets"));
    const before = createLabelMap(3, 2, Uint16Array.of(0, 0, 0, 1, 1, 1));
    const after = createLabelMap(3, 2, Uint16Array.of(0, 2, 2, 1, 0, 0));
    const byHand = handChanges(before, after, (pixel) => pixel < 3);
    expect(byHand).toMatchObject([
      { from: 1, to: 0, area: 2, bounds: { x: 1, y: 1, width: 2, height: 1 }, source: "hand" },
    ]);
    const found: RegionChange = {
      ...accepted,
      area: 0,
      source: "find",
      decision: "rejected",
      ratio: null,
      passes: null,
    };
    const by = (...names: string[]) => names.map((decidedBy) => ({ ...accepted, decidedBy }));
    const regions = [...by("Ada"), ...byHand, { ...found, decidedBy: "Bob" }];
    const image = imageChanges(dataset.items[0], before, after, { regions, notes: ["checked"] });
    const whose = (list: readonly RegionChange[]) =>
      imageChanges(dataset.items[0], before, after, { regions: list }).acceptedBy;
    expect(whose([accepted, ...byHand])).toBeNull();
    expect(whose([...by("Eve", "Ada", "Eve"), accepted])).toBe("Ada, Eve");
    const created = new Date("2026-01-02T03:04:05Z");
    const changes = writeChanges(dataset, { generator: "MaskMend 0.1.0", created });
    changes.add(image);
    const json: unknown = JSON.parse(await changes.end().text());
    expect(json).toMatchObject({
      schema: "maskmend-changes/1",
      created: "2026-01-02T03:04:05.000Z",
      dataset: { name: "streets" },
      images: [
        {
          label: "masks/a.png",
          image: "images/a.jpg",
          changedPixels: 4,
          acceptedBy: "Ada",
          notes: ["checked"],
          regions: [
            {
              from: 0,
              to: 2,
              area: 2,
              source: "model",
              decision: "accepted",
              model: "lmae-small",
              ratio: 0.5,
              passes: 3,
            },
            { from: 1, to: 0, area: 2, source: "hand", model: null },
            { source: "find", decision: "rejected", model: "lmae-small", confidence: 0.9, ratio: null, passes: null },
          ],
        },
      ],
    });
  });

  it.each([0, 1, 3])("of %i images is what JSON.stringify makes of it, missing labels included", async (count) => {
    const dataset = await openDataset(memorySource(files, "streets"));
    const before = createLabelMap(3, 2);
    const image = imageChanges(dataset.items[0], before, before, { regions: [accepted], notes: ["line\nbreak"] });
    for (const missing of [[], [{ label: "masks/b.png", reason: "It is gone." }]]) {
      const changes = writeChanges(dataset, { generator: "MaskMend", created: new Date(0) });
      for (let i = 0; i < count; i += 1) changes.add(image);
      const text = await changes.end(missing).text();
      const value = JSON.parse(text) as ChangesFile;
      expect(text).toBe(`${JSON.stringify(value, null, 2)}\n`);
      expect(value.images).toEqual(Array(count).fill(image));
      expect(value.notExported).toEqual(missing.length > 0 ? missing : undefined);
    }
  });

  it("refuses labels of different sizes", () => {
    expect(() => handChanges(createLabelMap(2, 3), createLabelMap(3, 2))).toThrow(/differ in size/);
  });
});

describe("saving in place", () => {
  it("keeps the first version through later saves, and the folder reads back without it", async () => {
    const folder = memoryFolder("set", files);
    const dataset = await openDataset(await sourceFromDirectory(folder.handle));
    const root = dataset.root ?? folder.handle;
    const save = async (ids: number) => {
      const labels = createLabelMap(3, 2, new Uint16Array(6).fill(ids));
      const { bytes } = await exportLabel(dataset, dataset.items[0], labels);
      await saveInPlace(root, dataset.items[0].labelPath, bytes);
      return bytes;
    };
    await save(1);
    const last = await save(2);
    expect(folder.read("masks/a.png")).toEqual(last);
    expect(folder.read(".maskmend-backup/masks/a.png")).toEqual(files["masks/a.png"]);
    const again = await openDataset(await sourceFromDirectory(folder.handle));
    expect(again.items.map((item) => item.key)).toEqual(["masks/a.png", "masks/b.png"]);
    expect(Array.from((await loadLabel(again, again.items[0])).labels.data)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it("knows a file that another program changed, before a first save and after one; not one that holds the same", async () => {
    const folder = memoryFolder("set", files);
    const { root, items } = await openDataset(await sourceFromDirectory(folder.handle));
    if (root === undefined) throw new Error("not writable");
    const [{ label }] = items;
    const expectUntouched = (isSame = false) => expectUnchanged(root, label, async () => isSame);
    await expectUntouched();
    await saveInPlace(root, label.path, Uint8Array.of(1, 2));
    await expectUntouched();
    folder.write(label.path, Uint8Array.of(1, 3));
    await expect(expectUntouched()).rejects.toThrow(/^masks\/a.png: Another program has changed it/);
    await expectUntouched(true);
    const other = items[1].label;
    folder.write(other.path, files["masks/a.png"]);
    await expect(expectUnchanged(root, other)).rejects.toThrow(/open the folder again/);
    await expectUnchanged(root, { path: "masks/gone.png", size: 1 });
  });

  it("leaves the file alone and says why when writing is refused", async () => {
    const folder = memoryFolder("set", files, { failWrites: true });
    await expect(saveInPlace(folder.handle, "masks/a.png", Uint8Array.of(1))).rejects.toThrow(
      /masks\/a.png: It was not saved .*Allow writing/,
    );
    expect(folder.read("masks/a.png")).toEqual(files["masks/a.png"]);
  });
});
