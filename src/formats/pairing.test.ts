import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { pairFiles } from "./pairing";

const pair = (images: readonly string[], labels: readonly string[]) => pairFiles({ images, labels });
const shown = (images: readonly string[], labels: readonly string[]) =>
  pair(images, labels).pairs.map(({ image, label }) => `${image} ${label}`);

describe("pairing", () => {
  it("x.jpg.png belongs to x.jpg, though x.png lies beside it", () => {
    expect(shown(["i/p.jpg", "i/p.png", "i/q.jpg"], ["m/p.jpg.png", "m/p.png.png", "m/q.png"])).toEqual([
      "i/p.jpg m/p.jpg.png",
      "i/p.png m/p.png.png",
      "i/q.jpg m/q.png",
    ]);
  });

  it("strips what tells the role, ignores case, and falls back on unique file names", () => {
    const found = pair(["images/x_image.jpg", "images/deep/y.jpg"], ["masks/X_label.png", "masks/y.png"]);
    expect(found.pairs).toHaveLength(2);
  });

  it("lists what is alone and what is double", () => {
    const found = pair(["images/a.jpg", "images/b.jpg"], ["masks/a.png", "masks/a_label.png", "masks/c.png"]);
    expect(found.pairs).toEqual([{ image: "images/a.jpg", label: "masks/a.png" }]);
    expect(found.lonelyImages).toEqual(["images/b.jpg"]);
    expect(found.lonelyLabels).toEqual(["masks/c.png"]);
    expect(found.doubles).toEqual([{ path: "masks/a_label.png", takenBy: "masks/a.png" }]);
  });

  it("keeps the place: one split never goes with another", () => {
    expect(shown(["img_dir/train/0.jpg", "img_dir/test/0.jpg"], ["ann_dir/train/0.png"])).toEqual([
      "img_dir/train/0.jpg ann_dir/train/0.png",
    ]);
    expect(shown(["images/test/0.jpg"], ["masks/train/0.png"])).toEqual([]);
    expect(shown(["images/a/0.jpg", "images/b/0.jpg", "images/b/1.jpg"], ["masks/0.png", "masks/1.png"])).toEqual([]);
  });

  it.each([
    [
      "x_segmentation.png goes with x.jpg.",
      ["i/ISIC_01.jpg", "i/ISIC_02.jpg"],
      ["m/ISIC_01_segmentation.png", "m/ISIC_02_segmentation.png"],
    ],
    ["mask_x.png goes with img_x.jpg.", ["i/img_000.jpg", "i/img_001.jpg"], ["m/mask_000.png", "m/mask_001.png"]],
    ["x_mask.png goes with x_sat.jpg.", ["1_sat.jpg", "2_sat.jpg"], ["1_mask.png", "2_mask.png"]],
    ["x-labelled.png goes with x.jpg.", ["i/a-1.jpg", "i/a-2.jpg"], ["m/a-1-labelled.png", "m/a-2-labelled.png"]],
    ["x_cp_masks.png goes with x.tif.", ["a 1.tif", "a 2.tif"], ["a 1_cp_masks.png", "a 2_cp_masks.png"]],
    ["gt_x.png goes with x.png.", ["i/1.png", "i/2.png"], ["m/gt_1.png", "m/gt_2.png"]],
    ["x.jpg.png goes with x.jpg.", ["i/1.jpg", "i/2.jpg"], ["m/1.jpg.png", "m/2.jpg.png"]],
    ["qqx.png goes with x.png.", ["i/1.png", "i/2.png"], ["m/qq1.png", "m/qq2.png"]],
  ])("derives and states: %s", (rule, images, labels) => {
    const found = pair(images, labels);
    expect(found.rule).toBe(rule);
    expect(found.pairs.map(({ image, label }) => [image, label])).toEqual(
      images.map((image, at) => [image, labels[at]]),
    );
  });

  it("never leads from one number to another", () => {
    expect(shown(["i/10.jpg", "i/20.jpg", "i/30.jpg"], ["m/1.png", "m/2.png", "m/3.png"])).toEqual([]);
    expect(shown(["i/a_1.jpg", "i/b_1.jpg"], ["m/a_2.png", "m/b_2.png"])).toEqual([]);
  });

  it("joins numbers of different padding as likely, unless that is ambiguous", () => {
    const found = pair(["i/1.jpg", "i/2.jpg", "i/10.jpg"], ["m/001.png", "m/002.png", "m/010.png"]);
    expect(found.pairs).toHaveLength(3);
    expect(found.isClear).toBe(false);
    expect(shown(["i/1.jpg", "i/01.jpg"], ["m/001.png"])).toEqual([]);
  });

  it("takes one photograph and one mask for a pair", () => {
    expect(pair(["DSC 12.jpg"], ["result.png"])).toMatchObject({ pairs: [{ image: "DSC 12.jpg" }], isClear: false });
  });
});

