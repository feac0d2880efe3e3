import { describe, expect, it } from "vitest";
import { segnetClasses } from "./camvid";
import { chooseReading } from "./chooseReading";
import { cityscapesClasses } from "./cityscapes";
import { pathListing } from "./fixtures/listing";
import type { SeenLabels } from "./layout";
import { noChoices, type QuestionId } from "./questions";
import { recognise } from "./recognise";
import { vocClasses } from "./voc";

const seen = (ids: readonly number[], more: Partial<SeenLabels> = {}): SeenLabels => ({
  ids: new Map(ids.map((id) => [id, 10])),
  colors: new Map(),
  entries: [],
  ...more,
});

interface More {
  readonly texts?: Readonly<Record<string, string>>;
  readonly choices?: readonly (readonly [QuestionId, string])[];
}

/** The layout's name, its label sets and its pairs. */
async function open(paths: readonly string[], { texts, choices }: More = {}) {
  const rated = await recognise(pathListing(paths, texts));
  const read = chooseReading(rated, choices ? new Map(choices) : noChoices);
  if (!read) return null;
  const { reading, set, pairing, questions } = read;
  const { defaultClasses } = set.meaning ?? reading.meaning;
  return { name: reading.layout, ...pairing, set: set.name, sets: reading.sets, questions, classes: defaultClasses };
}

const pairsOf = async (paths: readonly string[]) =>
  (await open(paths))?.pairs.map(({ image, label }) => `${image} ${label}`);

