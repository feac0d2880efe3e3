import type { ClassTable } from "../core/classTable";
import { counted } from "../core/counted";
import { vocColor } from "../core/palette";
import { type LabelSet, type Recogniser, type SeenLabels, tableOf } from "./layout";
import { baseName, folderOf, foldersOf } from "./paths";

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

/** What SegmentationClass's relatives hold. */
const vocSets: readonly (readonly [folder: RegExp, form: LabelSet["form"], what: string])[] = [
  [/^SegmentationClass(PNG)?$/i, "ids", "ids of classes"],
  [/^SegmentationClassRaw$/i, "ids", "ids of classes, without a palette"],
  [/^SegmentationClassAug$/i, "ids", "ids of classes, with SBD's further images"],
  [/^SegmentationClassVisuali[sz]ation$/i, "colors", "a picture of the labels for viewing"],
  [/^SegmentationObject/i, "instances", "ids of single objects"],
];

/**
 * Pascal VOC: JPEGImages/ID.jpg and SegmentationClass/ID.png at any depth; CVAT's "Segmentation mask 1.1" is the same
 * with labelmap.txt and ImageSets/Segmentation/default.txt, often without photographs. Sets of other classes borrow the layout, so VOC's names are used only
 * where nothing speaks against them: no ids above 20, and no colour-coded masks unless VOC's lists are there.
 */
export const voc: Recogniser = ({ paths, pictures }) => {
  // By folder: thousands of files lie in few.
  const folders = [...new Set(pictures.map(folderOf))];
  const folderWhere = (name: RegExp) => {
    const found = new Set(folders.filter((folder) => folder.split("/").some((each) => name.test(each))));
    return (path: string) => found.has(folderOf(path));
  };
  const sets = vocSets.flatMap(([folder, form, what]): LabelSet[] => {
    const labels = pictures.filter(folderWhere(folder));
    const name = labels.length > 0 ? (foldersOf(labels[0]).find((each) => folder.test(each)) ?? "") : "";
    return labels.length > 0 ? [{ name, labels, form, what }] : [];
  });
  if (sets.length === 0 || sets[0].form !== "ids") return [];
  const isLabel = folderWhere(/^Segmentation(Class|Object)/i);
  const others = pictures.filter((path) => !isLabel(path));
  const own = others.filter(folderWhere(/^JPEGImages$/i));
  const has = (file: RegExp) => paths.some((path) => file.test(path));
  const hasLists = has(/(^|\/)ImageSets\/Segmentation\/(train|val|trainval|test)\.txt$/i);
  const isCvat = has(/(^|\/)labelmap\.txt$/i) && (own.length === 0 || has(/(^|\/)Segmentation\/default\.txt$/i));
  return [
    {
      layout: isCvat ? "CVAT segmentation mask 1.1" : "Pascal VOC",
      images: own.length > 0 ? own : others,
      sets,
      meaning: {
        vocColors: !isCvat,
        ownNames: /^\d{4}_\d{6}$/,
        defaultClasses: (seen) => (fitsVoc(seen) && (hasLists || seen.colors.size === 0) ? vocClasses() : null),
      },
      evidence: {
        for: [
          `${sets[0].name} holds ${counted(sets[0].labels.length, "label")}.`,
          ...(isCvat ? ["labelmap.txt is CVAT's."] : []),
        ],
        against: own.length === 0 ? ["There is no JPEGImages."] : [],
      },
      score: 0.95,
    },
  ];
};
