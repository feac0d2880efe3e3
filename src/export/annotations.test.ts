import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { greyPng, jpegHeader, memorySource, rgbPng } from "../dataset/fixtures/files";
import { readTar } from "../dataset/fixtures/tar";
import { loadLabel } from "../dataset/loadLabel";
import { openDataset } from "../dataset/openDataset";
import type { Dataset, DatasetItem } from "../dataset/types";
import { labelFiles } from "./labelFiles";

type Files = Record<string, Uint8Array | string>;

const coco = {
  info: { year: 2017, note: "kept" },
  images: [
    { id: 7, file_name: "b.jpg", width: 12, height: 8, license: 3 },
    { id: 900100000000000, file_name: "a.jpg", width: 12, height: 8 },
  ],
  categories: [
    { id: 3, name: "table", supercategory: "indoor" },
    { id: 44, name: "cup" },
  ],
  annotations: [
    { id: 1, image_id: 7, category_id: 44, segmentation: [[5, 2, 8, 2, 8, 5, 5, 5]], area: 9, iscrowd: 0, x: "kept" },
    { id: 2, image_id: 7, category_id: 3, segmentation: [[1, 1, 11, 1, 11, 7, 1, 7]], area: 60, iscrowd: 0 },
    { id: 3, image_id: 7, category_id: 3, segmentation: [[0, 7, 1, 7, 1, 8, 0, 8]], area: 1, iscrowd: 0 },
    { id: 5, image_id: 7, category_id: 44, segmentation: { size: [8, 12], counts: [0, 8, 88] }, iscrowd: 1 },
    { id: 6, image_id: 7, category_id: 44, bbox: [1, 1, 2, 2] },
  ],
};

const files: Files = {
  "annotations/instances_train.json": JSON.stringify(coco, null, 1),
  "train/a.jpg": jpegHeader(12, 8),
  "train/b.jpg": jpegHeader(12, 8),
};

async function exported(dataset: Dataset, which: "changed" | "all", edit: (item: DatasetItem) => Uint16Array | null) {
  const found: Files = {};
  const edited = (item: DatasetItem) => {
    const data = edit(item);
    return data && createLabelMap(item.width, item.height, data);
  };
  for await (const { path, bytes } of labelFiles(dataset, edited, { which })) found[path] = bytes;
  return found;
}

async function idsOf(dataset: Dataset, name: string): Promise<Uint16Array> {
  const item = dataset.items.find((one) => one.name === name);
  if (!item) throw new Error(`${name} is not in the set`);
  return (await loadLabel(dataset, item)).labels.data;
}

/** Rows of ids as text, a character a pixel; v is void. */
const drawn = (data: Uint16Array) =>
  (
    Array.from(data, (id) => ({ 0: ".", 3: "t", 44: "c", 255: "v" })[id])
      .join("")
      .match(/.{12}/g) ?? []
  ).join("\n");

const picture = `v...........
vtttttttttt.
vttttcccttt.
vttttcccttt.
vttttcccttt.
vtttttttttt.
vtttttttttt.
t...........`;

describe("a COCO file", () => {
  it("opens with its photographs: the smaller object on top, crowds void, the rest background", async () => {
    const dataset = await openDataset(memorySource(files));
    expect(dataset.layout).toBe("COCO instances");
    expect(dataset.classes.map(({ id, name, ignored }) => [id, name, ignored])).toEqual([
      [0, "background", false],
      [3, "table", false],
      [44, "cup", false],
      [255, "void", true],
    ]);
    expect(drawn(await idsOf(dataset, "b"))).toBe(picture);
    expect(new Set(await idsOf(dataset, "a"))).toEqual(new Set([0]));
    expect(dataset.items.map(({ imagePath }) => imagePath)).toEqual(["train/a.jpg", "train/b.jpg"]);
    const reasons = dataset.problems.map(({ reason }) => reason).join(" ");
    expect(reasons).toContain("1 of 5 annotations has no mask");
    expect(reasons).toContain("claim 10 px; the smaller one lies on top");
  });

  it("unedited is exported byte for byte; edited keeps the objects that were not touched, and every unknown field", async () => {
    const dataset = await openDataset(memorySource(files));
    expect(await exported(dataset, "changed", () => null)).toEqual({});
    const all = await exported(dataset, "all", () => null);
    expect(Object.keys(all)).toEqual(["annotations/instances_train.json"]);
    expect(new TextDecoder().decode(all["annotations/instances_train.json"] as Uint8Array)).toBe(
      files["annotations/instances_train.json"],
    );
    const before = await idsOf(dataset, "b");
    const after = before.map((id, i) => (i === 12 * 3 + 6 ? 3 : id));
    const changed = await exported(dataset, "changed", ({ name }) => (name === "b" ? after : null));
    const text = new TextDecoder().decode(changed["annotations/instances_train.json"] as Uint8Array);
    const value = JSON.parse(text);
    expect(value.annotations.map(({ id }: { id: number }) => id)).toEqual(
      [2, 3, 5, 6, 7].filter((id) => id !== 2).concat([8]),
    );
    expect({ ...value, annotations: [] }).toEqual({ ...JSON.parse(JSON.stringify(coco)), annotations: [] });
    const again = await openDataset(memorySource({ ...files, ...changed }));
    expect(await idsOf(again, "b")).toEqual(after);
    expect(await idsOf(again, "a")).toEqual(await idsOf(dataset, "a"));
  });

  it("with photographs missing, of one name in two folders, or none at all, says so", async () => {
    const { "train/a.jpg": _, ...without } = files;
    const some = await openDataset(memorySource(without));
    expect(some.problems.map(({ reason }) => reason).join(" ")).toContain("1 annotated image is not here (a.jpg)");
    const twice = await openDataset(
      memorySource({ ...without, "x/b.jpg": jpegHeader(12, 8), "x/a.jpg": jpegHeader(12, 8) }),
    );
    expect(twice.items.map(({ imagePath }) => imagePath)).toEqual(["train/b.jpg", "x/a.jpg"]);
    const json = files["annotations/instances_train.json"];
    const far = {
      "j.json": json,
      "x/b.jpg": jpegHeader(12, 8),
      "y/b.jpg": jpegHeader(12, 8),
      "x/a.jpg": jpegHeader(12, 8),
    };
    const ambiguous = await openDataset(memorySource(far));
    expect(ambiguous.items.map(({ imagePath }) => imagePath)).toEqual(["x/a.jpg"]);
    expect(ambiguous.problems.map(({ reason }) => reason).join(" ")).toContain("b.jpg may be x/b.jpg or y/b.jpg");
    const alone = await openDataset(memorySource({ "j.json": json }));
    expect(alone.items.map(({ name, imagePath }) => [name, imagePath])).toEqual([
      ["a", null],
      ["b", null],
    ]);
  });

  it("that is damaged is named, and hinders nothing else", async () => {
    const cut = String(files["annotations/instances_train.json"]).slice(0, -9);
    const photos = { "a.jpg": jpegHeader(12, 8), "b.jpg": jpegHeader(12, 8) };
    const failure = await openDataset(memorySource({ "cut.json": cut, ...photos })).catch((error) => error);
    expect(failure.problems).toContainEqual(expect.objectContaining({ path: "cut.json", severity: "error" }));
    const whole = { "whole.json": files["annotations/instances_train.json"] };
    const dataset = await openDataset(memorySource({ "cut.json": cut, ...whole, ...photos }));
    expect(dataset.items).toHaveLength(2);
    expect(dataset.problems.map(({ path }) => path)).toContain("cut.json");
  });

  it("beside label rasters does not take their place", async () => {
    const masks = { "masks/a.png": greyPng(12, 8, () => 1), "masks/b.png": greyPng(12, 8, (p) => p % 2) };
    const dataset = await openDataset(
      memorySource({
        ...masks,
        "images/a.jpg": jpegHeader(12, 8),
        "images/b.jpg": jpegHeader(12, 8),
        "x.json": JSON.stringify(coco),
      }),
    );
    expect(dataset.annotations).toBeUndefined();
  });
});