describe("layouts", () => {
  it("Pascal VOC at any depth, with its classes; borrowed layouts get none", async () => {
    const found = await open([
      "VOCdevkit/VOC2012/ImageSets/Segmentation/train.txt",
      "VOCdevkit/VOC2012/JPEGImages/2007_000032.jpg",
      "VOCdevkit/VOC2012/SegmentationClass/2007_000032.png",
      "VOCdevkit/VOC2012/SegmentationObject/2007_000032.png",
    ]);
    expect(found?.name).toBe("Pascal VOC");
    expect(found?.pairs).toHaveLength(1);
    expect(found?.lonelyImages).toEqual([]);
    expect(found?.sets.map(({ name, form }) => `${name} ${form}`)).toEqual([
      "SegmentationClass ids",
      "SegmentationObject instances",
    ]);
    expect(found?.classes(seen([0, 15, 255]))).toEqual(vocClasses());
    expect(found?.classes(seen([0, 37]))).toBeNull();
    const borrowed = await open(["JPEGImages/1.png", "SegmentationClass/1.png"]);
    expect(borrowed?.classes(seen([0], { colors: new Map([[0x800000, 3]]) }))).toBeNull();
  });

  it("CVAT's masks alone, and with photographs that lie anywhere", async () => {
    const masks = ["labelmap.txt", "SegmentationClass/batch one/f_0.png", "SegmentationObject/batch one/f_0.png"];
    const alone = await open(masks);
    expect(alone?.name).toBe("CVAT segmentation mask 1.1");
    expect(alone?.sets[0].labels).toEqual([masks[1]]);
    expect(await pairsOf([...masks, "photos/f_0.jpg"])).toEqual([`photos/f_0.jpg ${masks[1]}`]);
  });

  it("Cityscapes by label ids, or train ids, never by colours or instances, in any folder", async () => {
    const frame = (kind: string) => `gtFine/val/munster/munster_000000_000019_gtFine_${kind}.png`;
    const image = "leftImg8bit/val/munster/munster_000000_000019_leftImg8bit.png";
    const paths = [image, frame("color"), frame("instanceIds"), frame("labelIds"), frame("labelTrainIds")];
    const found = await open(paths);
    expect(found?.pairs).toEqual([{ image, label: frame("labelIds") }]);
    expect(found?.lonelyLabels).toEqual([]);
    expect(found?.classes(seen([]))).toEqual(cityscapesClasses("labelIds"));
    const train = await open(paths, { choices: [["labels", "labelTrainIds"]] });
    expect(train?.classes(seen([]))).toEqual(cityscapesClasses("labelTrainIds"));
    expect(train?.pairs).toEqual([{ image, label: frame("labelTrainIds") }]);
    const flat = await open(paths.map((path) => path.slice(path.lastIndexOf("/") + 1)));
    expect(flat?.pairs).toHaveLength(1);
    expect(cityscapesClasses("labelTrainIds").filter((info) => !info.ignored)).toHaveLength(19);
    expect(cityscapesClasses("labelIds").filter((info) => !info.ignored)).toHaveLength(19);
  });

  it("IDD and CamVid, both kinds", async () => {
    const idd = await open([
      "leftImg8bit/val/119/903127_image.jpg",
      "gtFine/val/119/903127_label.png",
      "gtFine/val/119/903127_inst_label.png",
    ]);
    expect(idd?.name).toBe("IDD");
    expect(idd?.pairs).toEqual([
      { image: "leftImg8bit/val/119/903127_image.jpg", label: "gtFine/val/119/903127_label.png" },
    ]);
    const splits = ["val", "train"].flatMap((split) => [`CamVid/${split}/a.png`, `CamVid/${split}annot/a.png`]);
    const segnet = await open(splits);
    expect(segnet?.name).toBe("CamVid (SegNet)");
    expect(segnet?.pairs).toHaveLength(2);
    expect(segnet?.classes(seen([0, 11]))).toEqual(segnetClasses());
    const colors = await open([
      "701_StillsRaw_full/0001TP_1.png",
      "LabeledApproved_full/0001TP_1_L.png",
      "label_colors.txt",
    ]);
    expect(colors?.name).toBe("CamVid (32 classes)");
    expect(colors?.pairs).toHaveLength(1);
  });

  const kinds: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
    [
      "SceneParse150",
      "ADE20K (SceneParse150)",
      ["images/training/ADE_train_00000001.jpg", "annotations/training/ADE_train_00000001.png", "objectInfo150.txt"],
      ["images/training/ADE_train_00000001.jpg annotations/training/ADE_train_00000001.png"],
    ],
    [
      "Mapillary, the newest version first",
      "Mapillary Vistas",
      [
        "training/images/x.jpg",
        "training/v1.2/labels/x.png",
        "training/v1.2/instances/x.png",
        "training/v2.0/labels/x.png",
        "training/v2.0/panoptic/x.png",
      ],
      ["training/images/x.jpg training/v2.0/labels/x.png"],
    ],
    [
      "BDD100K",
      "BDD100K",
      [
        "bdd100k/images/10k/val/a.jpg",
        "bdd100k/labels/sem_seg/colormaps/val/a.png",
        "bdd100k/labels/sem_seg/masks/val/a.png",
      ],
      ["bdd100k/images/10k/val/a.jpg bdd100k/labels/sem_seg/masks/val/a.png"],
    ],
    [
      "LoveDA",
      "LoveDA",
      [
        "Train/Urban/images_png/1.png",
        "Train/Urban/masks_png/1.png",
        "Train/Rural/images_png/2.png",
        "Train/Rural/masks_png/2.png",
      ],
      [
        "Train/Rural/images_png/2.png Train/Rural/masks_png/2.png",
        "Train/Urban/images_png/1.png Train/Urban/masks_png/1.png",
      ],
    ],
    [
      "Potsdam",
      "ISPRS Potsdam/Vaihingen",
      [
        "2_Ortho_RGB/top_potsdam_2_10_RGB.tif",
        "5_Labels/top_potsdam_2_10_label.tif",
        "4_Ortho_RGBIR/top_potsdam_2_10_RGBIR.tif",
      ],
      ["2_Ortho_RGB/top_potsdam_2_10_RGB.tif 5_Labels/top_potsdam_2_10_label.tif"],
    ],
    [
      "Vaihingen",
      "ISPRS Potsdam/Vaihingen",
      ["top/top_mosaic_09cm_area1.tif", "gts_for_participants/top_mosaic_09cm_area1.tif"],
      ["top/top_mosaic_09cm_area1.tif gts_for_participants/top_mosaic_09cm_area1.tif"],
    ],
    [
      "CVAT's CamVid",
      "CamVid (CVAT)",
      ["default/a.png", "defaultannot/a.png", "label_colors.txt", "default.txt"],
      ["default/a.png defaultannot/a.png"],
    ],
    [
      "RUGD, whose photographs are frames with annotations",
      "Images and masks",
      ["RUGD_frames-with-annotations/creek/creek_1.png", "RUGD_annotations/creek/creek_1.png"],
      ["RUGD_frames-with-annotations/creek/creek_1.png RUGD_annotations/creek/creek_1.png"],
    ],
    [
      "RELLIS-3D",
      "Images and masks",
      [
        "0/camera_node/frame1-15.jpg",
        "0/camera_node_label_id/frame1-15.png",
        "0/camera_node_label_color/frame1-15.png",
      ],
      ["0/camera_node/frame1-15.jpg 0/camera_node_label_id/frame1-15.png"],
    ],
    [
      "MATLAB's",
      "Images and masks",
      ["imds/image_001.png", "imds/image_002.png", "PixelLabelData/Label_001.png", "PixelLabelData/Label_002.png"],
      ["imds/image_001.png PixelLabelData/Label_001.png", "imds/image_002.png PixelLabelData/Label_002.png"],
    ],
    [
      "SYNTHIA",
      "Images and masks",
      ["RGB/1.png", "GT/LABELS/1.png", "GT/COLOR/1.png", "Depth/1.png"],
      ["RGB/1.png GT/LABELS/1.png"],
    ],
    [
      "DRIVE: what was drawn by hand, not the field of view",
      "Images and masks",
      [1, 2].flatMap((i) => [
        `training/images/2${i}_training.tif`,
        `training/1st_manual/2${i}_manual1.gif`,
        `training/mask/2${i}_training_mask.gif`,
      ]),
      [1, 2].map((i) => `training/images/2${i}_training.tif training/1st_manual/2${i}_manual1.gif`),
    ],
    [
      "HRF: the same, with other names",
      "Images and masks",
      [1, 2].flatMap((i) => [`images/0${i}_dr.JPG`, `manual1/0${i}_dr.tif`, `mask/0${i}_dr_mask.tif`]),
      [1, 2].map((i) => `images/0${i}_dr.JPG manual1/0${i}_dr.tif`),
    ],
    [
      "CIHP: categories, not people",
      "Images and masks",
      [1, 2].flatMap((i) => [
        `Training/Images/000${i}.jpg`,
        `Training/Category_ids/000${i}.png`,
        `Training/Human_ids/000${i}.png`,
        `Training/Instance_ids/000${i}.png`,
      ]),
      [1, 2].map((i) => `Training/Images/000${i}.jpg Training/Category_ids/000${i}.png`),
    ],
    ["DeepGlobe", "DeepGlobe", ["12_sat.jpg", "12_mask.png"], ["12_sat.jpg 12_mask.png"]],
    [
      "Supervisely",
      "Supervisely",
      [
        "p/meta.json",
        "p/ds/img/a.jpg",
        "p/ds/ann/a.jpg.json",
        "p/ds/masks_machine/a.jpg.png",
        "p/ds/masks_human/a.jpg.png",
      ],
      ["p/ds/img/a.jpg p/ds/masks_machine/a.jpg.png"],
    ],
    [
      "Roboflow",
      "Roboflow",
      [
        "train/a_jpg.rf.1.jpg",
        "train/a_jpg.rf.1_mask.png",
        "train/_classes.csv",
        "test/a_jpg.rf.1.jpg",
        "test/a_jpg.rf.1_mask.png",
      ],
      ["test/a_jpg.rf.1.jpg test/a_jpg.rf.1_mask.png", "train/a_jpg.rf.1.jpg train/a_jpg.rf.1_mask.png"],
    ],
    [
      "Kaggle's GIFs",
      "Images and masks",
      [
        "train/ab_01.jpg",
        "train/ab_02.jpg",
        "train_masks/ab_01_mask.gif",
        "train_masks/ab_02_mask.gif",
        "test/cd_01.jpg",
      ],
      ["train/ab_01.jpg train_masks/ab_01_mask.gif", "train/ab_02.jpg train_masks/ab_02_mask.gif"],
    ],
    [
      "mmsegmentation",
      "Images and masks",
      ["img_dir/train/0.jpg", "img_dir/val/0.jpg", "img_dir/test/0.jpg", "ann_dir/train/0.png", "ann_dir/val/0.png"],
      ["img_dir/train/0.jpg ann_dir/train/0.png", "img_dir/val/0.jpg ann_dir/val/0.png"],
    ],
    [
      "fastai",
      "Images and masks",
      ["images/a_1.png", "images/a_2.png", "labels/a_1_P.png", "labels/a_2_P.png", "codes.txt"],
      ["images/a_1.png labels/a_1_P.png", "images/a_2.png labels/a_2_P.png"],
    ],
    [
      "labelme's folder for each image",
      "Images and masks",
      ["a_json/img.png", "a_json/label.png", "a_json/label_viz.png", "b_json/img.png", "b_json/label.png"],
      ["a_json/img.png a_json/label.png", "b_json/img.png b_json/label.png"],
    ],
    [
      "KITTI",
      "Images and masks",
      [
        "training/image_2/0_10.png",
        "training/semantic/0_10.png",
        "training/semantic_rgb/0_10.png",
        "training/instance/0_10.png",
      ],
      ["training/image_2/0_10.png training/semantic/0_10.png"],
    ],
    [
      "side by side",
      "Images and masks",
      ["a.jpg", "a.png", "b.png", "b_mask.png"],
      ["a.jpg a.png", "b.png b_mask.png"],
    ],
    [
      "in one folder of images",
      "Images and masks",
      ["images/gas_mask.jpg", "images/gas_mask_label.png", "images/b.jpg", "images/b_label.png"],
      ["images/b.jpg images/b_label.png", "images/gas_mask.jpg images/gas_mask_label.png"],
    ],
  ];

  it.each(kinds)("%s", async (_, name, paths, pairs) => {
    const found = await open(paths);
    expect(found?.name).toBe(name);
    expect(found?.pairs.map(({ image, label }) => `${image} ${label}`)).toEqual(pairs);
  });

  it("Hugging Face's metadata, whatever the files are called", async () => {
    const texts = {
      "train/metadata.csv": 'file_name,mask_file_name,text\na.jpg,m/0.png,"one, two"\nb.jpg,m/1.png,\n',
      "test/metadata.jsonl": '{"file_name":"a.jpg","label_file_name":"../train/m/2.png"}\n',
    };
    const paths = ["train/a.jpg", "train/b.jpg", "train/m/0.png", "train/m/1.png", "train/m/2.png", "test/a.jpg"];
    const found = await open([...paths, ...Object.keys(texts)], { texts });
    expect(found?.name).toBe("Hugging Face folder");
    expect(found?.pairs.map(({ image, label }) => `${image} ${label}`)).toEqual([
      "train/a.jpg train/m/0.png",
      "train/b.jpg train/m/1.png",
      "test/a.jpg train/m/2.png",
    ]);
  });

  it("several photographs a label: one view, the others one click away", async () => {
    for (const [first, second, label] of [
      ["left", "right", "masks"],
      ["training/image_2", "training/image_3", "training/semantic"],
      ["train/A", "train/B", "train/label"],
    ]) {
      const paths = [1, 2].flatMap((i) => [first, second, label].map((folder) => `${folder}/${i}.png`));
      const found = await open(paths);
      expect(found?.pairs.map(({ image }) => image)).toEqual([1, 2].map((i) => `${first}/${i}.png`));
      const layout = found?.questions.find(({ id }) => id === "layout");
      expect(layout?.certainty).toBe("likely");
      const other = await open(paths, { choices: [["layout", layout?.options[1].value ?? ""]] });
      expect(other?.pairs.map(({ image }) => image)).toEqual([1, 2].map((i) => `${second}/${i}.png`));
    }
  });

  it("none where nothing is a label", async () => {
    expect(await open(["notes.txt", "a.jpg"])).toBeNull();
    expect(await open(["gas_mask.jpg", "b.jpg"])).toBeNull();
  });
});

describe("label sets", () => {
  it("of one photograph are told apart and offered", async () => {
    const paths = ["images/a.jpg", "masks/all_objects/a.png", "masks/class_person/a.png", "images/b.jpg"];
    const found = await open([...paths, "masks/all_objects/b.png", "masks/class_person/b.png"]);
    const question = found?.questions.find(({ id }) => id === "labels");
    expect(question?.options.map(({ value }) => value)).toEqual(["masks/all_objects", "masks/class_person"]);
    expect(question).toMatchObject({ chosen: "masks/all_objects", certainty: "likely" });
    expect(found?.pairs).toHaveLength(2);
  });

  it("that nothing tells apart are asked about", async () => {
    const found = await open(["images/a.jpg", "masks/annotator1/a.png", "masks/annotator2/a.png"]);
    expect(found?.questions.find(({ id }) => id === "labels")?.certainty).toBe("open");
  });

  it("are one where folders never meet at a photograph", async () => {
    const found = await open(["images/a.jpg", "images/b.jpg", "masks/aachen/a.png", "masks/bonn/b.png"]);
    expect(found?.sets).toHaveLength(1);
    expect(found?.pairs).toHaveLength(2);
  });
});
