import { createLabelMap } from "../../core/labelMap";
import { cityscapesClasses } from "../../formats/cityscapes";
import { namesOf } from "./numbering";
import { greyPng, textFile } from "./rasters";
import { type ExportTarget, readImages, type TargetImage } from "./types";

const idOfName = new Map(cityscapesClasses("labelIds").map(({ name, id }) => [name, id]));
const trainIdOfName = new Map(
  cityscapesClasses("labelTrainIds").flatMap(({ name, id, ignored }) => (ignored ? [] : [[name, id] as const])),
);

/** A frame's name has a city, a sequence and a frame; others are numbered. */
function frameOf({ name }: TargetImage, number: number): { city: string; frame: string } {
  const own = /^([^_]+)_\d{6}_\d{6}$/.exec(name);
  if (own) return { city: own[1], frame: name };
  return { city: "other", frame: `other_${String(number).padStart(6, "0")}_000000` };
}

/** Cityscapes: labelIds and labelTrainIds by the names of its classes; what it has no class for is unlabeled (0, train id 255). */
export const cityscapesTarget: ExportTarget = {
  key: "cityscapes",
  name: "Cityscapes",
  hint: "leftImg8bit, gtFine with labelIds and labelTrainIds",
  cannotHold({ classes, images }) {
    const foreign = classes.filter(({ name, ignored }) => !ignored && !idOfName.has(name));
    const isNamed = images.every(({ name }) => /^[^_]+_\d{6}_\d{6}$/.test(name));
    return [
      ...(foreign.length > 0
        ? [
            `${namesOf(foreign)}: no class of Cityscapes has that name; written as unlabeled (0). Rename classes to keep them.`,
          ]
        : []),
      ...(classes.some(({ ignored, name }) => ignored && !idOfName.has(name))
        ? ["Void is written as unlabeled (0)."]
        : []),
      "Instances, colours and polygons are not written.",
      ...(isNamed
        ? []
        : ["Images are numbered as frames (other_000000_000000, ...); frames.txt lists which is which."]),
      ...(images.some(({ photoExtension }) => /^\.jpe?g$/i.test(photoExtension))
        ? ["Photographs stay JPEG: Cityscapes' own scripts look for PNG."]
        : []),
    ];
  },
  async *files(conversion) {
    const names = new Map(conversion.classes.map(({ id, name }) => [id, name]));
    const lines: string[] = [];
    for await (const { image, at, labels } of readImages(conversion)) {
      const { width, height, data } = labels;
      const { city, frame } = frameOf(image, at);
      lines.push(`${frame} ${image.name}\n`);
      const stem = `gtFine/${image.split}/${city}/${frame}_gtFine`;
      const written = (ids: ReadonlyMap<string, number>, other: number) =>
        greyPng(
          createLabelMap(
            width,
            height,
            data.map((id) => ids.get(names.get(id) ?? "") ?? other),
          ),
          8,
        );
      yield { path: `${stem}_labelIds.png`, bytes: written(idOfName, 0) };
      yield { path: `${stem}_labelTrainIds.png`, bytes: written(trainIdOfName, 255) };
    }
    yield textFile("frames.txt", lines.join(""));
  },
  photoPath(image, { images }) {
    const { city, frame } = frameOf(image, images.indexOf(image));
    return `leftImg8bit/${image.split}/${city}/${frame}_leftImg8bit${image.photoExtension}`;
  },
};
