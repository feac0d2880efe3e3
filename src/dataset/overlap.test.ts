import { expect, it } from "vitest";
import { jpegHeader, memorySource } from "./fixtures/files";
import { loadLabel } from "./loadLabel";
import { openDataset } from "./openDataset";

const square = (x: number, y: number, side: number) => [x, y, x + side, y, x + side, y + side, x, y + side];

/** A large square of class 1, then a small one of class 2, or the other way round; `apart`: beside it. */
const source = (isSmallFirst: boolean, apart = false) => {
  const large = { category_id: 1, segmentation: [square(0, 0, 6)] };
  const small = { category_id: 2, segmentation: [square(apart ? 8 : 2, 2, 2)] };
  const list = isSmallFirst ? [small, large] : [large, small];
  return memorySource({
    "a.jpg": jpegHeader(12, 8),
    "coco.json": JSON.stringify({
      images: [{ id: 1, file_name: "a.jpg", width: 12, height: 8 }],
      categories: [1, 2].map((id) => ({ id, name: `c${id}` })),
      annotations: list.map((one, i) => ({ id: i + 1, image_id: 1, iscrowd: 0, ...one })),
    }),
  });
};

it.each([
  [undefined, true, 2],
  ["smaller", false, 2],
  ["later", true, 1],
  ["later", false, 2],
  ["larger", false, 1],
])("where COCO's annotations overlap, %s counts (small one first: %s)", async (choice, isSmallFirst, expected) => {
  const choices = new Map(choice ? [["overlap", choice] as const] : []);
  const dataset = await openDataset(source(isSmallFirst), { choices });
  const { labels } = await loadLabel(dataset, dataset.items[0]);
  expect(labels.data[3 * 12 + 3]).toBe(expected);
  const question = dataset.questions.find(({ id }) => id === "overlap");
  expect(question).toMatchObject({ chosen: choice ?? "smaller", certainty: "likely" });
  expect(question?.options[0].value).toBe("smaller");
});

it("is not said where none overlap", async () => {
  const dataset = await openDataset(source(true, true));
  expect(dataset.questions.find(({ id }) => id === "overlap")?.certainty).toBe("clear");
});
