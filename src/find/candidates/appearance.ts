/**
 * What candidates need of a scene's image: edges by rank, colours by bin. Edges count by rank among the scene's own, so that
 * no contrast has to be known. The twin of `training/lmae/finding/appearance.py`.
 */
import { smoothed } from "../smooth";

/** Sigma of the smoothing before the gradient is taken, px, cut off at EDGE_TRUNCATED sigmas. */
export const EDGE_SMOOTHING = 1;
export const EDGE_TRUNCATED = 4;
/** Gradients are ranked in so many steps a unit. */
export const EDGE_STEPS = 1024;
/** Bins a channel. */
export const COLOUR_BINS = 6;

/** Rasters of a scene's image, width * height. */
export interface Appearance {
  /** Sobel derivatives of every pixel: down and right of the first channel, of the second, of the third. */
  readonly slopes: Float32Array;
  /** Share of the scene's pixels with a weaker gradient, by strength in 1 / EDGE_STEPS. */
  readonly shares: Float64Array;
  /** That of every pixel's own gradient, 0..1. */
  readonly ranks: Float32Array;
  /** The bin of every pixel's colour, of COLOUR_BINS ** 3. */
  readonly colours: Uint8Array;
}

const SLOPES = 6;

/** image: RGB, 0..1, width * height * 3. */
export function appearanceOf(image: Float32Array, width: number, height: number): Appearance {
  const pixels = width * height;
  // In Python an image is bytes, and what is made of them are doubles up to the rank.
  const bytes = new Uint8Array(image.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(image[i] * 255);
  const slopes = new Float64Array(SLOPES * pixels);
  for (let channel = 0; channel < 3; channel++) {
    const values = new Float64Array(pixels);
    for (let i = 0; i < pixels; i++) values[i] = bytes[3 * i + channel] / 255;
    const smooth = smoothed(values, width, height, EDGE_SMOOTHING, EDGE_TRUNCATED);
    writeSobel(slopes, 2 * channel, smooth, width, height);
  }
  const steps = new Int32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    let energy = 0;
    for (let k = SLOPES * i; k < SLOPES * (i + 1); k++) energy += slopes[k] * slopes[k];
    steps[i] = Math.floor(Math.sqrt(energy) * EDGE_STEPS);
  }
  const weaker = new Float64Array(steps.reduce((a, b) => Math.max(a, b), 0) + 2);
  for (const step of steps) weaker[step + 1]++;
  for (let step = 1; step < weaker.length; step++) weaker[step] += weaker[step - 1];
  const shares = weaker.map((count) => count / pixels).subarray(0, -1);
  const ranks = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) ranks[i] = shares[steps[i]];
  return { slopes: new Float32Array(slopes), shares, ranks, colours: binned(bytes) };
}

/** The rank of a pixel's gradient along the unit normal (down, right) of a line through it. */
export function rankAcross({ slopes, shares }: Appearance, pixel: number, down: number, right: number): number {
  let energy = 0;
  for (let k = SLOPES * pixel; k < SLOPES * (pixel + 1); k += 2) {
    const along = slopes[k] * down + slopes[k + 1] * right;
    energy += along * along;
  }
  return shares[Math.min(Math.floor(Math.sqrt(energy) * EDGE_STEPS), shares.length - 1)];
}

/** Writes both derivatives of a channel at `first` of every pixel's slopes; beyond the border the edge's pixel repeats. */
function writeSobel(slopes: Float64Array, first: number, values: Float64Array, width: number, height: number): void {
  for (let y = 0, i = first; y < height; y++) {
    const [up, row, down] = [Math.max(y - 1, 0), y, Math.min(y + 1, height - 1)].map((at) => at * width);
    for (let x = 0; x < width; x++, i += SLOPES) {
      const left = Math.max(x - 1, 0);
      const right = Math.min(x + 1, width - 1);
      const fall = (column: number): number => values[down + column] - values[up + column];
      const rise = (from: number): number => values[from + right] - values[from + left];
      slopes[i] = 2 * fall(x) + (fall(left) + fall(right));
      slopes[i + 1] = 2 * rise(row) + (rise(up) + rise(down));
    }
  }
}

function binned(bytes: Uint8Array): Uint8Array {
  const bins = new Uint8Array(bytes.length / 3);
  for (let i = 0; i < bytes.length; i++) {
    const bin = Math.floor((bytes[i] * COLOUR_BINS) / 256);
    bins[Math.floor(i / 3)] = bins[Math.floor(i / 3)] * COLOUR_BINS + bin;
  }
  return bins;
}
