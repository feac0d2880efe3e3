import type { ClassTable } from "../core/classTable";
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

/** SegNet's CamVid: {train,val,test}/x.png and {train,val,test}annot/x.png, 8-bit grey. */
export const camvidSegnet: Recogniser = ({ pictures }) => {
  const part = (path: string) =>
    foldersOf(path).reduce<string | null>(
      (found, name) => found ?? /^(train|val|test)(annot)?$/i.exec(name)?.[0] ?? null,
      null,
    );
  const labels = pictures.filter((path) => /annot$/i.test(part(path) ?? ""));
  const images = pictures.filter((path) => part(path) !== null && !/annot$/i.test(part(path) ?? ""));
  if (labels.length === 0) return [];
  const sets = [{ name: "annot", labels, form: "ids", what: "ids of classes, 0..11" }] as const;
  const evidence = { for: [`${labels.length} labels lie in folders such as trainannot.`], against: [] };
  const meaning: LabelMeaning = {
    vocColors: false,
    defaultClasses: (seen) => (holdsOnly(seen, (id) => id <= 11) ? segnetClasses() : null),
  };
  return [{ layout: "CamVid (SegNet)", images, sets, meaning, evidence, score: 0.9 }];
};

/** CamVid's 32 classes: RGB masks named ID_L.png and label_colors.txt, which names the classes. */
export const camvidColors: Recogniser = ({ paths, pictures }) => {
  const isMask = (path: string) => /_L\.png$/i.test(path);
  const labels = pictures.filter(isMask);
  if (labels.length === 0 || !paths.some((path) => /^label_colors\.txt$/i.test(baseName(path)))) return [];
  return [
    {
      layout: "CamVid (32 classes)",
      images: pictures.filter((path) => !isMask(path)),
      sets: [{ name: "labels", labels, form: "ids", what: "colours of label_colors.txt" }],
      meaning: noMeaning,
      evidence: { for: [`${labels.length} files are named _L.png, and label_colors.txt is there.`], against: [] },
      score: 0.85,
    },
  ];
};
