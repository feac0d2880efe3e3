import { cityscapesClasses } from "../cityscapes";
import { holdsOnly, type LabelMeaning, type Reading, type Recogniser, tableOf } from "../layout";
import { foldersOf } from "../paths";
import { readByRoles } from "../plain";

const trainIds: LabelMeaning = {
  vocColors: false,
  ownNames: /^[0-9a-f]{8}-[0-9a-f]{8}/i,
  defaultClasses: (seen) =>
    holdsOnly(seen, (id) => id <= 18 || id === 255) ? cityscapesClasses("labelTrainIds") : null,
};

/** Which part of the road one may drive on. */
const drivable: LabelMeaning = {
  vocColors: false,
  defaultClasses: (seen) =>
    holdsOnly(seen, (id) => id <= 2)
      ? tableOf([
          [0, "direct", [219, 94, 86]],
          [1, "alternative", [86, 211, 219]],
          [2, "background", [0, 0, 0]],
        ])
      : null,
};

/** BDD100K: images/10k/SPLIT/x.jpg with labels/sem_seg/{masks,colormaps,polygons,rles}; masks hold Cityscapes' train ids. */
export const bdd100k: Recogniser = async ({ paths }) => {
  const isOwn = paths.some((path) =>
    /(^|\/)(sem_seg|pan_seg|ins_seg|drivable)\/(masks|bitmasks|colormaps)\//i.test(path),
  );
  const reading = isOwn ? await readByRoles(paths) : null;
  if (reading === null) return [];
  const sets = reading.sets.map((set) => {
    const folder = (name: RegExp) => foldersOf(set.labels[0]).some((each) => name.test(each));
    if (folder(/^drivable$/i)) return { ...set, meaning: drivable };
    return folder(/^sem_seg$/i) ? { ...set, meaning: trainIds } : set;
  });
  const rank = (name: string) => (/sem_seg/i.test(name) ? 0 : /drivable/i.test(name) ? 1 : 2);
  const sorted = [...sets].sort(
    (a, b) => Number(a.form !== "ids") - Number(b.form !== "ids") || rank(a.name) - rank(b.name),
  );
  return [
    {
      ...reading,
      layout: "BDD100K",
      sets: sorted,
      evidence: found("labels/sem_seg/masks or its like is there."),
      score: 0.95,
    },
  ];
};

/** Mapillary Vistas: SPLIT/images with SPLIT/[v1.2|v2.0/]{labels,instances,panoptic}; labels are indexed files. */
export const mapillary: Recogniser = async ({ paths }) => {
  const isOwn =
    paths.some((path) => /(^|\/)v[12]\.[0-9]\/(labels|instances|panoptic)\//i.test(path)) ||
    (paths.some((path) => /(^|\/)config(_v\d\.\d)?\.json$/i.test(path)) &&
      paths.some((path) => /(^|\/)(training|validation)\/(labels|instances)\//i.test(path)));
  const reading = isOwn ? await readByRoles(paths) : null;
  if (reading === null) return [];
  // The newest version of the classes first.
  const version = (name: string) => Number(/v(\d\.\d)/i.exec(name)?.[1] ?? 0);
  const sets = [...reading.sets].sort(
    (a, b) => Number(a.form !== "ids") - Number(b.form !== "ids") || version(b.name) - version(a.name),
  );
  return [
    {
      ...reading,
      layout: "Mapillary Vistas",
      sets,
      evidence: found("Its folders v1.2, v2.0 or its config are there."),
      score: 0.95,
    },
  ];
};

function found(sentence: string): Reading["evidence"] {
  return { for: [sentence], against: [] };
}
