import { channelsOf, decodePng, isPng, readPngHeader } from "./png";
import { sniffType } from "./raster";
import { type PictureSamples, readTiffPicture } from "./raster/tiff/picture";

/** The values of a picture that are shown as black and as white. */
export interface PictureWindow {
  readonly low: number;
  readonly high: number;
}

/** A picture that browsers show badly or not at all, brought to 8 bits a sample. */
export interface DeepPicture {
  readonly width: number;
  readonly height: number;
  /** width * height * 4: red, green, blue, alpha. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Null where values are shown as they are. */
  readonly window: PictureWindow | null;
}

/** Values are counted in so many steps. */
const steps = 65536;
/** Share of the samples that may be darker (brighter) than the window. */
const outside = 0.001;

/** Whether a file holds a picture that {@link readDeepPicture} reads better than a browser: PNG of 16 bits, or TIFF. */
export function isDeepPicture(bytes: Uint8Array): boolean {
  return (isPng(bytes) && readPngHeader(bytes).bitDepth === 16) || sniffType(bytes) === "tiff";
}

/**
 * Decodes a photograph (never a label) of 16 bits or fractions a sample so that it can be seen. Sensors of 10 to 14 bits
 * and scanners use a small part of the range: browsers keep the high byte and show it black. What spans less than half the
 * range is spread from its 0.1st to its 99.9th percentile, one window for all channels; so are fractions, which have no
 * range. Anything else is shown as it is.
 * @param orientation to apply, 1..8 as in EXIF
 * @throws FormatError
 */
export function readDeepPicture(bytes: Uint8Array, orientation = 1): DeepPicture {
  const picture = sniffType(bytes) === "tiff" ? readTiffPicture(bytes) : readPng(bytes);
  const { width, height, channels, samples, most } = picture;
  const colors = channels < 3 ? 1 : 3;
  const window = most === null || most > 255 ? windowOf(picture, colors) : { low: 0, high: most };
  const scale = 255 / (window.high - window.low);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    for (let c = 0; c < 3; c++) rgba[to + c] = (samples[from + (colors === 1 ? 0 : c)] - window.low) * scale;
    rgba[to + 3] = channels > colors ? (255 * samples[from + colors]) / (most ?? 1) : 255;
  }
  return {
    ...orientPixels({ width, height, rgba }, orientation),
    window: most !== null && most <= 255 ? null : window,
  };
}

type Pixels = Pick<DeepPicture, "width" | "height" | "rgba">;

/** The picture upright: `orientation` says as in EXIF how it is stored. */
function orientPixels(picture: Pixels, orientation: number): Pixels {
  if (orientation === 1) return picture;
  const { width: w, height: h } = picture;
  const [width, height] = orientation >= 5 ? [h, w] : [w, h];
  const from = new Uint32Array(picture.rgba.buffer);
  const to = new Uint32Array(from.length);
  // By orientation: where the pixel at (x, y) of the upright picture is stored.
  const places: Readonly<Record<number, (x: number, y: number) => number>> = {
    2: (x, y) => y * w + (w - 1 - x),
    3: (x, y) => (h - 1 - y) * w + (w - 1 - x),
    4: (x, y) => (h - 1 - y) * w + x,
    5: (x, y) => x * w + y,
    6: (x, y) => (h - 1 - x) * w + y,
    7: (x, y) => (h - 1 - x) * w + (w - 1 - y),
    8: (x, y) => x * w + (w - 1 - y),
  };
  const placeOf = places[orientation];
  for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at++) to[at] = from[placeOf(x, y)];
  return { width, height, rgba: new Uint8ClampedArray(to.buffer) };
}

function readPng(bytes: Uint8Array): PictureSamples {
  const { width, height, colorType, samples } = decodePng(bytes);
  return { width, height, channels: channelsOf(colorType), samples, most: steps - 1 };
}

function windowOf({ samples, channels, most }: PictureSamples, colors: number): PictureWindow {
  const range = most === null ? rangeOf(samples, channels, colors) : { low: 0, high: most };
  const step = (range.high - range.low) / (steps - 1);
  const counts = new Uint32Array(steps);
  let total = 0;
  for (let at = 0; at < samples.length; at += channels) {
    for (let c = 0; c < colors; c++) {
      const value = samples[at + c];
      if (!Number.isFinite(value)) continue;
      counts[Math.round((value - range.low) / step)] += 1;
      total += 1;
    }
  }
  let [low, high] = [0, steps - 1];
  for (let seen = counts[low]; seen <= total * outside && low < high; seen += counts[low]) low += 1;
  for (let seen = counts[high]; seen <= total * outside && high > low; seen += counts[high]) high -= 1;
  const isSpread = most === null || high - low < (steps - 1) / 2;
  // One grey all over has no span to spread.
  if (!isSpread || high <= low) return range;
  return { low: range.low + low * step, high: range.low + high * step };
}

/** From the least to the greatest number; of one number all over, up to one more. */
function rangeOf(samples: ArrayLike<number>, channels: number, colors: number): PictureWindow {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < samples.length; at += channels) {
    for (let c = 0; c < colors; c++) {
      const value = samples[at + c];
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return { low: 0, high: 1 };
  return { low, high: high > low ? high : low + 1 };
}
