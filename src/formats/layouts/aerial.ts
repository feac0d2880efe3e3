import type { ClassTable, Rgb } from "../../core/classTable";
import { counted } from "../../core/counted";
import { rgbKey } from "../../core/palette";
import { holdsOnly, type LabelMeaning, type LabelSet, type Recogniser, tableOf } from "../layout";
import { stemOf } from "../paths";
import { readByRoles } from "../plain";

function codedBy(table: ClassTable, fits: (colors: ReadonlySet<number>) => boolean = () => true): LabelMeaning {
  const listed = new Set(table.map(({ color }) => rgbKey(color)));
  return {
    vocColors: false,
    codedColors: true,
    defaultClasses: ({ ids, colors }) => {
      const seen = new Set(colors.keys());
      return ids.size === 0 && [...seen].every((key) => listed.has(key)) && fits(seen) ? table : null;
    },
  };
}

const rows = (list: readonly (readonly [string, Rgb])[]) => list.map(([name, color], id) => [id, name, color] as const);

/** LoveDA (Wang et al. 2021): 0 no data, which is ignored, and seven classes, with the colours of its paper. */
const loveDaClasses = tableOf(
  rows([
    ["no data", [0, 0, 0]],
    ["background", [255, 255, 255]],
    ["building", [255, 0, 0]],
    ["road", [255, 255, 0]],
    ["water", [0, 0, 255]],
    ["barren", [159, 129, 183]],
    ["forest", [0, 255, 0]],
    ["agriculture", [255, 195, 128]],
  ]),
  (id) => id === 0,
);

/** LoveDA: [SPLIT/]{Urban,Rural}/{images_png,masks_png}/N.png, numbers unique over both. */
export const loveDa: Recogniser = async ({ paths }) => {
  const isOwn = ["images_png", "masks_png"].every((name) =>
    paths.some((path) => path.toLowerCase().includes(`${name}/`)),
  );
  const reading = isOwn && paths.some((path) => /(^|\/)(urban|rural)\//i.test(path)) ? await readByRoles(paths) : null;
  if (reading === null) return [];
  const meaning: LabelMeaning = {
    vocColors: false,
    ownNames: /^\d+$/,
    defaultClasses: (seen) => (holdsOnly(seen, (id) => id <= 7) ? loveDaClasses : null),
  };
  const evidence = { for: ["images_png and masks_png lie under Urban or Rural."], against: [] };
  return [{ ...reading, layout: "LoveDA", meaning, evidence, score: 0.95 }];
};

/** The ISPRS benchmarks' classes by colour; boundaries are black where they are left out. */
const isprsClasses = tableOf(
  rows([
    ["impervious surfaces", [255, 255, 255]],
    ["building", [0, 0, 255]],
    ["low vegetation", [0, 255, 255]],
    ["tree", [0, 255, 0]],
    ["car", [255, 255, 0]],
    ["clutter", [255, 0, 0]],
    ["boundary", [0, 0, 0]],
  ]),
  (_, name) => name === "boundary",
);

const isprsTile = /(top_potsdam_\d+_\d+|top_mosaic_09cm_area\d+)(_.*)?$/i;

/** ISPRS Potsdam (top_potsdam_2_10_RGB.tif, ..._label.tif) and Vaihingen (top_mosaic_09cm_area1.tif in two folders). */
export const isprs: Recogniser = ({ pictures }) => {
  const tiles = pictures.filter((path) => isprsTile.test(stemOf(path)));
  if (tiles.length === 0) return [];
  const tail = (path: string) => (isprsTile.exec(stemOf(path))?.[2] ?? "").toLowerCase();
  const isLabel = (path: string) =>
    /label|noboundary/.test(tail(path)) || /(^|\/)(gts?|labels?|ground_?truth)[^/]*\//i.test(path);
  const set = (name: string, what: string, labels: readonly string[]): LabelSet[] =>
    labels.length > 0 ? [{ name, labels, form: "ids", what }] : [];
  const labels = tiles.filter(isLabel);
  const isEroded = (path: string) => /noboundary/i.test(path);
  const sets = [
    ...set(
      "label",
      "classes in colours",
      labels.filter((path) => !isEroded(path)),
    ),
    ...set("label_noBoundary", "classes in colours, boundaries black", labels.filter(isEroded)),
  ];
  if (sets.length === 0) return [];
  const photos = tiles.filter((path) => !isLabel(path));
  const kinds = ["_rgb", "_irrg", "_rgbir", ""].map((kind) => photos.filter((path) => tail(path) === kind));
  const images = kinds.find((kind) => kind.length > 0) ?? photos;
  const evidence = {
    for: [`${counted(tiles.length, "file is", "files are")} named as the tiles of Potsdam or Vaihingen are.`],
    against: [],
  };
  return [{ layout: "ISPRS Potsdam/Vaihingen", images, sets, meaning: codedBy(isprsClasses), evidence, score: 1 }];
};

/** DeepGlobe's land cover (2018). */
const deepGlobeClasses = tableOf(
  rows([
    ["urban", [0, 255, 255]],
    ["agriculture", [255, 255, 0]],
    ["rangeland", [255, 0, 255]],
    ["forest", [0, 255, 0]],
    ["water", [0, 0, 255]],
    ["barren", [255, 255, 255]],
    ["unknown", [0, 0, 0]],
  ]),
  (_, name) => name === "unknown",
);

/** DeepGlobe: N_sat.jpg with N_mask.png, side by side; its roads are black and white, its land cover coloured. */
export const deepGlobe: Recogniser = async ({ paths, pictures }) => {
  if (!pictures.some((path) => /_sat\.(jpe?g|png)$/i.test(path))) return [];
  const reading = await readByRoles(paths);
  if (reading === null) return [];
  const isColored = (colors: ReadonlySet<number>) => [...colors].some((key) => key !== 0 && key !== 0xffffff);
  const evidence = { for: ["Photographs are named _sat, labels _mask."], against: [] };
  return [{ ...reading, layout: "DeepGlobe", meaning: codedBy(deepGlobeClasses, isColored), evidence, score: 0.9 }];
};
