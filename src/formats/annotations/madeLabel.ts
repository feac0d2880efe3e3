import { pngColorType } from "../png";
import { writePng } from "../png/write";
import type { RasterHeader } from "../raster";
import type { AnnotatedImage, AnnotationSet } from "./types";

/** A label raster made of an image's annotations: a grey PNG of ids. */
interface MadeRaster {
  /** Where it would lie: as if the annotation file were a folder. */
  readonly path: string;
  readonly header: RasterHeader;
  /** @throws FormatError for annotations that cannot be drawn. */
  bytes(): Promise<Uint8Array>;
}

/**
 * The raster of an image's annotations.
 * @param onDisputed told how many pixels annotations of two classes claim, each time it is made.
 */
export function madeLabel(
  set: AnnotationSet,
  image: AnnotatedImage,
  photo: string | null,
  onDisputed: (pixels: number) => void = () => undefined,
): MadeRaster {
  const { width, height } = image;
  const bitDepth = set.classes.every(({ id }) => id <= 255) ? 8 : 16;
  const name = (photo ?? image.names[0]).replace(/\.[^./]*$/, "");
  return {
    // Never a file's own path: segments and masks are read from files of that name.
    path: `${image.path}/${name}.png`,
    header: { type: "png", width, height, bitDepth, color: "grey", lossless: true, notes: [] },
    async bytes() {
      const { labels, disputed } = await image.read();
      onDisputed(disputed);
      return writePng({ width, height, bitDepth, colorType: pngColorType.grey, samples: labels.data, level: 1 });
    },
  };
}
