/**
 * What boundary shifts need of a window's image: edges by rank, colours by bin. Edges count by rank among the window's own,
 * so that no contrast has to be known. The twin of `training/lmae/finding/appearance.py`.
 */
import { smoothed } from "../smooth";

/** Sigma of the smoothing before the gradient is taken, px, cut off at EDGE_TRUNCATED sigmas. */
export const EDGE_SMOOTHING = 1;
export const EDGE_TRUNCATED = 4;
/** Gradients are ranked in so many steps a unit. */
export const EDGE_STEPS = 1024;
/** Bins a channel. */
export const COLOUR_BINS = 6;

/** Rasters of a window's image, size * size. */
export interface Appearance {
  /** Sobel derivatives of every pixel: down and right of the first channel, of the second, of the third. */
  readonly slopes: Float32Array;
  /** Share of the window's pixels with a weaker gradient, by strength in 1 / EDGE_STEPS. */
  readonly shares: Float64Array;
  /** That of every pixel's own gradient, 0..1. */
  readonly ranks: Float32Array;
  /** The bin of every pixel's colour, of COLOUR_BINS ** 3. */
  readonly colours: Uint8Array;
}

const SLOPES = 6;

/** Of a window `size` px wide; image: RGB, 0..1, size * size * 3. */
export function appearanceOf(image: Float32Array, size: number): Appearance {
  const pixels = size * size;
  const slopes = new Float32Array(SLOPES * pixels);
  for (let channel = 0; channel < 3; channel++) {
    const values = Float32Array.from({ length: pixels }, (_, i) => image[3 * i + channel]);
    writeSobel(slopes, 2 * channel, smoothed(values, size, EDGE_SMOOTHING, EDGE_TRUNCATED), size);
  }
  const steps = new Int32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    let energy = 0;
    for (let k = 0; k < SLOPES; k++) energy += slopes[SLOPES * i + k] ** 2;
    steps[i] = Math.floor(Math.sqrt(energy) * EDGE_STEPS);
  }
  const weaker = new Float64Array(steps.reduce((a, b) => Math.max(a, b), 0) + 2);
  for (const step of steps) weaker[step + 1]++;
  for (let step = 1; step < weaker.length; step++) weaker[step] += weaker[step - 1];
  const shares = weaker.map((count) => count / pixels).subarray(0, -1);
  return { slopes, shares, ranks: Float32Array.from(steps, (step) => shares[step]), colours: binned(image) };
}

/** The rank of a pixel's gradient along the unit normal (down, right) of a line through it. */
export function rankAcross({ slopes, shares }: Appearance, pixel: number, down: number, right: number): number {
  let energy = 0;
  for (let k = SLOPES * pixel; k < SLOPES * (pixel + 1); k += 2) {
    energy += (slopes[k] * down + slopes[k + 1] * right) ** 2;
  }
  return shares[Math.min(Math.floor(Math.sqrt(energy) * EDGE_STEPS), shares.length - 1)];
}

/** Writes both derivatives of a channel at `first` of every pixel's slopes; beyond the border the edge's pixel repeats. */
function writeSobel(slopes: Float32Array, first: number, values: Float32Array, size: number): void {
  for (let y = 0, i = first; y < size; y++) {
    const [up, row, down] = [Math.max(y - 1, 0), y, Math.min(y + 1, size - 1)].map((at) => at * size);
    for (let x = 0; x < size; x++, i += SLOPES) {
      const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, size - 1)];
      const corners = [values[up + left], values[up + right], values[down + left], values[down + right]];
      const [upLeft, upRight, downLeft, downRight] = corners;
      slopes[i] = downLeft + downRight - upLeft - upRight + 2 * (values[down + x] - values[up + x]);
      slopes[i + 1] = upRight + downRight - upLeft - downLeft + 2 * (values[row + right] - values[row + left]);
    }
  }
}

function binned(image: Float32Array): Uint8Array {
  const bin = (value: number): number => Math.floor((Math.round(value * 255) * COLOUR_BINS) / 256);
  return Uint8Array.from({ length: image.length / 3 }, (_, i) => {
    const [red, green, blue] = [bin(image[3 * i]), bin(image[3 * i + 1]), bin(image[3 * i + 2])];
    return (red * COLOUR_BINS + green) * COLOUR_BINS + blue;
  });
}
