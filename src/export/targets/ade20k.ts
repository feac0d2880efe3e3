import { numbering, numberingSentences, renumbered } from "./numbering";
import { greyPng, textFile } from "./rasters";
import { type Conversion, type ExportTarget, readImages, type Split } from "./types";
import { tooMany } from "./voc";

const folder: Readonly<Record<Split, string>> = { train: "training", val: "validation", test: "testing" };
const plan = ({ classes }: Conversion) => numbering(classes, { first: 1, voidId: 0, gaps: true });

/** ADE20K SceneParse: 8-bit grey, classes from 1, 0 = ignored. */
export const ade20kTarget: ExportTarget = {
  key: "ade20k",
  name: "ADE20K SceneParse",
  hint: "images, annotations (grey, 0 ignored), objectInfo150.txt",
  cannotHold(conversion) {
    const numbers = plan(conversion);
    return [
      ...tooMany(numbers.classes.length, 255),
      ...numberingSentences(conversion.classes, numbers, "Void is written as 0, which SceneParse ignores."),
      "Colours are not kept.",
    ];
  },
  async *files(conversion) {
    const numbers = plan(conversion);
    for await (const { image, labels } of readImages(conversion)) {
      const bytes = greyPng(renumbered(labels, numbers), 8);
      yield { path: `annotations/${folder[image.split]}/${image.name}.png`, bytes };
    }
    const lines = numbers.classes.map(({ id, name }) => `${id}\t0\t0\t0\t${name}\n`);
    yield textFile("objectInfo150.txt", `Idx\tRatio\tTrain\tVal\tName\n${lines.join("")}`);
  },
  photoPath: ({ name, split, photoExtension }) => `images/${folder[split]}/${name}${photoExtension}`,
};
