import type { ClassTable } from "../core/classTable";
import { type Layout, rolesByFolder, type SeenLabels, tableOf } from "./layout";

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
export const idd: Layout = (paths) => {
  const files = rolesByFolder(paths, (folder, path) => {
    if (/^leftImg8bit$/i.test(folder)) return { role: "image", common: "" };
    return /^gtFine$/i.test(folder) && /_label\.png$/i.test(path) ? { role: "label", common: "" } : null;
  });
  if (files.labels.length === 0) return null;
  const fits = (seen: SeenLabels) =>
    seen.colors.size === 0 && [...seen.ids.keys()].every((id) => id <= 6 || id === 255);
  return {
    ...files,
    layout: "IDD",
    vocColors: false,
    defaultClasses: (seen) => (fits(seen) ? iddLiteClasses() : null),
  };
};
