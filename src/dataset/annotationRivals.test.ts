import { expect, it } from "vitest";
import type { QuestionId } from "../formats/questions";
import { jpegHeader, memorySource } from "./fixtures/files";
import { loadLabel } from "./loadLabel";
import { openDataset } from "./openDataset";

const [width, height] = [12, 8];
const square = (x: number) => [x, 0, x + 4, 0, x + 4, 4, x, 4];
const coco = (x: number, names = ["0.jpg", "1.jpg"]) =>
  JSON.stringify({
    images: names.map((file_name, id) => ({ id, file_name, width, height })),
    categories: [{ id: 1, name: "cat" }],
    annotations: names.map((_, id) => ({ id, image_id: id, category_id: 1, segmentation: [square(x)] })),
  });
const photos = { "images/0.jpg": jpegHeader(width, height), "images/1.jpg": jpegHeader(width, height) };

it("two files for the same photographs: which counts is asked, and both can be chosen", async () => {
  const files = { ...photos, "annotations_v1.json": coco(0), "annotations_v2.json": coco(6) };
  for (const [choice, path, column] of [
    [undefined, "annotations_v1.json", 0],
    ["annotations_v2.json", "annotations_v2.json", 6],
    ["annotations_v1.json", "annotations_v1.json", 0],
  ] as const) {
    const choices = new Map<QuestionId, string>(choice ? [["labels", choice]] : []);
    const dataset = await openDataset(memorySource(files), { choices });
    expect(dataset.items).toHaveLength(2);
    for (const item of dataset.items) {
      expect(item.labelPath.startsWith(path)).toBe(true);
      expect((await loadLabel(dataset, item)).labels.data.indexOf(1)).toBe(column);
    }
    const question = dataset.questions.find(({ id }) => id === "labels");
    expect(question).toMatchObject({ title: "Which file holds the labels?", chosen: path, certainty: "open" });
    expect(question?.options.map(({ value }) => value)).toEqual(["annotations_v1.json", "annotations_v2.json"]);
    const other = path === "annotations_v1.json" ? "annotations_v2.json" : "annotations_v1.json";
    expect(dataset.problems.map(({ path: where, reason }) => [where, reason])).toEqual([
      [other, `It tells of 2 photographs (images/0.jpg, images/1.jpg) whose labels are read from ${path} instead.`],
    ]);
  }
});

it("files for different photographs are no rivals", async () => {
  const files = { ...photos, "train.json": coco(0, ["0.jpg"]), "val.json": coco(6, ["1.jpg"]) };
  const dataset = await openDataset(memorySource(files));
  expect(dataset.items).toHaveLength(2);
  expect(dataset.questions.some(({ id }) => id === "labels")).toBe(false);
  expect(dataset.problems).toEqual([]);
});

it("a labelme file beside one photograph that names another is shown with the other, and said", async () => {
  const labelme = (imagePath: string) =>
    JSON.stringify({
      imagePath,
      imageWidth: width,
      imageHeight: height,
      shapes: [
        {
          label: "cat",
          points: [
            [0, 0],
            [4, 0],
            [4, 4],
          ],
        },
      ],
    });
  const files = {
    "0.jpg": jpegHeader(width, height),
    "1.jpg": jpegHeader(width, height),
    "0.json": labelme("1.jpg"),
    "1.json": labelme("0.jpg"),
  };
  const dataset = await openDataset(memorySource(files));
  expect(dataset.items.map(({ labelPath, imagePath }) => [labelPath, imagePath])).toEqual([
    ["0.json/1.png", "1.jpg"],
    ["1.json/0.png", "0.jpg"],
  ]);
  expect(dataset.problems.map(({ path, reason }) => [path, reason])).toEqual([
    ["0.json", "It lies beside 0.jpg, but its imagePath is 1.jpg, with which it is shown. 1 more such files."],
  ]);
});
