import { describe, expect, it } from "vitest";
import { rgbKey } from "../core/palette";
import { segnetClasses } from "./camvid";
import { cityscapesClasses } from "./cityscapes";
import { guessClasses } from "./guessClasses";
import type { SeenLabels } from "./layout";
import { pairFiles } from "./pairing";
import { recogniseLayout } from "./recognise";
import { vocClasses } from "./voc";

const seen = (ids: readonly number[], more: Partial<SeenLabels> = {}): SeenLabels => ({
  ids: new Map(ids.map((id) => [id, 10])),
  colors: new Map(),
  entries: [],
  ...more,
});

/** The layout's name and its pairs. */
function open(paths: readonly string[]) {
  const roles = recogniseLayout(paths);
  return roles && { name: roles.layout, ...pairFiles(roles), classes: roles.defaultClasses };
}

describe("layouts", () => {
  it("Pascal VOC at any depth, with its classes; borrowed layouts get none", () => {
    const found = open([
      "VOCdevkit/VOC2012/ImageSets/Segmentation/train.txt",
      "VOCdevkit/VOC2012/JPEGImages/2007_000032.jpg",
      "VOCdevkit/VOC2012/SegmentationClass/2007_000032.png",
      "VOCdevkit/VOC2012/SegmentationObject/2007_000032.png",
    ]);
    expect(found?.name).toBe("Pascal VOC");
    expect(found?.pairs).toHaveLength(1);
    expect(found?.lonelyImages).toEqual([]);
    expect(found?.classes(seen([0, 15, 255]))).toEqual(vocClasses());
    expect(found?.classes(seen([0, 37]))).toBeNull();
    const borrowed = open(["JPEGImages/1.png", "SegmentationClass/1.png"]);
    expect(borrowed?.classes(seen([0], { colors: new Map([[0x800000, 3]]) }))).toBeNull();
  });

  it("Cityscapes by label ids, or train ids, never by colours or instances", () => {
    const frame = (kind: string) => `gtFine/val/munster/munster_000000_000019_gtFine_${kind}.png`;
    const image = "leftImg8bit/val/munster/munster_000000_000019_leftImg8bit.png";
    const found = open([image, frame("color"), frame("instanceIds"), frame("labelIds"), frame("labelTrainIds")]);
    expect(found?.pairs).toEqual([{ image, label: frame("labelIds") }]);
    expect(found?.lonelyLabels).toEqual([]);
    expect(found?.classes(seen([]))).toEqual(cityscapesClasses("labelIds"));
    expect(open([image, frame("labelTrainIds")])?.classes(seen([]))).toEqual(cityscapesClasses("labelTrainIds"));
    expect(cityscapesClasses("labelTrainIds").filter((info) => !info.ignored)).toHaveLength(19);
    expect(cityscapesClasses("labelIds").filter((info) => !info.ignored)).toHaveLength(19);
  });

  it("IDD", () => {
    const found = open([
      "leftImg8bit/val/119/903127_image.jpg",
      "gtFine/val/119/903127_label.png",
      "gtFine/val/119/903127_inst_label.png",
    ]);
    expect(found?.name).toBe("IDD");
    expect(found?.pairs[0]).toEqual({
      image: "leftImg8bit/val/119/903127_image.jpg",
      label: "gtFine/val/119/903127_label.png",
    });
  });

  it("CamVid, both kinds", () => {
    const segnet = open(["CamVid/val/a.png", "CamVid/valannot/a.png", "CamVid/train/a.png", "CamVid/trainannot/a.png"]);
    expect(segnet?.name).toBe("CamVid (SegNet)");
    expect(segnet?.pairs).toHaveLength(2);
    expect(segnet?.classes(seen([0, 11]))).toEqual(segnetClasses());
    const colors = open(["701_StillsRaw_full/0001TP_1.png", "LabeledApproved_full/0001TP_1_L.png", "label_colors.txt"]);
    expect(colors?.name).toBe("CamVid (32 classes)");
    expect(colors?.pairs).toHaveLength(1);
  });

  it("plain folders, splits inside or outside, and files side by side", () => {
    expect(open(["images/train/a.JPG", "labels/train/A.png"])?.pairs).toHaveLength(1);
    expect(
      open(["train/images/a.jpg", "train/annotations/a.png", "val/images/a.jpg", "val/annotations/a.png"])?.pairs,
    ).toEqual([
      { image: "train/images/a.jpg", label: "train/annotations/a.png" },
      { image: "val/images/a.jpg", label: "val/annotations/a.png" },
    ]);
    expect(open(["a.jpg", "a.png", "b.png", "b_mask.png"])?.pairs).toEqual([
      { image: "a.jpg", label: "a.png" },
      { image: "b.png", label: "b_mask.png" },
    ]);
    expect(open(["notes.txt", "a.jpg"])).toBeNull();
  });
});

