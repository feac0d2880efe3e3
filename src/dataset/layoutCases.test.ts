import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { QuestionId } from "../formats/questions";
import { openDataset } from "./openDataset";
import { sourceFromPaths } from "./sources/files";

/** Small folders as other people have them, unpacked beside the repository or where MASKMEND_CASES says. */
const cases = [
  process.env.MASKMEND_CASES,
  join(import.meta.dirname, "../../../shared/data/layout-cases"),
  "/tmp/cases",
].find((folder) => folder !== undefined && existsSync(folder));

async function open(name: string, more: readonly { path: string; file: Blob }[] = []) {
  const root = join(cases ?? "", name);
  const paths = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const entries = paths.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return { path: `${name}${path.slice(root.length)}`, file: new Blob([new Uint8Array(readFileSync(path))]) };
  });
  const dataset = await openDataset(await sourceFromPaths([...entries, ...more]));
  const question = (id: QuestionId) => dataset.questions.find((one) => one.id === id);
  const errors = dataset.problems.filter(({ severity }) => severity === "error");
  return { dataset, question, errors, pairs: dataset.items.map(({ imagePath, labelPath }) => [imagePath, labelPath]) };
}

describe.runIf(cases !== undefined)("folders as other people have them", () => {
  it("Cityscapes flat: labelIds; the other views are companions", async () => {
    const { dataset, question, errors } = await open("01b-cityscapes-flat");
    expect(dataset.layout).toBe("Cityscapes");
    expect(errors).toEqual([]);
    expect(question("labels")).toMatchObject({ chosen: "labelIds" });
    for (const { imagePath, labelPath, companions } of dataset.items) {
      const frame = labelPath.replace("_gtFine_labelIds.png", "");
      expect(imagePath).toBe(`${frame}_leftImg8bit.png`);
      const views = ["color.png", "instanceIds.png", "polygons.json"].map((view) => `${frame}_gtFine_${view}`);
      expect(companions).toEqual(views);
    }
    expect(dataset.items).toHaveLength(3);
  });

  it("CVAT's zip without images, and with photographs beside it", async () => {
    const { dataset, errors } = await open("02b-cvat-zip-noimages");
    expect(errors).toEqual([]);
    expect(dataset.items.map(({ imagePath, companions }) => [imagePath, companions.length])).toEqual(
      Array.from({ length: 3 }, () => [null, 1]),
    );
  });

  it("mmsegmentation: each split has its own labels, test photographs none", async () => {
    const { pairs, errors } = await open("16c-mmseg-test-split");
    expect(errors).toEqual([]);
    const name = (split: string, n: string) => [`img_dir/${split}/${n}.jpg`, `ann_dir/${split}/${n}.png`];
    expect(pairs).toEqual([name("train", "000"), name("train", "001"), name("val", "000"), name("val", "001")]);
  });

  it("Supervisely: machine masks; human ones and annotations are companions", async () => {
    const { dataset, question, errors } = await open("20-supervisely");
    expect(errors).toEqual([]);
    expect(dataset.layout).toBe("Supervisely");
    expect(question("labels")).toMatchObject({ chosen: "masks_machine", certainty: "clear" });
    expect(dataset.items).toHaveLength(3);
    expect(dataset.items[0].labelPath).toContain("masks_machine/IMG_0");
    expect(dataset.items[0].companions).toHaveLength(2);
  });

  it("BDD100K: masks, of which colormaps are renderings", async () => {
    const { dataset, question, errors } = await open("21-bdd100k");
    expect(errors).toEqual([]);
    expect(dataset.layout).toBe("BDD100K");
    expect(question("labels")?.options.map(({ value }) => value)).toHaveLength(2);
    expect(dataset.items.map(({ labelPath }) => labelPath.includes("/sem_seg/masks/"))).toEqual([true, true, true]);
    expect(dataset.items[0].companions[0]).toContain("colormaps");
  });

  it.each([
    ["29b-isic-images-masks", 3, "x_segmentation.png goes with x.jpg."],
    ["37-fastai-camvid", 3, "x_P.png goes with x.png."],
    ["58-mask-prefix", 2, "mask_x.png goes with img_x.jpg."],
  ])("%s: the affix is derived and stated", async (name, count, rule) => {
    const { dataset, question, errors } = await open(name);
    expect(errors).toEqual([]);
    expect(dataset.items).toHaveLength(count);
    expect(question("pairing")?.options[0].text).toBe(rule);
  });

  it("two zips are one project", async () => {
    const { dataset, errors } = await open("50-two-zips");
    expect(errors).toEqual([]);
    expect(dataset.items).toHaveLength(3);
    expect(dataset.items.every(({ imagePath }) => imagePath?.endsWith("_leftImg8bit.png"))).toBe(true);
  });
});
