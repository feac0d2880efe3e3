import { ignoredIds, type Rgb } from "../core/classTable";
import { vocColor } from "../core/palette";
import type { Dataset } from "../dataset/types";
import { codingOf } from "../formats/labelCodec";
import { excludedIn } from "../review/exclusions";
import type { LintJob } from "../review/lint/lintJob";
import { classesOf, type OpenImage, type Session } from "./session";

/** A label with what is unknown in it; no matter whether it is open. */
export type LintedImage = Pick<OpenImage, "item" | "document" | "unknown">;

/** A label as the rules look at it. Nothing is copied. */
export function lintJob(
  { exclusions }: Pick<Session, "exclusions">,
  dataset: Dataset,
  image: LintedImage,
  locked: ReadonlySet<number>,
): LintJob {
  const { document } = image;
  const { hintPixels } = document.store.getState();
  const classes = classesOf({ dataset, image });
  const isByColor = codingOf(image.item.raster, dataset.codec) !== "ids";
  const known = new Set(dataset.classes.map(({ id }) => id));
  // Of ids that a list lacks, the last of 8 and of 16 bits are void by custom.
  const isVoid = (id: number): boolean => !isByColor && (id === 255 || id === 65535);
  const unknown = image.unknown.filter(({ id, ignored }) => ignored && !known.has(id) && !isVoid(id));
  return {
    labels: document.labels,
    ignored: ignoredIds(classes),
    locked,
    unknown: new Set([...unknown.map(({ id }) => id), ...offPaletteId(dataset)]),
    colors: isByColor ? codedColors(dataset, image) : null,
    excluded: excludedIn(exclusions, document),
    hints: hintPixels > 0 ? document.hints : null,
  };
}

/** What a smeared file holds between its classes is kept as one id. */
function offPaletteId({ codec }: Dataset): readonly number[] {
  return codec.offPalette === undefined ? [] : [codec.offPalette.id];
}

/** The colours of the file, whatever the screen shows. */
function codedColors({ codec, classes }: Dataset, { unknown }: LintedImage): ReadonlyMap<number, Rgb> {
  const colors = new Map<number, Rgb>(unknown.map(({ id, color }) => [id, color]));
  if (codec.vocColors) for (const { id } of classes) if (id < 256) colors.set(id, vocColor(id));
  for (const { id, color } of codec.colors) colors.set(id, color);
  return colors;
}