it("the full ADE20K and Label Studio's masks a tag open through their own pictures, and are exported as they", async () => {
  const colored = (color: readonly number[]) => rgbPng(12, 8, (i) => (i < 20 ? color : [0, 3, 1]));
  const ade: Files = { "x/ADE_val_00000001.jpg": jpegHeader(12, 8), "x/ADE_val_00000001_seg.png": colored([50, 9, 7]) };
  const full = await openDataset(memorySource(ade));
  expect([full.layout, full.items.length]).toEqual(["ADE20K (full)", 1]);
  const ids = await idsOf(full, "ADE_val_00000001");
  expect([ids[0], ids[95]]).toEqual([5 * 256 + 9, 3]);
  const own = await exported(full, "all", () => ids.map((id, i) => (i === 0 ? 3 : id)));
  expect(Object.keys(own)).toEqual(["x/ADE_val_00000001_seg.png"]);
  expect((await idsOf(await openDataset(memorySource({ ...ade, ...own })), "ADE_val_00000001"))[0]).toBe(3);
  const tag = (name: string) => `masks/task-7-annotation-2-by-1-tag-${name}.png`;
  const masks = {
    [tag("road-0")]: greyPng(12, 8, (i) => (i < 30 ? 255 : 0)),
    [tag("car-1")]: greyPng(12, 8, (i) => (i < 9 ? 255 : 0)),
  };
  const tags = await openDataset(memorySource({ ...masks, "photo.jpg": jpegHeader(12, 8) }));
  expect(tags.classes.map(({ name }) => name)).toEqual(["background", "car", "road"]);
  expect([...new Set(await idsOf(tags, "task-7"))]).toEqual([1, 2, 0]);
  expect(tags.problems.map(({ reason }) => reason).join(" ")).toContain("name tasks, not images");
});

const archive = join(
  process.env.MASKMEND_DATA ?? join(import.meta.dirname, "../../../shared/data"),
  "formats-samples.tar",
);

it.runIf(existsSync(archive))("COCO's own file opens, and comes back", async () => {
  const tar = readTar(readFileSync(archive));
  const own: Files = {};
  for (const [path, bytes] of tar) if (path.includes("/coco/")) own[path.slice(path.indexOf("/coco/") + 6)] = bytes;
  const dataset = await openDataset(memorySource(own));
  expect(dataset.items).toHaveLength(6);
  expect(dataset.classes.map(({ id }) => id)).toContain(90);
  const json = "instances_train2017.json";
  expect(
    Buffer.compare((await exported(dataset, "all", () => null))[json] as Uint8Array, own[json] as Uint8Array),
  ).toBe(0);
  const [item, other] = dataset.items;
  const { labels } = await loadLabel(dataset, item);
  const after = labels.data.map((id, i) => (i % item.width < 5 ? 1 : id));
  const changed = await exported(dataset, "changed", (one) => (one === item ? after : null));
  const again = await openDataset(memorySource({ ...own, ...changed }));
  expect((await loadLabel(again, again.items[0])).labels.data).toEqual(after);
  expect(await idsOf(again, other.name)).toEqual((await loadLabel(dataset, other)).labels.data);
});
