import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { greyPng, jpegHeader, memorySource, rgbPng } from "./fixtures/files";
import { openDataset } from "./openDataset";

type Files = Record<string, Uint8Array | string>;
const [width, height] = [12, 8];

async function open(files: Files, labels?: string) {
  const choices = new Map(labels === undefined ? [] : [["labels", labels] as const]);
  const dataset = await openDataset(memorySource(files), { choices });
  const question = dataset.questions.find(({ id }) => id === "labels");
  return { pairs: dataset.items.map((item) => `${item.imagePath} ${item.labelPath}`), question };
}

describe("which files are the labels", () => {
  const black = (seed: number) => greyPng(width, height, (p) => ((p * seed) % 3 === 0 ? 255 : 0));
  const ids = (seed: number) => greyPng(width, height, (p) => (p + seed) % 4);
  const flat = (colors: readonly (readonly number[])[]) => rgbPng(width, height, (p) => colors[p % colors.length]);

  it.each([
    ["pages of black and white with ids", ["pages", black], ["zones", ids]],
    ["a scan and its layout", ["layout", ids], ["scan", black]],
    [
      "flat colours twice",
      [
        "a",
        () =>
          flat([
            [9, 9, 9],
            [200, 0, 90],
          ]),
      ],
      [
        "b",
        () =>
          flat([
            [1, 2, 3],
            [4, 5, 200],
            [0, 99, 0],
          ]),
      ],
    ],
  ] as const)("%s: asked, with both ways", async (_, [one, drawOne], [other, drawOther]) => {
    const random = createRandom(5);
    const names = Array.from({ length: 2 + random.int(3) }, (_, at) => `${at}.png`);
    const files: Files = {};
    for (const [at, name] of names.entries()) {
      files[`${one}/${name}`] = drawOne(at + 2);
      files[`${other}/${name}`] = drawOther(at + 2);
    }
    const { question, pairs } = await open(files);
    expect(question?.certainty).toBe("open");
    expect(question?.options.map(({ value }) => value).sort()).toEqual([one, other].sort());
    expect(pairs).toHaveLength(names.length);
    expect((await open(files, one)).pairs).toEqual(names.map((name) => `${other}/${name} ${one}/${name}`));
    expect((await open(files, other)).pairs).toEqual(names.map((name) => `${one}/${name} ${other}/${name}`));
  });

  it("black and white is likelier the scan than the labels", async () => {
    const files: Files = {
      "pages/0.png": black(2),
      "pages/1.png": black(4),
      "zones/0.png": ids(1),
      "zones/1.png": ids(2),
    };
    expect((await open(files)).question?.chosen).toBe("zones");
  });

  it("ids before their colours where the photograph has an affix of its own", async () => {
    const files: Files = {};
    for (const name of ["a", "b", "c"]) {
      files[`images/train/${name}_front_vis.png`] = rgbPng(width, height, (p) => [p, 2 * p, 255 - p]);
      files[`labels/train/${name}_labelids.png`] = ids(1);
      files[`labels/train/${name}_color.png`] = flat([
        [1, 2, 3],
        [0, 200, 0],
      ]);
      files[`labels/train/${name}_instanceids.png`] = ids(2);
    }
    const { pairs } = await open(files);
    expect(pairs).toEqual(["a", "b", "c"].map((n) => `images/train/${n}_front_vis.png labels/train/${n}_labelids.png`));
  });

  it("semantic labels before those that may number objects", async () => {
    const files: Files = {};
    for (const name of ["img0", "img1"]) {
      files[`p/${name}.jpg`] = jpegHeader(width, height);
      files[`p/${name}_label_ground-truth.png`] = ids(1);
      files[`p/${name}_label_ground-truth_semantic.png`] = ids(2);
    }
    const { pairs, question } = await open(files);
    expect(pairs[0]).toBe("p/img0.jpg p/img0_label_ground-truth_semantic.png");
    expect(question?.certainty).toBe("likely");
  });

  it.each([
    ["_gt_labelIds", "_gt_invGray"],
    ["_gt_labelIds", "_gt_invIds"],
    ["_mask_semantic", "_certain"],
    ["_gt_labelIds", "_gt_aaa"],
  ])("two suffixes that both fit are two sets, the one that says label first: %s, %s", async (named, other) => {
    const files: Files = {};
    const names = ["f_000001", "f_000002", "f_000010"];
    for (const [at, name] of names.entries()) {
      files[`rgb_anon/train/g/${name}_rgb_anon.png`] = flat([[9, at, 9]]);
      files[`gt/train/g/${name}${named}.png`] = ids(at);
      files[`gt/train/g/${name}${other}.png`] = black(at + 2);
    }
    const { pairs, question } = await open(files);
    expect(pairs).toEqual(names.map((n) => `rgb_anon/train/g/${n}_rgb_anon.png gt/train/g/${n}${named}.png`));
    expect(question?.certainty).not.toBe("clear");
    const second = question?.options[1].value ?? "";
    expect((await open(files, second)).pairs.every((pair) => pair.endsWith(`${other}.png`))).toBe(true);
    expect((await openDataset(memorySource(files))).problems).toEqual([]);
  });

  it.each([
    ["_mask", "_corrected"],
    ["_mask", "_final"],
    ["_mask", "_v2"],
    ["_mask", "-new"],
    ["_label", "_fix"],
    ["_gt", "_anna_2"],
  ])("x%s and x%s%s beside the photograph are both labels: asked", async (affix, more) => {
    const files: Files = {};
    const names = ["a", "b"];
    for (const [at, name] of names.entries()) {
      files[`${name}.jpg`] = jpegHeader(width, height);
      files[`${name}${affix}.png`] = ids(at);
      files[`${name}${affix}${more}.png`] = ids(at + 1);
    }
    const { pairs, question } = await open(files);
    expect(pairs).toEqual(names.map((n) => `${n}.jpg ${n}${affix}.png`));
    expect(question?.certainty).toBe("open");
    const second = question?.options[1].value ?? "";
    expect((await open(files, second)).pairs).toEqual(names.map((n) => `${n}.jpg ${n}${affix}${more}.png`));
  });

  it("two sets of one name are told by their files, and either can be chosen", async () => {
    const files: Files = {};
    for (const [at, name] of ["1", "2", "3"].entries()) {
      files[`images/${name}.jpg`] = jpegHeader(width, height);
      files[`masks/${name}.png`] = ids(at);
    }
    files["masks/2 (1).png"] = ids(7);
    files["masks/Copy of 3.png"] = ids(8);
    const values = (await open(files)).question?.options.map(({ value }) => value) ?? [];
    expect(new Set(values).size).toBe(values.length);
    const chosen = await Promise.all(values.map(async (value) => (await open(files, value)).pairs));
    expect(new Set(chosen.map((pairs) => pairs.join())).size).toBe(values.length);
  });

  it("a photograph whose name goes on after a role's word stays one", async () => {
    const files: Files = {
      "gas_mask_old.jpg": jpegHeader(width, height),
      "gas_mask_old_label.png": ids(1),
      "gas_mask.jpg": jpegHeader(width, height),
      "gas_mask_label.png": ids(2),
    };
    expect((await open(files)).pairs.sort()).toEqual([
      "gas_mask.jpg gas_mask_label.png",
      "gas_mask_old.jpg gas_mask_old_label.png",
    ]);
  });

  it("annotations without a label left: said without a blank", async () => {
    const task = {
      id: 1,
      data: { image: "a.jpg" },
      annotations: [{ id: 1, was_cancelled: true, result: [{ type: "polygonlabels" }] }],
    };
    const files = { "a.jpg": jpegHeader(width, height), "project.json": JSON.stringify([task]) };
    await expect(open(files)).rejects.toThrow(/^(?!.*undefined)/);
  });
});
