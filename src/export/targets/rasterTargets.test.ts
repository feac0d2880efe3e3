import { describe, expect, it } from "vitest";
import { type ClassTable, classTable, type Rgb } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import { displayPalette, rgbKey, vocColor } from "../../core/palette";
import { randomLabels } from "../../formats/annotations/fixtures/labels";
import { channelsOf, decodePng } from "../../formats/png";
import { bytesOf } from "../fixtures/bytesOf";
import { ade20kTarget } from "./ade20k";
import { camvidTarget } from "./camvid";
import { cityscapesTarget } from "./cityscapes";
import { cvatTarget } from "./cvat";
import { mmsegTarget } from "./mmseg";
import { huggingFaceTarget, plainTarget } from "./plain";
import type { ExportTarget } from "./types";
import { vocTarget } from "./voc";

const colors = displayPalette(40);
const named = (id: number, name: string, ignored = false, color: Rgb = colors[id % 37]) => ({
  id,
  name,
  color,
  ignored,
});

const classes = classTable([
  named(0, "background", false, [0, 0, 0]),
  named(1, "road"),
  named(2, "car: parked", false, colors[1]),
  named(5, "sky"),
  named(255, "void", true),
]);

async function write(target: ExportTarget, table: ClassTable, labels: readonly LabelMap[]) {
  const conversion = {
    name: "set",
    classes: table,
    images: labels.map((label, i) => ({
      name: `p${i}`,
      split: i === 0 ? ("val" as const) : ("train" as const),
      width: label.width,
      height: label.height,
      photoExtension: ".png",
      labels: async () => label,
    })),
  };
  const files = new Map<string, Uint8Array>();
  for await (const file of target.files(conversion)) files.set(file.path, await bytesOf(file));
  return { files, sentences: target.cannotHold(conversion) };
}

const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** What each pixel says: its sample, or its colour as one number. */
function valuesOf(bytes: Uint8Array | undefined): number[] {
  if (!bytes) throw new Error("The file was not written");
  const png = decodePng(bytes);
  const channels = channelsOf(png.colorType);
  return Array.from({ length: png.width * png.height }, (_, i) =>
    channels === 1 ? png.samples[i] : rgbKey([png.samples[i * 3], png.samples[i * 3 + 1], png.samples[i * 3 + 2]]),
  );
}

const many = (ids: readonly number[]) => Array.from({ length: 10 }, (_, seed) => randomLabels(seed, ids));
const ids = classes.map(({ id }) => id);

/** Pixels as the format's numbers, for the ids that were written. */
async function expectNumbers(
  target: ExportTarget,
  table: ClassTable,
  path: (i: number) => string,
  numberOf: (id: number) => number | undefined,
) {
  const labels = many(table.map(({ id }) => id));
  const { files } = await write(target, table, labels);
  labels.forEach(({ data }, i) => {
    expect(valuesOf(files.get(path(i)))).toEqual(Array.from(data, numberOf));
  });
  return files;
}

const split = (i: number) => (i === 0 ? "val" : "train");

