import { expect, it } from "vitest";
import { classNameOf, classTable } from "../core/classTable";
import { displayPalette } from "../core/palette";
import { jpegHeader, memorySource } from "../dataset/fixtures/files";
import { loadLabel } from "../dataset/loadLabel";
import { openDataset } from "../dataset/openDataset";
import type { Dataset } from "../dataset/types";
import { randomLabels } from "../formats/annotations/fixtures/labels";
import { convertedFiles } from "./convert";
import { exportTargets } from "./targets";
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
    files[path.replace("masks/", `masks/${path.includes("_5") ? "val" : "train"}/`)] = bytes;
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

it.each(exportTargets)("$name opens again with the same class at every pixel", async (target) => {
  const dataset = await original();
  const labelsOf = async (item: Dataset["items"][number]) => (await loadLabel(dataset, item)).labels;
  const files: Record<string, Uint8Array> = {};
  for await (const { path, bytes } of convertedFiles(dataset, target, { photographs: true, labelsOf })) {
    files[path] = bytes;
  }
  const again = await openDataset(memorySource(files));
  expect(again.problems.filter(({ severity }) => severity === "error")).toEqual([]);
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
