import type { ClassTable } from "../core/classTable";
import { vocColor } from "../core/palette";
import { type Layout, rolesByFolder, type SeenLabels, tableOf } from "./layout";
import { baseName } from "./paths";

const vocNames =
  "background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant sheep sofa train tvmonitor".split(
    " ",
  );

/** Pascal VOC's 20 classes, background 0 and void 255, in its palette. */
export function vocClasses(): ClassTable {
  return [
    ...tableOf(vocNames.map((name, id) => [id, name, vocColor(id)] as const)),
    { id: 255, name: "void", color: vocColor(255), ignored: true },
  ];
}

/** Whether labels have VOC's own names (YEAR_NUMBER) and hold no other ids than its classes. */
export function isVocItself(labels: readonly string[], seen: SeenLabels): boolean {
  return seen.colors.size === 0 && fitsVoc(seen) && labels.every((path) => /^\d{4}_\d{6}\.png$/i.test(baseName(path)));
}

function fitsVoc(seen: SeenLabels): boolean {
  return [...seen.ids.keys()].every((id) => id <= 20 || id === 255);
}

/**
 * Pascal VOC: JPEGImages/ID.jpg and SegmentationClass/ID.png at any depth. Sets of other classes borrow the layout,
 * so VOC's names are used only where nothing speaks against them: no ids above 20, and no colour-coded masks unless
 * VOC's lists are there.
 */
export const voc: Layout = (paths) => {
  const files = rolesByFolder(paths, (folder) => {
    if (/^JPEGImages$/i.test(folder)) return { role: "image", common: "" };
    return /^SegmentationClass(Raw|Aug)?$/i.test(folder) ? { role: "label", common: "" } : null;
  });
  if (files.labels.length === 0) return null;
  const hasLists = paths.some((path) => /(^|\/)ImageSets\/Segmentation\/(train|val|trainval|test)\.txt$/i.test(path));
  return {
    ...files,
    layout: "Pascal VOC",
    vocColors: true,
    defaultClasses: (seen) => (fitsVoc(seen) && (hasLists || seen.colors.size === 0) ? vocClasses() : null),
  };
};