describe("pairing", () => {
  it("strips what tells the role, ignores case, and falls back on unique file names", () => {
    const found = open(["images/x_image.jpg", "masks/X_label.png", "images/deep/y.jpg", "masks/y.png"]);
    expect(found?.pairs).toHaveLength(2);
  });

  it("lists what is alone and what is double", () => {
    const found = open(["images/a.jpg", "images/b.jpg", "masks/a.png", "masks/a_label.png", "masks/c.png"]);
    expect(found?.pairs).toEqual([{ image: "images/a.jpg", label: "masks/a.png" }]);
    expect(found?.lonelyImages).toEqual(["images/b.jpg"]);
    expect(found?.lonelyLabels).toEqual(["masks/c.png"]);
    expect(found?.doubles).toEqual([{ path: "masks/a_label.png", takenBy: "masks/a.png" }]);
  });
});

describe("guessed classes", () => {
  it("take 255 for void, but not in a binary mask", () => {
    expect(guessClasses(seen([0, 1, 255])).classes.find((info) => info.id === 255)?.ignored).toBe(true);
    expect(guessClasses(seen([0, 255])).classes.some((info) => info.ignored)).toBe(false);
  });

  it("use VOC's ids for VOC's colours, else count colours from 0", () => {
    const colors = (keys: readonly number[]) => seen([], { colors: new Map(keys.map((key) => [key, 100])) });
    const voc = guessClasses(colors([0x000000, 0x800000, 0x804000]));
    expect(voc.classes.map((info) => info.id)).toEqual([0, 1, 17]);
    expect(voc.codec.vocColors).toBe(true);
    const own = guessClasses(colors([0xffffff, 0x102030]));
    expect(own.classes.map(({ id, name }) => [id, name])).toEqual([
      [0, "#102030"],
      [1, "#ffffff"],
    ]);
    expect(own.codec.colors).toEqual([
      { id: 0, color: [16, 32, 48] },
      { id: 1, color: [255, 255, 255] },
    ]);
  });

  it("leave the rare colours of smoothed edges out", () => {
    const many = new Map(Array.from({ length: 300 }, (_, i) => [i * 777 + 1, i < 2 ? 100_000 : 3]));
    expect(guessClasses(seen([], { colors: many })).classes).toHaveLength(2);
  });

  it("follow the colours where indexed files' palettes contradict each other", () => {
    const red = { color: [255, 0, 0] as const, count: 5 };
    const blue = { color: [0, 0, 255] as const, count: 5 };
    const contradicting = guessClasses(
      seen([0, 1], {
        entries: [
          { index: 0, ...red },
          { index: 1, ...blue },
          { index: 0, ...blue },
        ],
      }),
    );
    expect(contradicting.codec.indexed).toBe("colors");
    expect(contradicting.classes.map((info) => rgbKey(info.color))).toEqual([0x0000ff, 0xff0000]);
    const agreeing = guessClasses(
      seen([0, 1], {
        entries: [
          { index: 0, ...red },
          { index: 1, ...blue },
        ],
      }),
    );
    expect(agreeing.codec.indexed).toBe("ids");
    expect(agreeing.classes.map((info) => rgbKey(info.color))).toEqual([0xff0000, 0x0000ff]);
  });
});
