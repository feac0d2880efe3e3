import { vocColor, vocPalette } from "../../core/palette";
import { cleanNames, nameSentences, numbering, numberingSentences, renumbered } from "./numbering";
import { indexedPng, jsonFile, textFile } from "./rasters";
import { type Conversion, type ExportTarget, readImages, type Split } from "./types";

const plan = ({ classes }: Conversion) => {
  const numbers = numbering(classes, { first: 0, voidId: 255, gaps: true });
  return { numbers, clean: cleanNames(numbers.classes, /[:\r\n]/g) };
};

/** Pascal VOC: 8-bit indexed, VOC's palette, void 255. labelmap.txt as CVAT and datumaro read it. */
export const vocTarget: ExportTarget = {
  key: "voc",
  name: "Pascal VOC",
  hint: "JPEGImages, SegmentationClass (indexed PNG), ImageSets",
  cannotHold(conversion) {
    const { numbers, clean } = plan(conversion);
    return [
      ...numberingSentences(conversion.classes, numbers, "Void is written as 255."),
      ...tooMany(numbers.classes.length, 255),
      ...nameSentences(clean.changed, 'labelmap.txt allows no ":" and each name once'),
      "Classes are shown in VOC's colours.",
    ];
  },
  async *files(conversion) {
    const { numbers, clean } = plan(conversion);
    const lists = new Map<Split, string[]>();
    for await (const { image, labels } of readImages(conversion)) {
      const bytes = indexedPng(renumbered(labels, numbers), vocPalette);
      yield { path: `SegmentationClass/${image.name}.png`, bytes };
      const names = lists.get(image.split) ?? [];
      names.push(image.name);
      lists.set(image.split, names);
    }
    for (const [split, names] of lists) {
      yield textFile(`ImageSets/Segmentation/${split}.txt`, names.map((name) => `${name}\n`).join(""));
    }
    const lines = clean.classes.map(({ id, name }) => `${name}:${vocColor(id).join(",")}::\n`);
    // datumaro refuses colours that are not listed; "ignored" is its own name for VOC's void.
    const isVoid = conversion.classes.some(({ ignored }) => ignored);
    const ignored = isVoid ? `ignored:${vocColor(255).join(",")}::\n` : "";
    yield textFile("labelmap.txt", `# label:color_rgb:parts:actions\n${lines.join("")}${ignored}`);
    yield jsonFile("classes.json", [
      ...numbers.classes.map(({ id, name }) => ({ id, name, color: vocColor(id), ignored: false })),
      { id: 255, name: "void", color: vocColor(255), ignored: true },
    ]);
  },
  photoPath: ({ name, photoExtension }) => `JPEGImages/${name}${photoExtension}`,
};

/** The target cannot be written at all: the sentence begins with "Not possible". */
export function tooMany(count: number, most: number): string[] {
  return count > most ? [`Not possible: it holds ${most} classes, and there are ${count}.`] : [];
}
