import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { QuestionId } from "../formats/questions";
import { readTar } from "./fixtures/tar";
import { loadLabel } from "./loadLabel";
import { openDataset } from "./openDataset";
import { sourceFromPaths } from "./sources/files";
import type { Dataset } from "./types";

/** Small folders as other people have them. */
const data = process.env.MASKMEND_DATA ?? join(import.meta.dirname, "../../../shared/data");
const archive = join(data, "layout-cases.tar");
const cases = existsSync(archive) ? readTar(new Uint8Array(readFileSync(archive))) : new Map<string, Uint8Array>();

async function open(name: string, more: readonly { path: string; file: Blob }[] = []) {
  const entries = [...cases]
    .filter(([path]) => path.startsWith(`${name}/`))
    .map(([path, bytes]) => ({ path, file: new Blob([new Uint8Array(bytes)]) }));
  const dataset = await openDataset(await sourceFromPaths([...entries, ...more]));
  const question = (id: QuestionId) => dataset.questions.find((one) => one.id === id);
  const errors = dataset.problems.filter(({ severity }) => severity === "error");
  return { dataset, question, errors, pairs: dataset.items.map(({ imagePath, labelPath }) => [imagePath, labelPath]) };
}

describe.runIf(cases.size > 0)("folders as other people have them", () => {
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

  const names = (dataset: Dataset) => dataset.classes.map(({ id, name }) => `${id} ${name}`);

  it.each(["04b-binary-classes", "04d-binary-rgb"])("%s: 0 is background, 255 the item", async (name) => {
    const { dataset, errors } = await open(name);
    expect(errors).toEqual([]);
    expect(names(dataset)).toEqual(["0 background", "255 item"]);
    expect(dataset.classes.some(({ ignored }) => ignored)).toBe(false);
    const { unknown } = await loadLabel(dataset, dataset.items[0]);
    expect(unknown).toEqual([]);
  });

  it.each([
    ["05-kvasir-jpg-masks", 2],
    ["05b-jpegged-png-grey", 2],
    ["57b-comma10k-classlist", 5],
  ])("%s: smeared, %i classes and what is off the palette", async (name, count) => {
    const { dataset, question, errors } = await open(name);
    expect(errors).toEqual([]);
    expect(dataset.classes.filter(({ ignored }) => !ignored)).toHaveLength(count);
    expect(question("offPalette")?.chosen).toBe("group");
    for (const item of dataset.items) expect((await loadLabel(dataset, item)).unknown).toEqual([]);
  });

  it.each(["_classes_csv", "codes_txt", "colors_json", "data_yaml", "names_json"])(
    "08, %s: names are read",
    async (kind) => {
      const { dataset, errors } = await open(`08-classfile-${kind}`);
      expect(errors).toEqual([]);
      const listed = "sky building pole road pavement tree sign fence car pedestrian bicyclist void".split(" ");
      expect(dataset.classes.map(({ name }) => name)).toEqual(listed);
      expect((await loadLabel(dataset, dataset.items[0])).unknown).toEqual([]);
    },
  );

  it("names without a background ask what 0 is", async () => {
    const { dataset, question } = await open("46-classes-no-bg");
    expect(question("order")?.certainty).toBe("open");
    expect(names(dataset)).toEqual(["0 background", "1 person", "2 vehicle"]);
  });

  it("black that no class lists is asked about and is no class", async () => {
    const { dataset, question } = await open("02c-cvat-zip-nobackground");
    expect(dataset.layout).toBe("CVAT segmentation mask 1.1");
    expect(question("background")).toMatchObject({ certainty: "open" });
    expect(dataset.classes.map(({ name }) => name)).toEqual(["Cat", "Dog"]);
  });

  it("R = G = B masks hold ids, and four kinds of label files the same ones", async () => {
    const grey = await open("35-rgb-ids");
    expect(names(grey.dataset).slice(0, 2)).toEqual(["0 sky", "1 building"]);
    const { dataset, errors } = await open("10-mask-types");
    expect([errors, dataset.items.length]).toEqual([[], 4]);
    const ids = await Promise.all(dataset.items.map(async (item) => (await loadLabel(dataset, item)).labels.data));
    for (const other of ids) expect(Buffer.compare(Buffer.from(other.buffer), Buffer.from(ids[0].buffer))).toBe(0);
  });

  it("3,000 instances are counted, not named", async () => {
    const { dataset } = await open("30d-3000-instances");
    const { labels } = await loadLabel(dataset, dataset.items[0]);
    expect(new Set(labels.data).size).toBe(3026);
    expect(dataset.problems.some(({ reason }) => reason.includes("instances"))).toBe(true);
  });
});
