import type { ClassTable } from "../core/classTable";
import { counted } from "../core/counted";
import { holdsOnly, type LabelMeaning, noMeaning, type Recogniser, tableOf } from "./layout";
import { baseName, foldersOf } from "./paths";

/** SegNet's CamVid: 11 classes and void 11, with the colours SegNet shows them in. */
export function segnetClasses(): ClassTable {
  return tableOf(
    [
      [0, "sky", [128, 128, 128]],
      [1, "building", [128, 0, 0]],
      [2, "pole", [192, 192, 128]],
      [3, "road", [128, 64, 128]],
      [4, "pavement", [60, 40, 222]],
      [5, "tree", [128, 128, 0]],
      [6, "sign", [192, 128, 128]],
      [7, "fence", [64, 64, 128]],
      [8, "car", [64, 0, 128]],
      [9, "pedestrian", [64, 64, 0]],
      [10, "bicyclist", [0, 128, 192]],
      [11, "void", [0, 0, 0]],
    ],
    (id) => id === 11,
  );
}

/**
 * SegNet's CamVid: {train,val,test}/x.png and {train,val,test}annot/x.png, 8-bit grey. CVAT's CamVid export is laid out so
 * too, with any names for the subsets and masks in the colours of label_colors.txt.
 */
export const camvidSegnet: Recogniser = ({ paths, pictures }) => {
  const annotated = new Set(
    pictures.flatMap((path) =>
      foldersOf(path)
        .filter((name) => /.annot$/i.test(name))
        .map((name) => name.slice(0, -5)),
    ),
  );
  const isLabel = (path: string) => foldersOf(path).some((name) => /.annot$/i.test(name));
  const labels = pictures.filter(isLabel);
  const images = pictures.filter((path) => !isLabel(path) && foldersOf(path).some((name) => annotated.has(name)));
  if (labels.length === 0 || images.length === 0) return [];
  const sets = [{ name: "annot", labels, form: "ids", what: "ids of classes, 0..11" }] as const;
  const evidence = {
    for: [`${counted(labels.length, "label lies in a folder", "labels lie in folders")} such as trainannot.`],
    against: [],
  };
  const meaning: LabelMeaning = {
    vocColors: false,
    ownNames: /^(0001TP|0006R0|0016E5|Seq05VD)_/i,
    defaultClasses: (seen) => (holdsOnly(seen, (id) => id <= 11) ? segnetClasses() : null),
  };
  return [
    {
      layout: paths.some(isColorList) ? "CamVid (CVAT)" : "CamVid (SegNet)",
      images,
      sets,
      meaning,
      evidence,
      score: 0.9,
    },
  ];
};

const isColorList = (path: string) => /^label_colors\.txt$/i.test(baseName(path));

/** CamVid's 32 classes: RGB masks named ID_L.png and label_colors.txt, which names the classes. */
export const camvidColors: Recogniser = ({ paths, pictures }) => {
  const isMask = (path: string) => /_L\.png$/i.test(path);
  const labels = pictures.filter(isMask);
  if (labels.length === 0 || !paths.some(isColorList)) return [];
  return [
    {
      layout: "CamVid (32 classes)",
      images: pictures.filter((path) => !isMask(path)),
      sets: [{ name: "labels", labels, form: "ids", what: "colours of label_colors.txt" }],
      meaning: noMeaning,
      evidence: {
        for: [`${counted(labels.length, "file is", "files are")} named _L.png, and label_colors.txt is there.`],
        against: [],
      },
      score: 0.85,
    },
  ];
};
