import { type ClassTable, classOf } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import { vocColor } from "../../core/palette";
import { greyPng, indexedPng, jsonFile, textFile } from "./rasters";
import { type ExportTarget, readImages } from "./types";

/** Ids as they are: indexed in the classes' colours, or 16-bit grey where one is above 255. */
function plainPng(labels: LabelMap, classes: ClassTable): Uint8Array {
  if (labels.data.some((id) => id > 255)) return greyPng(labels, 16);
  return indexedPng(
    labels,
    Array.from({ length: 256 }, (_, id) => classOf(classes, id)?.color ?? vocColor(id)),
  );
}

/** Folders of images and masks with classes.json: holds everything. */
export const plainTarget: ExportTarget = {
  key: "plain",
  name: "Images and masks",
  hint: "images, masks (PNG), classes.json",
  cannotHold: () => [],
  async *files(conversion) {
    const { classes } = conversion;
    for await (const { image, labels } of readImages(conversion)) {
      yield { path: `masks/${image.name}.png`, bytes: plainPng(labels, classes) };
    }
    yield jsonFile("classes.json", classes);
  },
  photoPath: ({ name, photoExtension }) => `images/${name}${photoExtension}`,
};

/** A Hugging Face image folder: metadata.jsonl a split, id2label.json. */
export const huggingFaceTarget: ExportTarget = {
  key: "hugging-face",
  name: "Hugging Face folder",
  hint: "metadata.jsonl with file_name and label_file_name",
  cannotHold: ({ classes }) => [
    ...(classes.some(({ ignored }) => ignored) ? ["That a class is ignored is told by its name alone."] : []),
    "Colours are not kept in id2label.json, only in the masks' palettes.",
  ],
  async *files(conversion) {
    const { classes } = conversion;
    const rows = new Map<string, string[]>();
    for await (const { image, labels } of readImages(conversion)) {
      const { name, split, photoExtension } = image;
      yield { path: `${split}/labels/${name}.png`, bytes: plainPng(labels, classes) };
      const row = { file_name: `images/${name}${photoExtension}`, label_file_name: `labels/${name}.png` };
      const lines = rows.get(split) ?? [];
      lines.push(`${JSON.stringify(row)}\n`);
      rows.set(split, lines);
    }
    for (const [split, lines] of rows) yield textFile(`${split}/metadata.jsonl`, lines.join(""));
    yield jsonFile("id2label.json", Object.fromEntries(classes.map(({ id, name }) => [id, name])));
  },
  photoPath: ({ name, split, photoExtension }) => `${split}/images/${name}${photoExtension}`,
};
