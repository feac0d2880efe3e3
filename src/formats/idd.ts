import type { ClassTable } from "../core/classTable";
import { counted } from "../core/counted";
import { holdsOnly, type LabelSet, type Recogniser, tableOf } from "./layout";
import { foldersOf } from "./paths";

/** IDD-Lite's seven classes (the first level of the Indian Driving Dataset) and void 255. */
function iddLiteClasses(): ClassTable {
  return tableOf(
    [
      [0, "drivable", [128, 64, 128]],
      [1, "non-drivable", [244, 35, 232]],
      [2, "living things", [220, 20, 60]],
      [3, "vehicles", [0, 0, 142]],
      [4, "roadside objects", [220, 190, 40]],
      [5, "far objects", [70, 70, 70]],
      [6, "sky", [70, 130, 180]],
      [255, "void", [0, 0, 0]],
    ],
    (id) => id === 255,
  );
}

/** IDD-Lite: Cityscapes' folders with leftImg8bit/SPLIT/DRIVE/N_image.jpg and gtFine/SPLIT/DRIVE/N_label.png. */
export const idd: Recogniser = ({ pictures }) => {
  const under = (name: RegExp) => pictures.filter((path) => foldersOf(path).some((folder) => name.test(folder)));
  const annotated = under(/^gtFine$/i);
  const instances = annotated.filter((path) => /_inst_label\.png$/i.test(path));
  const labels = annotated.filter((path) => /_label\.png$/i.test(path) && !instances.includes(path));
  if (labels.length === 0) return [];
  const set: LabelSet = { name: "label", labels, form: "ids", what: "ids of classes" };
  const objects: LabelSet = { name: "inst_label", labels: instances, form: "instances", what: "ids of single objects" };
  return [
    {
      layout: "IDD",
      images: under(/^leftImg8bit$/i),
      sets: instances.length > 0 ? [set, objects] : [set],
      meaning: {
        vocColors: false,
        defaultClasses: (seen) => (holdsOnly(seen, (id) => id <= 6 || id === 255) ? iddLiteClasses() : null),
      },
      evidence: {
        for: [`${counted(labels.length, "file")} under gtFine ${labels.length === 1 ? "is" : "are"} named _label.png.`],
        against: [],
      },
      score: 0.95,
    },
  ];
};
