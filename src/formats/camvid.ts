import type { ClassTable } from "../core/classTable";
import { type Layout, rolesByFolder, type SeenLabels, tableOf } from "./layout";
import { baseName } from "./paths";

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
export const camvidSegnet: Layout = (paths) => {
  const files = rolesByFolder(paths, (folder) => {
    const match = /^(train|val|test)(annot)?$/i.exec(folder);
    return match && { role: match[2] ? "label" : "image", common: match[1] };
  });
  if (files.labels.length === 0) return null;
  const fits = (seen: SeenLabels) => seen.colors.size === 0 && [...seen.ids.keys()].every((id) => id <= 11);
  return {
    ...files,
    layout: "CamVid (SegNet)",
    vocColors: false,
    defaultClasses: (seen) => (fits(seen) ? segnetClasses() : null),
  };
};

/** CamVid's 32 classes: RGB masks named ID_L.png and label_colors.txt, which names the classes. */
export const camvidColors: Layout = (paths) => {
  const isMask = (path: string) => /_L\.png$/i.test(path);
  if (!paths.some((path) => /^label_colors\.txt$/i.test(baseName(path))) || !paths.some(isMask)) return null;
  const pictures = paths.filter((path) => /\.(png|jpe?g)$/i.test(path));
  return {
    layout: "CamVid (32 classes)",
    images: pictures.filter((path) => !isMask(path)),
    labels: pictures.filter(isMask),
    commonPath: baseName,
    vocColors: false,
    defaultClasses: () => null,
  };
};