describe("pairing of generated trees", () => {
  it("is right, or the file is listed: never wrong", () => {
    let [made, expected] = [0, 0];
    for (let seed = 1; seed <= 300; seed += 1) {
      const tree = randomTree(seed);
      const found = pair(tree.images, tree.labels);
      for (const { image, label } of found.pairs) {
        expect([seed, label, image]).toEqual([seed, label, tree.truth.get(label)]);
      }
      const named = new Set([
        ...found.pairs.flatMap(({ image, label }) => [image, label]),
        ...found.lonelyImages,
        ...found.lonelyLabels,
        ...found.doubles.map(({ path }) => path),
        ...found.ambiguous.map(({ path }) => path),
      ]);
      expect([seed, [...tree.images, ...tree.labels].filter((path) => !named.has(path))]).toEqual([seed, []]);
      made += found.pairs.length;
      expected += tree.truth.size;
    }
    expect(made / expected).toBeGreaterThan(0.95);
  });
});

/** Images and labels in a random layout with random affixes; some of either are missing, some files belong to nothing. */
function randomTree(seed: number) {
  const random = createRandom(seed).next;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const affix = pick([
    ["", "", "", ""],
    ["", "", "", "_mask"],
    ["", "_sat", "", "_mask"],
    ["img_", "", "mask_", ""],
    ["", "", "gt_", ""],
    ["", "_leftImg8bit", "", "_gtFine_labelIds"],
    ["", "", "", "-labelled"],
    ["", "", "", "_zq"],
    ["", "", "", "_P"],
    ["rgb-", "", "seg-", "-v2"],
  ] as const);
  const [top, bottom] = pick([
    ["images", "masks"],
    ["img_dir", "ann_dir"],
    ["leftImg8bit", "gtFine"],
    ["images/10k", "labels/sem_seg/masks"],
    ["", ""],
  ] as const);
  const splits = pick([[""], ["train", "val"], ["train", "val", "test"], ["a", "b c"]] as const);
  const [isOutside, start] = [random() < 0.5 && top !== "", pick([0, 1, 97])];
  const name = pick<(n: number) => string>([
    (n) => String(n),
    (n) => String(n).padStart(4, "0"),
    (n) => `IMG_${n}_${n % 3}`,
    (n) => `scene${n}_frame${n * 7}`,
    (n) => `${["cat", "dog", "mask", "label"][n % 4]}_${n}`,
  ]);
  const truth = new Map<string, string>();
  const [images, labels]: [string[], string[]] = [[], []];
  for (const split of splits) {
    for (let n = start; n < start + 12; n += 1) {
      const at = (folder: string) => (isOutside ? [split, folder] : [folder, split]).filter(Boolean).join("/");
      const file = (side: 0 | 1, extension: string) =>
        `${at(side === 0 ? top : bottom)}/${affix[2 * side]}${name(n)}${affix[2 * side + 1]}.${extension}`.replace(
          /^\//,
          "",
        );
      const [image, label] = [file(0, "jpg"), file(1, "png")];
      const hasImage = random() > 0.06;
      const hasLabel = split !== "test" && random() > 0.06;
      if (hasImage) images.push(image);
      if (hasLabel) labels.push(label);
      if (hasImage && hasLabel) truth.set(label, image);
    }
  }
  if (random() < 0.3) images.push(`${top}/readme picture.jpg`.replace(/^\//, ""));
  if (random() < 0.3) labels.push(`${bottom}/overview legend.png`.replace(/^\//, ""));
  return { images, labels, truth };
}
