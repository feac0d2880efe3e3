import type { ClassTable } from "../../core/classTable";
import { isBackgroundName } from "../../formats/annotations/annotationClasses";
import { segmentPng } from "../../formats/annotations/cocoPanoptic";
import { cocoSegment, extentOf } from "../../formats/annotations/cocoSegment";
import { createTextParts } from "../textParts";
import { namesOf } from "./numbering";
import { type ExportTarget, type ReadImage, readImages, type TargetImage } from "./types";

const info = { description: "Exported by MaskMend" };

function listed({ image, at }: ReadImage) {
  return { id: at + 1, file_name: fileNameOf(image), width: image.width, height: image.height };
}

/** A COCO file whose annotations are written as they come. */
function cocoParts() {
  const text = createTextParts();
  const images: ReturnType<typeof listed>[] = [];
  let count = 0;
  text.add('{"annotations":[');
  return {
    images,
    /** @param annotation gets the next number, from 1. */
    add(annotation: (number: number) => object) {
      text.add(`${count === 0 ? "" : ","}\n${JSON.stringify(annotation(count + 1))}`);
      count += 1;
    },
    file(path: string, categories: readonly object[]) {
      text.add(`\n],${JSON.stringify({ info, licenses: [], categories, images }).slice(1)}\n`);
      return { path, bytes: text.blob() };
    },
  };
}

function fileNameOf({ name, photoExtension }: TargetImage): string {
  return `${name}${photoExtension || ".jpg"}`;
}

/** What COCO leaves unannotated: class 0, if it is called background. */
function implicitBackground(classes: ClassTable): number {
  return classes.find(({ id, name, ignored }) => id === 0 && !ignored && isBackgroundName(name))?.id ?? -1;
}

/** COCO with one run-length annotation a class; category ids are class ids. Void is a crowd: evaluation leaves crowds out. */
export const cocoTarget: ExportTarget = {
  key: "coco",
  name: "COCO (one mask a class)",
  hint: "annotations/instances.json with run-length masks",
  cannotHold({ classes }) {
    const voids = classes.filter(({ ignored }) => ignored);
    return [
      "Objects of one class become one annotation.",
      ...(voids.length > 0
        ? [`COCO knows no void: ${namesOf(voids)} are written as crowds of a category of that name.`]
        : []),
      ...(implicitBackground(classes) === 0 ? ["Background is not annotated, as COCO has it."] : []),
    ];
  },
  async *files(conversion) {
    const { classes } = conversion;
    const background = implicitBackground(classes);
    const parts = cocoParts();
    for await (const read of readImages(conversion)) {
      const { labels } = read;
      const { id: image_id } = listed(read);
      parts.images.push(listed(read));
      for (const id of idsIn(labels.data)) {
        const own = classes.find((one) => one.id === id);
        if (!own || id === background) continue;
        const segment = cocoSegment(labels, id, id, own.ignored);
        parts.add((number) => ({ id: number, image_id, ...segment }));
      }
    }
    const categories = classes
      .filter(({ id }) => id !== background)
      .map(({ id, name, color }) => ({ id, name, supercategory: "", color }));
    yield parts.file("annotations/instances.json", categories);
  },
  photoPath: (image) => `images/${fileNameOf(image)}`,
};

/** COCO panoptic with one segment a class (all stuff); void is no segment (0). */
export const panopticTarget: ExportTarget = {
  key: "coco-panoptic",
  name: "COCO panoptic",
  hint: "annotations/panoptic.json and its PNGs",
  cannotHold({ classes }) {
    const voids = classes.filter(({ ignored }) => ignored);
    return [
      "Every class is stuff: objects of one class become one segment.",
      ...(voids.length > 0 ? ["Void is written as 0, no segment."] : []),
      ...(voids.length > 1 ? [`The ${voids.length} ignored classes become one: ${namesOf(voids)}.`] : []),
    ];
  },
  async *files(conversion) {
    const { classes } = conversion;
    const kept = new Set(classes.filter(({ ignored }) => !ignored).map(({ id }) => id));
    const parts = cocoParts();
    for await (const read of readImages(conversion)) {
      const { image, labels } = read;
      const { id: image_id } = listed(read);
      parts.images.push(listed(read));
      const numbers = Uint32Array.from(labels.data, (id) => (kept.has(id) ? id + 1 : 0));
      yield {
        path: `annotations/panoptic/${image.name}.png`,
        bytes: segmentPng(image.width, image.height, numbers),
      };
      const segments = idsIn(labels.data)
        .filter((id) => kept.has(id))
        .map((id) => ({ id: id + 1, category_id: id, ...extentOf(labels, (value) => value === id), iscrowd: 0 }));
      parts.add(() => ({ image_id, file_name: `${image.name}.png`, segments_info: segments }));
    }
    const categories = classes
      .filter(({ id }) => kept.has(id))
      .map(({ id, name, color }) => ({ id, name, supercategory: "", isthing: 0, color }));
    yield parts.file("annotations/panoptic.json", categories);
  },
  photoPath: (image) => `images/${fileNameOf(image)}`,
};

function idsIn(data: Uint16Array): number[] {
  return [...new Set(data)].sort((a, b) => a - b);
}
