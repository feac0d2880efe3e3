import { cleanNames, colorSentences, distinctColors, nameSentences } from "./numbering";
import { rgbPng, textFile } from "./rasters";
import { type Conversion, type ExportTarget, readImages } from "./types";

const plan = ({ classes }: Conversion) => {
  const clean = cleanNames(classes, /\s+|^(?=-?\d+(\.0+)?$)/g);
  return { clean, colors: distinctColors(clean.classes) };
};

/** CamVid (32 classes and others): RGB masks NAME_L.png and label_colors.txt, "R G B Name" a line. */
export const camvidTarget: ExportTarget = {
  key: "camvid",
  name: "CamVid (RGB masks)",
  hint: "images, labels/NAME_L.png, label_colors.txt",
  cannotHold(conversion) {
    const { clean, colors } = plan(conversion);
    const hasVoid = conversion.classes.some(({ ignored }) => ignored);
    return [
      ...nameSentences(clean.changed, "label_colors.txt allows no spaces, no bare numbers, and each name once"),
      ...colorSentences(colors.changed),
      "Ids are not kept, only colours and names.",
      ...(hasVoid ? ["Void is a colour like others: only its name tells."] : []),
    ];
  },
  async *files(conversion) {
    const { colors } = plan(conversion);
    const colorOf = new Map(colors.classes.map(({ id, color }) => [id, color]));
    const other = colors.classes.find(({ ignored }) => ignored)?.color ?? ([0, 0, 0] as const);
    for await (const { image, labels } of readImages(conversion)) {
      yield { path: `labels/${image.name}_L.png`, bytes: rgbPng(labels, (id) => colorOf.get(id) ?? other) };
    }
    yield textFile(
      "label_colors.txt",
      colors.classes.map(({ color, name }) => `${color.join(" ")}\t${name}\n`).join(""),
    );
  },
  photoPath: ({ name, photoExtension }) => `images/${name}${photoExtension}`,
};
