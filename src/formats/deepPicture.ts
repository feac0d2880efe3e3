import { channelsOf, decodePng, isPng, readPngHeader } from "./png";

/** The values of a picture that are shown as black and as white. */
export interface PictureWindow {
  readonly low: number;
  readonly high: number;
}

/** A picture of 16 bits a sample brought to 8. */
export interface DeepPicture {
  readonly width: number;
  readonly height: number;
  /** width * height * 4: red, green, blue, alpha. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly window: PictureWindow;
}

const most = 65535;
/** Share of the samples that may be darker (brighter) than the window. */
const outside = 0.001;

/** Whether a file holds a picture of 16 bits a sample that {@link readDeepPicture} can read. */
export function isDeepPicture(bytes: Uint8Array): boolean {
  return isPng(bytes) && readPngHeader(bytes).bitDepth === 16;
}

/**
 * Decodes a photograph of 16 bits a sample (never a label) so that it can be seen. Sensors of 10 to 14 bits and scanners
 * use a small part of the range: browsers keep the high byte and show it black. What spans less than half the range is spread from
 * its 0.1st to its 99.9th percentile, one window for all channels; anything else is left as a browser shows it.
 * @throws FormatError as decodePng does
 */
export function readDeepPicture(bytes: Uint8Array): DeepPicture {
  const { width, height, colorType, samples } = decodePng(bytes);
  const channels = channelsOf(colorType);
  const colors = channels < 3 ? 1 : 3;
  const window = windowOf(samples, channels, colors);
  const scale = 255 / (window.high - window.low);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    for (let c = 0; c < 3; c++) rgba[to + c] = (samples[from + (colors === 1 ? 0 : c)] - window.low) * scale;
    rgba[to + 3] = channels > colors ? samples[from + colors] >> 8 : 255;
  }
  return { width, height, rgba, window };
}

function windowOf(samples: Uint16Array, channels: number, colors: number): PictureWindow {
  const counts = new Uint32Array(most + 1);
  for (let at = 0; at < samples.length; at += channels) for (let c = 0; c < colors; c++) counts[samples[at + c]] += 1;
  const allowed = (samples.length / channels) * colors * outside;
  let [low, high] = [0, most];
  for (let seen = counts[low]; seen <= allowed; seen += counts[low]) low += 1;
  for (let seen = counts[high]; seen <= allowed; seen += counts[high]) high -= 1;
  const isNarrow = high - low < most / 2;
  // One grey all over has no span to spread.
  return isNarrow && high > low ? { low, high } : { low: 0, high: most };
}
