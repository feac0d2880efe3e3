/** A size in whole pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** How an image's EXIF orientation meets its label. */
export interface OrientationRule {
  readonly applies: boolean;
  /** Whether image (after the rule) and label have the same size. */
  readonly fits: boolean;
  /** The sizes do not tell whether the label was drawn on the upright or on the raw image. */
  readonly ambiguous: boolean;
}

/**
 * EXIF orientation applies to the image only where the label has the rotated size; otherwise the image is shown as
 * stored. Images turned by 180 degrees, mirrored or square have one size either way: there it applies, since viewers
 * and annotation tools show such images upright.
 */
export function orientationRule(image: Size, orientation: number, label: Size): OrientationRule {
  const swaps = orientation >= 5;
  const rotated = swaps ? { width: image.height, height: image.width } : image;
  const fitsRaw = sameSize(image, label);
  const fitsRotated = sameSize(rotated, label);
  return {
    applies: orientation !== 1 && fitsRotated,
    fits: fitsRaw || fitsRotated,
    ambiguous: orientation !== 1 && fitsRaw && fitsRotated,
  };
}

function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
