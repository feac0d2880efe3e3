import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import { vocColor, vocPalette } from "../core/palette";
import { greyPng, jpegHeader, memorySource } from "../dataset/fixtures/files";
import { readTar } from "../dataset/fixtures/tar";
import { loadLabel } from "../dataset/loadLabel";
import { openDataset } from "../dataset/openDataset";
import type { DatasetItem } from "../dataset/types";
import { channelsOf, decodePng } from "../formats/png";
import { readChunks } from "../formats/png/chunks";
import { writePng } from "../formats/png/write";
import { exportLabel, labelFiles } from "./labelFiles";

type Files = Readonly<Record<string, Uint8Array | string>>;

/** Every other chunk, type, depth, interlacing, palette and pixel equal; exactly one pixel's samples differ. */
function expectOnePixel(before: Uint8Array, after: Uint8Array, pixel: number): void {
  const others = (bytes: Uint8Array) =>
    readChunks(bytes)
      .filter((chunk) => chunk.type !== "IDAT")
      .map(({ type, data }) => [type, Buffer.from(data).toString("hex")]);
  expect(others(after)).toEqual(others(before));
  const [old, now] = [decodePng(before), decodePng(after)];
  const channels = channelsOf(old.colorType);
  const differing = new Set<number>();
  for (let i = 0; i < old.samples.length; i += 1) {
    if (old.samples[i] !== now.samples[i]) differing.add(Math.floor(i / channels));
  }
  expect([...differing]).toEqual([pixel]);
}

/** A copy with one pixel changed to another id that occurs in the label (or to a neighbouring id). */
function editOnePixel(labels: LabelMap, pixel: number): LabelMap {
  const data = labels.data.slice();
  const other = data.find((id) => id !== data[pixel]);
  data[pixel] = other ?? (data[pixel] === 0 ? 1 : 0);
  return createLabelMap(labels.width, labels.height, data);
}

async function expectExact(files: Files, pixelOf: (item: DatasetItem) => number): Promise<number> {
  const dataset = await openDataset(memorySource(files));
  expect(dataset.problems).toEqual([]);
  for await (const { path, bytes } of labelFiles(dataset, () => null, { which: "all" })) {
    expect(Buffer.compare(bytes, files[path] as Uint8Array)).toBe(0);
  }
  for (const item of dataset.items) {
    const original = await item.label.bytes();
    const { labels } = await loadLabel(dataset, item);
    expect(Buffer.compare((await exportLabel(dataset, item, labels)).bytes, original)).toBe(0);
    const pixel = pixelOf(item);
    expectOnePixel(original, (await exportLabel(dataset, item, editOnePixel(labels, pixel))).bytes, pixel);
  }
  return dataset.items.length;
}

const middle = (item: DatasetItem) => Math.floor(item.height / 2) * item.width + Math.floor(item.width / 3);

const data = process.env.MASKMEND_DATA ?? join(import.meta.dirname, "../../../shared/data");
const archive = join(data, "formats-samples.tar");

describe.runIf(existsSync(archive))("files of public data sets in their own encodings", () => {
  const tar = existsSync(archive) ? readTar(readFileSync(archive)) : new Map<string, Uint8Array>();
  const root = [...tar.keys()][0]?.split("/")[0] ?? "";
  const folder = (name: string): Files =>
    Object.fromEntries(
      [...tar].flatMap(([path, bytes]) =>
        path.startsWith(`${root}/${name}/`) ? [[path.slice(root.length + name.length + 2), bytes]] : [],
      ),
    );

  it.each([
    ["voc", 3],
    ["voc-masks", 300],
    ["camvid-segnet", 4],
    ["idd", 4],
    ["facade-rgba", 4],
    ["rural-mixed", 6],
  ])(
    "%s: unedited byte for byte, one edited pixel is the only change",
    async (name, count) => {
      expect(await expectExact(folder(name), middle)).toBe(count);
    },
    600_000,
  );
});

describe("the same cases, generated", () => {
  const width = 23;
  const height = 17;
  const photo = jpegHeader(width, height);
  const ids = (pixel: number) => [0, 15, 255][(pixel * 7) % 3];
  const samples = (values: (pixel: number) => readonly number[]) =>
    Uint16Array.from(Array.from({ length: width * height }, (_, pixel) => values(pixel)).flat());
  const vocFile = (interlaced: boolean) =>
    writePng({
      width,
      height,
      bitDepth: 8,
      colorType: 3,
      palette: vocPalette,
      interlaced,
      samples: samples((pixel) => [ids(pixel)]),
    });
  const rgb = writePng({ width, height, bitDepth: 8, colorType: 2, samples: samples((p) => vocColor(p % 4)) });
  const rgba16 = writePng({
    width,
    height,
    bitDepth: 16,
    colorType: 6,
    samples: samples((p) => [...vocColor(p % 5).map((value) => value * 257), 65535]),
  });
  const fourBit = writePng({
    width,
    height,
    bitDepth: 4,
    colorType: 3,
    palette: vocPalette.slice(0, 16),
    trns: Uint8Array.of(0),
    interlaced: true,
    samples: samples((p) => [p % 3]),
  });

  const sets: Readonly<Record<string, Files>> = {
    "VOC, plain and interlaced": {
      "ImageSets/Segmentation/val.txt": "2011_000001\n2011_000002\n",
      "JPEGImages/2011_000001.jpg": photo,
      "SegmentationClass/2011_000001.png": vocFile(false),
      "JPEGImages/2011_000002.jpg": photo,
      "SegmentationClass/2011_000002.png": vocFile(true),
    },
    "VOC labels alone": { "2007_000001.png": vocFile(false), "2007_000002.png": vocFile(true) },
    "SegNet's CamVid": { "val/a.png": greyPng(width, height), "valannot/a.png": greyPng(width, height, (p) => p % 12) },
    IDD: {
      "leftImg8bit/val/119/1_image.jpg": photo,
      "gtFine/val/119/1_label.png": greyPng(width, height, (p) => (p % 9 === 0 ? 255 : p % 7)),
    },
    "16-bit RGBA": { "images/a.jpg": photo, "labels/a.png": rgba16 },
    "indexed and RGB side by side": {
      "JPEGImages/0.PNG": greyPng(width, height),
      "SegmentationClass/0.png": vocFile(false),
      "JPEGImages/1.png": greyPng(width, height),
      "SegmentationClass/1.png": rgb,
    },
    "4-bit indexed, interlaced": { "images/a.jpg": photo, "masks/a.png": fourBit },
  };

  it.each(Object.entries(sets))("%s", async (_, files) => {
    const labels = Object.keys(files).filter((path) =>
      /(SegmentationClass|annot|gtFine|labels|masks|^2007)/.test(path),
    );
    expect(await expectExact(files, middle)).toBe(labels.length);
  });
});
