import { expect, it } from "vitest";
import { classNameOf, classTable } from "../core/classTable";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import { displayPalette } from "../core/palette";
import { greyPng, jpegHeader, memorySource } from "../dataset/fixtures/files";
import { loadLabel } from "../dataset/loadLabel";
import { openDataset } from "../dataset/openDataset";
import type { Dataset, DatasetItem } from "../dataset/types";
import { randomLabels } from "../formats/annotations/fixtures/labels";
import { writePng } from "../formats/png/write";
import { conversionSentences, convertedFiles } from "./convert";
import { bytesOf } from "./fixtures/bytesOf";
import { type ExportTarget, exportTargets } from "./targets";
import { plainTarget } from "./targets/plain";

const [width, height] = [37, 23];
const colors = displayPalette(8);
const names = ["background", "road", "car", "sky", "person"];
const classes = classTable([
  ...names.map((name, id) => ({ id, name, color: id === 0 ? ([0, 0, 0] as const) : colors[id], ignored: false })),
  { id: 255, name: "void", color: [224, 224, 192], ignored: true },
]);

/** Six photographs, some of validation; every class occurs. */
async function original(): Promise<Dataset> {
  const files: Record<string, Uint8Array | string> = {};
  const ids = classes.map(({ id }) => id);
  const images = Array.from({ length: 6 }, (_, i) => ({
    name: `street_${i}`,
    split: "train" as const,
    width,
    height,
    photoExtension: ".jpg",
    labels: async () => randomLabels(i + 40, ids, width, height),
  }));
  for await (const { path, bytes } of plainTarget.files({ name: "set", classes, images })) {
    files[path.replace("masks/", `masks/${path.includes("_5") ? "val" : "train"}/`)] = await bytesOf({ bytes });
  }
  for (const { name } of images) {
    files[`images/${name.endsWith("_5") ? "val" : "train"}/${name}.jpg`] = jpegHeader(width, height);
  }
  return openDataset(memorySource(files));
}

/** What each pixel of each image is called; ids of no class that is scored are void. */
async function namesOf(dataset: Dataset): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const item of dataset.items) {
    const { labels, classes: own } = await loadLabel(dataset, item);
    const ignored = new Set(own.flatMap((info) => (info.ignored ? [info.id] : [])));
    const text = Array.from(labels.data, (id) => (ignored.has(id) ? "void" : classNameOf(own, id))).join(" ");
    found.set(item.name, text);
  }
  return found;
}

