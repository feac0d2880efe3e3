import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";

/**
 * How the masked pixels of an image read a window's answer: pixel p is the sum over taps of
 * weights[tap][p] * answer[indices[tap][p]]. The weights of a pixel sum to its weight in the blend of overlapping
 * windows, 0 outside this window.
 */
export interface Sampler {
  readonly indices: readonly Int32Array[];
  readonly weights: readonly Float32Array[];
  /** Sum of a pixel's weights. */
  readonly total: Float32Array;
}

/** Colour distance (0..1, root of the summed squares) over which a neighbour's answer fades. */
const COLOUR_SIGMA = 0.1;
/** Share of plain bilinear weights, so that no pixel is left without an answer. */
const PLAIN = 0.02;
/** A window's weight falls linearly over this share of its side towards its rim, where it sees least context. */
const RIM = 1 / 8;

/**
 * Reads a window at image pixels `pixels` (indices, row by row). At scale 1 the taps are the pixel itself. Otherwise
 * joint bilateral upsampling (Kopf et al., SIGGRAPH 2007): the four neighbours' bilinear weights times their likeness
 * in colour to the full-resolution pixel, so that borders follow the image's edges.
 *
 * @param guide the window's RGB, size * size * 3, 0..1.
 */
export function createSampler(image: WorkImage, pixels: Int32Array, window: WorkWindow, guide: Float32Array): Sampler {
  const taps = window.side === window.size ? 1 : 4;
  const indices = Array.from({ length: taps }, () => new Int32Array(pixels.length));
  const weights = Array.from({ length: taps }, () => new Float32Array(pixels.length));
  const total = new Float32Array(pixels.length);
  for (let p = 0; p < pixels.length; p++) {
    const x = (pixels[p] % image.width) - window.x;
    const y = Math.floor(pixels[p] / image.width) - window.y;
    const blend = rimWeight(x, window.side) * rimWeight(y, window.side);
    if (blend === 0) continue;
    total[p] = blend;
    if (taps === 1) {
      indices[0][p] = y * window.size + x;
      weights[0][p] = blend;
    } else {
      bilateralTaps(image, pixels[p], x, y, window, guide, blend, p, indices, weights);
    }
  }
  return { indices, weights, total };
}

function rimWeight(at: number, side: number): number {
  if (at < 0 || at >= side) return 0;
  return Math.min(1, (Math.min(at, side - 1 - at) + 1) / (side * RIM));
}

function bilateralTaps(
  { rgba }: WorkImage,
  pixel: number,
  x: number,
  y: number,
  { side, size }: WorkWindow,
  guide: Float32Array,
  blend: number,
  p: number,
  indices: readonly Int32Array[],
  weights: readonly Float32Array[],
): void {
  const u = Math.min(Math.max(((x + 0.5) * size) / side - 0.5, 0), size - 1);
  const v = Math.min(Math.max(((y + 0.5) * size) / side - 0.5, 0), size - 1);
  const [u0, v0] = [Math.floor(u), Math.floor(v)];
  let sum = 0;
  for (let tap = 0; tap < 4; tap++) {
    const column = Math.min(u0 + (tap & 1), size - 1);
    const row = Math.min(v0 + (tap >> 1), size - 1);
    const plain = (tap & 1 ? u - u0 : 1 - (u - u0)) * (tap >> 1 ? v - v0 : 1 - (v - v0));
    const at = row * size + column;
    let apart = 0;
    for (let c = 0; c < 3; c++) apart += (rgba[pixel * 4 + c] / 255 - guide[at * 3 + c]) ** 2;
    const weight = plain * (PLAIN + Math.exp(-apart / (2 * COLOUR_SIGMA ** 2)));
    indices[tap][p] = at;
    weights[tap][p] = weight;
    sum += weight;
  }
  for (const list of weights) list[p] *= blend / sum;
}
