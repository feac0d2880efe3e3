import { type ClassTable, classTable, type Rgb } from "../core/classTable";
import { counted } from "../core/counted";
import { type LabelMeaning, type LabelSet, noMeaning, type Recogniser, tableOf } from "./layout";
import { stemOf } from "./paths";

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

/** The views of a frame's annotation by what follows _gtFine_ or _gtCoarse_, the best label first. */
const views: readonly (readonly [tail: RegExp, form: LabelSet["form"], what: string])[] = [
  [/^labelIds$/i, "ids", "ids of classes, 0..33"],
  [/^label(level\d)?Ids$/i, "ids", "ids of classes of one level"],
  [/^label(cs)?TrainIds$/i, "ids", "ids for training, 0..18 and 255"],
  [/^labelTrainId_?s?$/i, "ids", "ids for training"],
  [/^color$/i, "colors", "classes in colours, of which several share one"],
  [/^instance\w*$/i, "instances", "ids of single objects"],
];

const tail = /_(gtFine|gtCoarse)_([a-z0-9]+)$/i;

/**
 * Cityscapes: leftImg8bit/SPLIT/CITY/FRAME_leftImg8bit.png with gtFine/SPLIT/CITY/FRAME_gtFine_KIND.png, told by these
 * names in any folder. Only ids are labels: colours do not lead back to ids, instances are no classes. The Indian
 * Driving Dataset names its files so too, with other ids.
 */
export const cityscapes: Recogniser = ({ paths, pictures }) => {
  const viewOf = (path: string) => tail.exec(stemOf(path))?.[2] ?? null;
  const annotated = pictures.filter((path) => viewOf(path) !== null);
  if (annotated.length === 0) return [];
  const isFine = annotated.some((path) => /_gtFine_/i.test(path));
  const label = (path: string) => (isFine ? /_gtFine_/i : /_gtCoarse_/i).test(path);
  const isIdd = annotated.some((path) => /_(labellevel\dIds|labelcsTrainIds)\./i.test(path));
  const used = new Set<string>();
  const sets = views.flatMap(([view, form, what]): LabelSet[] => {
    const labels = annotated.filter((path) => label(path) && !used.has(path) && view.test(viewOf(path) ?? ""));
    if (labels.length === 0) return [];
    for (const path of labels) used.add(path);
    const meaning = isIdd
      ? noMeaning
      : form === "ids"
        ? meaningOf(/train/i.test(what) ? "labelTrainIds" : "labelIds")
        : undefined;
    return [{ name: viewOf(labels[0]) ?? "", labels, form, what, ...(meaning ? { meaning } : {}) }];
  });
  if (sets.length === 0) return [];
  const others = pictures.filter((path) => viewOf(path) === null && !/_(rightImg8bit|disparity|camera)\./i.test(path));
  const named = others.filter((path) => /leftImg8bit/i.test(path));
  const ofFrames = others.filter((path) => /_leftImg8bit\./i.test(path));
  return [
    {
      layout: isIdd ? "Indian Driving Dataset" : "Cityscapes",
      images: ofFrames.length > 0 ? ofFrames : named.length > 0 ? named : others,
      sets,
      meaning: isIdd ? noMeaning : meaningOf("labelIds"),
      evidence: {
        for: [
          `${counted(annotated.length, "file is", "files are")} named _gtFine_ or _gtCoarse_, ${ofFrames.length} _leftImg8bit.`,
        ],
        against: paths.some((path) => /leftImg8bit/i.test(path)) ? [] : ["No file is named _leftImg8bit."],
      },
      score: 1,
    },
  ];
};

function meaningOf(by: "labelIds" | "labelTrainIds"): LabelMeaning {
  return { vocColors: false, ownNames: /^[a-z-]+_\d{6}_\d{6}_/i, defaultClasses: () => cityscapesClasses(by) };
}
