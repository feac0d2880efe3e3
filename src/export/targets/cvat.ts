import { vocColor } from "../../core/palette";
import { isBackgroundName } from "../../formats/annotations/annotationClasses";
import { cleanNames, colorSentences, distinctColors, nameSentences, scored } from "./numbering";
import { rgbPng, textFile } from "./rasters";
import { type Conversion, type ExportTarget, readImages } from "./types";
import { tooMany } from "./voc";

/** Lines of labelmap.txt: background first, as CVAT puts it; void is a label among the others. */
const plan = ({ classes }: Conversion) => {
  const kept = [...scored(classes), ...classes.filter((info) => info.ignored)];
  const hasBackground = kept.length > 0 && isBackgroundName(kept[0].name);
  const background = { id: -1, name: "background", color: [0, 0, 0] as const, ignored: false };
  const listed = hasBackground ? [{ ...background, id: kept[0].id }, ...kept.slice(1)] : [background, ...kept];
  const clean = cleanNames(listed, /[:\r\n]|^\s*#/g);
  const colors = distinctColors(clean.classes);
  return { lines: colors.classes, clean, colors };
};

/**
 * CVAT "Segmentation mask 1.1": RGB masks of labelmap.txt's colours. A label is its own instance (SegmentationObject: the
 * line's number in VOC's palette), as CVAT lets an instance lie in one class only and drops instance 0.
 */
export const cvatTarget: ExportTarget = {
  key: "cvat",
  name: "CVAT segmentation mask 1.1",
  hint: "to upload as annotations of a task",
  cannotHold(conversion) {
    const { lines, clean, colors } = plan(conversion);
    const voids = conversion.classes.filter((info) => info.ignored);
    const isVoid = new Set(voids.map(({ id }) => id));
    return [
      ...tooMany(lines.length, 256),
      ...nameSentences(clean.changed, 'labelmap.txt allows no ":", no "#" in front, and each name once'),
      ...colorSentences(colors.changed),
      ...(voids.length > 0
        ? [
            `CVAT knows no void: ${lines
              .filter(({ id }) => isVoid.has(id))
              .map(({ name }) => `"${name}"`)
              .join(", ")} is a label like others there.`,
          ]
        : []),
      "Ids are not kept, only names: CVAT numbers by the lines of labelmap.txt.",
      "The task needs labels of these names before you upload.",
    ];
  },
  async *files(conversion) {
    const { lines } = plan(conversion);
    const lineOf = new Map(lines.map(({ id }, i) => [id, i]));
    // Ids without a class have no label in CVAT.
    const line = (id: number) => lineOf.get(id) ?? 0;
    const names: string[] = [];
    for await (const { image, labels: ids } of readImages(conversion)) {
      const { name } = image;
      names.push(`${name}\n`);
      yield { path: `SegmentationClass/${name}.png`, bytes: rgbPng(ids, (id) => lines[line(id)].color) };
      yield { path: `SegmentationObject/${name}.png`, bytes: rgbPng(ids, (id) => vocColor(line(id))) };
    }
    const text = lines.map(({ name, color }) => `${name}:${color.join(",")}::\n`).join("");
    yield textFile("labelmap.txt", `# label:color_rgb:parts:actions\n${text}`);
    yield textFile("ImageSets/Segmentation/default.txt", names.join(""));
  },
  photoPath: ({ name, photoExtension }) => `JPEGImages/${name}${photoExtension}`,
};
