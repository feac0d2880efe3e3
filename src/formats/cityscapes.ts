import { type ClassTable, classTable, type Rgb } from "../core/classTable";
import { type Layout, rolesByFolder, tableOf } from "./layout";

/** id, trainId, name, colour (cityscapesScripts, helpers/labels.py); trainId 255 is ignored in evaluation. */
const rows: readonly (readonly [number, number, string, Rgb])[] = [
  [0, 255, "unlabeled", [0, 0, 0]],
  [1, 255, "ego vehicle", [0, 0, 0]],
  [2, 255, "rectification border", [0, 0, 0]],
  [3, 255, "out of roi", [0, 0, 0]],
  [4, 255, "static", [0, 0, 0]],
  [5, 255, "dynamic", [111, 74, 0]],
  [6, 255, "ground", [81, 0, 81]],
  [7, 0, "road", [128, 64, 128]],
  [8, 1, "sidewalk", [244, 35, 232]],
  [9, 255, "parking", [250, 170, 160]],
  [10, 255, "rail track", [230, 150, 140]],
  [11, 2, "building", [70, 70, 70]],
  [12, 3, "wall", [102, 102, 156]],
  [13, 4, "fence", [190, 153, 153]],
  [14, 255, "guard rail", [180, 165, 180]],
  [15, 255, "bridge", [150, 100, 100]],
  [16, 255, "tunnel", [150, 120, 90]],
  [17, 5, "pole", [153, 153, 153]],
  [18, 255, "polegroup", [153, 153, 153]],
  [19, 6, "traffic light", [250, 170, 30]],
  [20, 7, "traffic sign", [220, 220, 0]],
  [21, 8, "vegetation", [107, 142, 35]],
  [22, 9, "terrain", [152, 251, 152]],
  [23, 10, "sky", [70, 130, 180]],
  [24, 11, "person", [220, 20, 60]],
  [25, 12, "rider", [255, 0, 0]],
  [26, 13, "car", [0, 0, 142]],
  [27, 14, "truck", [0, 0, 70]],
  [28, 15, "bus", [0, 60, 100]],
  [29, 255, "caravan", [0, 0, 90]],
  [30, 255, "trailer", [0, 0, 110]],
  [31, 16, "train", [0, 80, 100]],
  [32, 17, "motorcycle", [0, 0, 230]],
  [33, 18, "bicycle", [119, 11, 32]],
];

/** Cityscapes' classes by label id (0..33), or by train id (0..18 and 255). */
export function cityscapesClasses(by: "labelIds" | "labelTrainIds"): ClassTable {
  if (by === "labelIds") {
    const trainIds = new Map(rows.map(([id, trainId]) => [id, trainId]));
    return tableOf(
      rows.map(([id, , name, color]) => [id, name, color] as const),
      (id) => trainIds.get(id) === 255,
    );
  }
  const named = rows.filter(([, id]) => id !== 255).map(([, id, name, color]) => [id, name, color] as const);
  return classTable([...tableOf(named), { id: 255, name: "void", color: [0, 0, 0], ignored: true }]);
}

/**
 * Cityscapes: leftImg8bit/SPLIT/CITY/FRAME_leftImg8bit.png with gtFine/SPLIT/CITY/FRAME_gtFine_KIND.png. Only the ids
 * are labels (labelIds, else labelTrainIds): colours do not lead back to ids, instances are no classes.
 */
export const cityscapes: Layout = (paths) => {
  const kind = (["labelIds", "labelTrainIds"] as const).find((kind) =>
    paths.some((path) => path.toLowerCase().endsWith(`_gtfine_${kind.toLowerCase()}.png`)),
  );
  if (!kind) return null;
  const files = rolesByFolder(paths, (folder, path) => {
    if (/^leftImg8bit/i.test(folder)) return { role: "image", common: "" };
    const isLabel = path.toLowerCase().endsWith(`_gtfine_${kind.toLowerCase()}.png`);
    return /^gtFine/i.test(folder) && isLabel ? { role: "label", common: "" } : null;
  });
  if (files.labels.length === 0) return null;
  return { ...files, layout: "Cityscapes", vocColors: false, defaultClasses: () => cityscapesClasses(kind) };
};