describe("ids in the pixels of", () => {
  it("plain folders and Hugging Face's are those of the data set, also beyond 8 bits", async () => {
    await expectNumbers(
      plainTarget,
      classes,
      (i) => `masks/p${i}.png`,
      (id) => id,
    );
    await expectNumbers(
      huggingFaceTarget,
      classes,
      (i) => `${split(i)}/labels/p${i}.png`,
      (id) => id,
    );
    const deep = classTable([...classes, named(300, "far")]);
    await expectNumbers(
      plainTarget,
      deep,
      (i) => `masks/p${i}.png`,
      (id) => id,
    );
  });

  it("Pascal VOC are kept where they fit, void is 255", async () => {
    const files = await expectNumbers(
      vocTarget,
      classes,
      (i) => `SegmentationClass/p${i}.png`,
      (id) => id,
    );
    expect(textOf(files.get("labelmap.txt"))).toContain(`car_ parked:${vocColor(2).join(",")}::\n`);
    expect(textOf(files.get("ImageSets/Segmentation/val.txt"))).toBe("p0\n");
    const wide = classTable([named(3, "background"), named(700, "b"), named(900, "void", true)]);
    const numbers = new Map([
      [3, 0],
      [700, 1],
      [900, 255],
    ]);
    await expectNumbers(
      vocTarget,
      wide,
      (i) => `SegmentationClass/p${i}.png`,
      (id) => numbers.get(id),
    );
    const { sentences } = await write(vocTarget, wide, []);
    expect(sentences.join(" ")).toContain("background 3 becomes 0, b 700 becomes 1");
  });

  it("MMSegmentation have no gaps, void is 255", async () => {
    const numbers = new Map([0, 1, 2, 5].map((id, i) => [id, i]));
    await expectNumbers(
      mmsegTarget,
      classes,
      (i) => `ann_dir/${split(i)}/p${i}.png`,
      (id) => numbers.get(id) ?? 255,
    );
  });

  it("SceneParse begin at 1, void is 0", async () => {
    const folder = (i: number) => `annotations/${i === 0 ? "validation" : "training"}/p${i}.png`;
    await expectNumbers(ade20kTarget, classes, folder, (id) => (id === 255 ? 0 : [0, 1, 2, 5].indexOf(id) + 1));
    const own = classTable([named(0, "other", true), named(1, "wall"), named(150, "flag")]);
    await expectNumbers(ade20kTarget, own, folder, (id) => id);
  });

  it("Cityscapes follow the names of classes", async () => {
    const table = classTable([named(0, "road"), named(1, "tram"), named(2, "bicycle"), named(255, "void", true)]);
    const file = (i: number) => `gtFine/${split(i)}/other/other_${String(i).padStart(6, "0")}_000000_gtFine`;
    const byName = new Map([
      [0, 7],
      [2, 33],
    ]);
    await expectNumbers(
      cityscapesTarget,
      table,
      (i) => `${file(i)}_labelIds.png`,
      (id) => byName.get(id) ?? 0,
    );
    const train = new Map([
      [0, 0],
      [2, 18],
    ]);
    await expectNumbers(
      cityscapesTarget,
      table,
      (i) => `${file(i)}_labelTrainIds.png`,
      (id) => train.get(id) ?? 255,
    );
    expect((await write(cityscapesTarget, table, [])).sentences.join(" ")).toContain('"tram"');
  });
});

describe("colours in the pixels of", () => {
  it("CVAT are those of labelmap.txt, and instances the lines' VOC colours", async () => {
    const labels = many(ids);
    const { files, sentences } = await write(cvatTarget, classes, labels);
    const lines = textOf(files.get("labelmap.txt")).trim().split("\n").slice(1);
    expect(lines[0]).toBe("background:0,0,0::");
    expect(sentences.join(" ")).toContain('"car: parked": renamed');
    expect(sentences.join(" ")).toContain("another class has that colour");
    expect(new Set(lines.map((line) => line.split(":")[1])).size).toBe(lines.length);
    const line = (id: number) => ids.indexOf(id);
    const color = (id: number) => rgbKey(lines[line(id)].split(":")[1].split(",").map(Number) as unknown as Rgb);
    labels.forEach(({ data }, i) => {
      expect(valuesOf(files.get(`SegmentationClass/p${i}.png`))).toEqual(Array.from(data, color));
      const instances = Array.from(data, (id) => rgbKey(vocColor(line(id))));
      expect(valuesOf(files.get(`SegmentationObject/p${i}.png`))).toEqual(instances);
    });
    expect(textOf(files.get("ImageSets/Segmentation/default.txt"))).toBe(labels.map((_, i) => `p${i}\n`).join(""));
  });

  it("CVAT never drop a class that is no background: it is instance 0 that is dropped", async () => {
    const table = classTable([named(0, "road", false, [0, 0, 0]), named(1, "car")]);
    const { files } = await write(cvatTarget, table, many([0, 1]));
    expect(textOf(files.get("labelmap.txt"))).toMatch(/^#.*\nbackground:0,0,0::\nroad:(?!0,0,0)/);
    expect(valuesOf(files.get("SegmentationObject/p0.png"))).not.toContain(0);
  });

  it("CamVid are those of label_colors.txt", async () => {
    const labels = many(ids);
    const { files } = await write(camvidTarget, classes, labels);
    const lines = textOf(files.get("label_colors.txt")).trim().split("\n");
    const color = (id: number) => rgbKey(lines[ids.indexOf(id)].split(/\s/).slice(0, 3).map(Number) as unknown as Rgb);
    expect(lines[2]).toMatch(/\tcar:_parked$/);
    labels.forEach(({ data }, i) => {
      expect(valuesOf(files.get(`labels/p${i}_L.png`))).toEqual(Array.from(data, color));
    });
  });
});
