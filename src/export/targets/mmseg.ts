import { vocColor } from "../../core/palette";
import { numbering, numberingSentences, renumbered } from "./numbering";
import { indexedPng, jsonFile } from "./rasters";
import { type Conversion, type ExportTarget, readImages } from "./types";
import { tooMany } from "./voc";

const plan = ({ classes }: Conversion) => numbering(classes, { first: 0, voidId: 255 });

/** An MMSegmentation tree: ids 0 .. n - 1 without gaps, 255 = ignore_index; classes and palette as METAINFO takes them. */
export const mmsegTarget: ExportTarget = {
  key: "mmseg",
  name: "MMSegmentation",
  hint: "img_dir, ann_dir, dataset_meta.json",
  cannotHold(conversion) {
    const numbers = plan(conversion);
    return [
      ...tooMany(numbers.classes.length, 255),
      ...numberingSentences(conversion.classes, numbers, "Void is written as 255 (ignore_index)."),
    ];
  },
  async *files(conversion) {
    const numbers = plan(conversion);
    const palette = Array.from({ length: 256 }, (_, id) => numbers.classes[id]?.color ?? vocColor(id));
    for await (const { image, labels } of readImages(conversion)) {
      const { name, split } = image;
      const ids = renumbered(labels, numbers);
      yield { path: `ann_dir/${split}/${name}.png`, bytes: indexedPng(ids, palette) };
    }
    yield jsonFile("dataset_meta.json", {
      label_map: Object.fromEntries(numbers.classes.map(({ id, name }) => [id, name])),
      segmentation_colors: numbers.classes.map(({ color }) => color),
      classes: numbers.classes.map(({ name }) => name),
      palette: numbers.classes.map(({ color }) => color),
    });
  },
  photoPath: ({ name, split, photoExtension }) => `img_dir/${split}/${name}${photoExtension}`,
};
