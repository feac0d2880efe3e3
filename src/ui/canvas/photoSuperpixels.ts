import { readPixels } from "../../app/readPixels";
import type { OpenImage } from "../../app/session";
import { type Superpixels, slic } from "../../core/superpixels";

/** Pixels of the reduced picture: what is divided within 100 ms. */
const most = 120_000;
/** Of a superpixel in the reduced picture, px: smaller ones follow noise. */
const leastSize = 4;

/** The superpixels of the photograph that was asked for last, kept for the next click. */
export class PhotoSuperpixels {
  private kept: { readonly photo: ImageBitmap; readonly size: number; readonly superpixels: Superpixels } | null = null;

  /**
   * Those of an image, about `size` image px wide; null when it has no photograph. Only where they lie comes from a
   * canvas: labels are not read from it.
   */
  of({ photo }: OpenImage, size: number): Superpixels | null {
    if (photo === null) return null;
    if (this.kept?.photo !== photo || this.kept.size !== size)
      this.kept = { photo, size, superpixels: divide(photo, size) };
    return this.kept.superpixels;
  }

  /** Lets the photograph go. */
  clear(): void {
    this.kept = null;
  }
}

function divide(photo: ImageBitmap, size: number): Superpixels {
  const scale = Math.min(1, Math.sqrt(most / (photo.width * photo.height)));
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  const { data } = readPixels(width, height, (context) => {
    context.imageSmoothingQuality = "high";
    context.drawImage(photo, 0, 0, width, height);
  });
  return slic(data, width, height, Math.max(leastSize, size * scale));
}