/** What a target writes of a data set, opened again, with its files. */
async function written(dataset: Dataset, target: ExportTarget, labelsOf: (item: DatasetItem) => Promise<LabelMap>) {
  const files: Record<string, Uint8Array> = {};
  for await (const { path, bytes } of convertedFiles(dataset, target, { photographs: true, labelsOf })) {
    files[path] = await bytesOf({ bytes });
  }
  const again = await openDataset(memorySource(files));
  expect(again.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return { files, again };
}

it.each(exportTargets)("$name opens again with the same class at every pixel", async (target) => {
  const dataset = await original();
  const { files, again } = await written(dataset, target, async (item) => (await loadLabel(dataset, item)).labels);
  expect(again.items).toHaveLength(6);
  const expected = await namesOf(dataset);
  const found = await namesOf(again);
  if (target.key === "cityscapes") {
    // It has no background: that is unlabeled.
    const frames = new Map(
      new TextDecoder()
        .decode(files["frames.txt"])
        .trim()
        .split("\n")
        .map((line) => line.split(" ") as [string, string]),
    );
    for (const [frame, text] of found) {
      expect(text).toBe(expected.get(frames.get(frame) ?? "")?.replaceAll("background", "void"));
    }
  } else expect(found).toEqual(expected);
});

it.each(exportTargets)("$name keeps classes without names apart, and one that was painted", async (target) => {
  const files: Record<string, Uint8Array> = {};
  for (const name of ["a", "b"]) {
    files[`images/${name}.jpg`] = jpegHeader(6, 4);
    files[`masks/${name}.png`] = greyPng(6, 4, (pixel) => [0, 7, 12, 7][pixel % 4]);
  }
  const opened = await openDataset(memorySource(files));
  expect(opened.classes.map(({ name }) => name)).toEqual(["class 0", "class 7", "class 12"]);
  const tree = { id: 13, name: "tree", color: [12, 200, 34] as const, ignored: false };
  const dataset = { ...opened, classes: classTable([...opened.classes, tree]) };
  const labelsOf = async (item: DatasetItem) => {
    const { labels } = await loadLabel(dataset, item);
    return createLabelMap(
      6,
      4,
      labels.data.map((id, pixel) => (pixel >= 18 ? tree.id : id)),
    );
  };
  const { again } = await written(dataset, target, labelsOf);
  const row = "class 0 class 7 class 12 class 7 ";
  const expected = `${row.repeat(4)}class 0 class 7${" tree".repeat(6)}`;
  // CamVid's list allows no spaces, and that is said before.
  const texts = [...(await namesOf(again)).values()].map((text) => text.replaceAll("class_", "class "));
  // Cityscapes has none of them, and says so before.
  const isForeign = target.key === "cityscapes";
  expect(texts).toEqual([0, 1].map(() => (isForeign ? Array(24).fill("void").join(" ") : expected)));
  if (isForeign) expect(conversionSentences(dataset, target).join(" ")).toContain("written as unlabeled");
});

const oddNames = ["# hash", "=1+1", "3", "07", "soil, bare", "a:b", 'say "hi"', "x#y", "50 %", "7.0", "- dash"];

it.each(exportTargets.filter(({ key }) => key !== "cityscapes"))(
  "$name keeps odd names of classes, or says which it changes, and finds photographs of odd names",
  async (target) => {
    const files: Record<string, Uint8Array | string> = {};
    for (const i of [0, 1]) {
      const name = `übung #${i} 5${i}% ?`;
      files[`images/${name}.jpg`] = jpegHeader(11, 4);
      files[`masks/${name}.png`] = greyPng(11, 4, (pixel) => (pixel * (i + 1)) % 11);
    }
    files["classes.json"] = JSON.stringify(oddNames.map((name, id) => ({ id, name })));
    const dataset = await openDataset(memorySource(files));
    expect(dataset.classes.map(({ name }) => name)).toEqual(oddNames);
    const { again } = await written(dataset, target, async (item) => (await loadLabel(dataset, item)).labels);
    expect(again.items).toHaveLength(2);
    const said = conversionSentences(dataset, target).join(" ");
    for (const [i, item] of again.items.entries()) {
      const { labels, classes: own } = await loadLabel(again, item);
      const isVoid = new Set(own.flatMap(({ id, ignored }) => (ignored ? [id] : [])));
      const source = await loadLabel(dataset, dataset.items[i]);
      const renamed = new Map<string, string>();
      labels.data.forEach((id, pixel) => {
        expect(isVoid.has(id)).toBe(false);
        const was = classNameOf(dataset.classes, source.labels.data[pixel]);
        const name = classNameOf(own, id);
        // The same class becomes the same one, and no two become one.
        expect(renamed.get(was) ?? name).toBe(name);
        renamed.set(was, name);
      });
      expect(new Set(renamed.values()).size).toBe(renamed.size);
      const lost = [...renamed].filter(([was, name]) => was !== name);
      if (lost.length > 0) expect(said).toMatch(/renamed, because|and \d+ more/);
      expect(lost.every(([, name]) => !/^class \d+$/.test(name))).toBe(true);
    }
  },
);

it("Label Studio opens again with the highest id there is", async () => {
  const target = exportTargets.find(({ key }) => key === "label-studio") ?? exportTargets[0];
  const samples = (pixel: number) => [0, 300, 65535][pixel % 3];
  const dataset = await openDataset(
    memorySource({
      "images/a.jpg": jpegHeader(6, 4),
      "masks/a.png": writePng({
        width: 6,
        height: 4,
        bitDepth: 16,
        colorType: 0,
        samples: Uint16Array.from({ length: 24 }, (_, pixel) => samples(pixel)),
      }),
    }),
  );
  const { again } = await written(dataset, target, async (item) => (await loadLabel(dataset, item)).labels);
  const { labels } = await loadLabel(again, again.items[0]);
  expect(labels.data).toEqual(Uint16Array.from({ length: 24 }, (_, pixel) => samples(pixel)));
});
