import { classTable } from "../../core/classTable";
import { createLabelMap } from "../../core/labelMap";
import { displayPalette, vocColor } from "../../core/palette";
import { FormatError } from "../errors";
import { baseName } from "../paths";
import { channelsOf, decodePng, pngColorType, replacePixels } from "../png";
import type { AnnotatedImage, AnnotationFile, AnnotationSet } from "./types";

/** Whether a path is named as the full ADE20K names its segmentations. */
export function isAdeName(path: string): boolean {
  return /^ADE_(train|val|frame)_[^/]*_seg\.png$/i.test(baseName(path));
}

/**
 * The full ADE20K: NAME_seg.png, RGB, class = (R / 10) * 256 + G (index_ade20k.mat counts from 1; 0 is unlabelled), B tells
 * instances apart. Names stand in index_ade20k.mat or .pkl, which are not read: classes are numbers.
 */
export async function readAdeFull(files: readonly AnnotationFile[]): Promise<AnnotationSet> {
  const seen = new Set<number>([0]);
  const images: (AnnotatedImage & { readonly file: AnnotationFile })[] = [];
  for (const file of files) {
    const { width, height, ids } = idsOf(await file.bytes());
    for (const id of ids) seen.add(id);
    images.push({
      file,
      names: [file.path.replace(/_seg\.png$/i, ".jpg")],
      width,
      height,
      path: file.path,
      read: async () => {
        const now = idsOf(await file.bytes());
        return { labels: createLabelMap(now.width, now.height, now.ids), disputed: 0 };
      },
    });
  }
  return {
    format: "ADE20K (full)",
    namesImages: true,
    overlapRule: "segments do not overlap",
    classes: classTable(
      [...seen].map((id) => ({
        id,
        name: id === 0 ? "unlabeled" : `class ${id}`,
        color: id < 256 ? vocColor(id) : displayPalette((id % 97) + 1)[id % 97],
        ignored: id === 0,
      })),
    ),
    images,
    notes: [
      { path: files[0].path, reason: "Names of classes are not in these files.", remedy: "Give them a class list." },
    ],
    async *rewrite(edited) {
      for await (const { image, labels } of edited) {
        const { file } = image as (typeof images)[number];
        const original = await file.bytes();
        const { png, ids } = idsOf(original);
        const channels = channelsOf(png.colorType);
        const samples = png.samples.slice();
        labels.data.forEach((id, i) => {
          if (id === ids[i]) return;
          if (id >= 26 * 256)
            throw new FormatError(`Class id ${id} does not fit ADE20K's colours.`, "Use ids up to 6655.");
          // What was painted belongs to no instance.
          samples.set([(id >> 8) * 10, id & 255, 0], i * channels);
        });
        yield { path: file.path, bytes: replacePixels(original, samples) };
      }
    },
  };
}

function idsOf(bytes: Uint8Array) {
  const png = decodePng(bytes);
  const channels = channelsOf(png.colorType);
  const isColor = png.colorType === pngColorType.rgb || png.colorType === pngColorType.rgba;
  if (!isColor || png.bitDepth !== 8) {
    throw new FormatError("A segmentation of the full ADE20K is an RGB PNG.", "Download the file again.");
  }
  const ids = Uint16Array.from(
    { length: png.width * png.height },
    (_, i) => Math.floor(png.samples[i * channels] / 10) * 256 + png.samples[i * channels + 1],
  );
  return { png, width: png.width, height: png.height, ids };
}
