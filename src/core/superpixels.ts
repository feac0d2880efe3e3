import { labelComponents } from "./components";
import { createLabelMap } from "./labelMap";
import { clipRect, type Rect } from "./rect";
import { type Region, regionFromPredicate } from "./region";

/** A picture divided into connected patches of alike colour. */
export interface Superpixels {
  readonly width: number;
  readonly height: number;
  /** width * height numbers, row by row: which superpixel a pixel belongs to. */
  readonly numbers: Int32Array;
}

const rounds = 5;
/** How much a straight outline counts against colour (CIELAB); the paper's. */
const compactness = 10;

/**
 * SLIC (Achanta et al., "SLIC superpixels compared to state-of-the-art superpixel methods", 2012): k-means over colour and
 * place, each centre looked for only near its own. Fragments smaller than a quarter of a superpixel join a neighbour.
 * @param rgba width * height * 4 bytes.
 * @param size About how wide a superpixel is, px; at least 2.
 */
export function slic(rgba: Uint8ClampedArray, width: number, height: number, size: number): Superpixels {
  const step = Math.max(2, size);
  const lab = toLab(rgba);
  const columns = Math.max(1, Math.round(width / step));
  const rows = Math.max(1, Math.round(height / step));
  // l, a, b, x, y of each centre.
  const centres = new Float32Array(columns * rows * 5);
  for (let k = 0; k < columns * rows; k++) {
    const x = Math.floor((((k % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(k / columns) + 0.5) * height) / rows);
    const at = (y * width + x) * 3;
    centres.set([lab[at], lab[at + 1], lab[at + 2], x, y], k * 5);
  }
  const numbers = new Int32Array(width * height);
  for (let round = 0; round < rounds; round++) {
    assign(numbers, lab, centres, width, height, step);
    moveCentres(centres, numbers, lab, width);
  }
  return { width, height, numbers: joinFragments(numbers, width, height, (step * step) / 4) };
}

/** Gives each pixel the nearest centre among those less than `step` away along both axes. */
function assign(
  numbers: Int32Array,
  lab: Float32Array,
  centres: Float32Array,
  width: number,
  height: number,
  step: number,
): void {
  const distances = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
  const weight = (compactness / step) ** 2;
  // A centre that wandered may leave pixels out of every reach: they keep the one they had.
  const reach = Math.ceil(step) + 1;
  for (let k = 0, c = 0; c < centres.length; k++, c += 5) {
    const l = centres[c];
    const a = centres[c + 1];
    const b = centres[c + 2];
    const cx = centres[c + 3];
    const cy = centres[c + 4];
    const right = Math.min(width - 1, Math.floor(cx) + reach);
    const bottom = Math.min(height - 1, Math.floor(cy) + reach);
    for (let y = Math.max(0, Math.floor(cy) - reach); y <= bottom; y++) {
      for (let x = Math.max(0, Math.floor(cx) - reach), i = y * width + x; x <= right; x++, i++) {
        const dl = lab[i * 3] - l;
        const da = lab[i * 3 + 1] - a;
        const db = lab[i * 3 + 2] - b;
        const distance = dl * dl + da * da + db * db + weight * ((x - cx) * (x - cx) + (y - cy) * (y - cy));
        if (distance >= distances[i]) continue;
        distances[i] = distance;
        numbers[i] = k;
      }
    }
  }
}

/** Moves each centre to the mean of its pixels; one without any stays. */
function moveCentres(centres: Float32Array, numbers: Int32Array, lab: Float32Array, width: number): void {
  const sums = new Float64Array(centres.length);
  const counts = new Uint32Array(centres.length / 5);
  for (let i = 0, x = 0, y = 0; i < numbers.length; i++) {
    const c = numbers[i] * 5;
    counts[numbers[i]]++;
    sums[c] += lab[i * 3];
    sums[c + 1] += lab[i * 3 + 1];
    sums[c + 2] += lab[i * 3 + 2];
    sums[c + 3] += x;
    sums[c + 4] += y;
    if (++x === width) {
      x = 0;
      y++;
    }
  }
  for (let c = 0; c < centres.length; c++) {
    const count = counts[Math.floor(c / 5)];
    if (count > 0) centres[c] = sums[c] / count;
  }
}

/** Numbers every connected part anew; one smaller than `least` px joins the part left of or above its first pixel. */
function joinFragments(numbers: Int32Array, width: number, height: number, least: number): Int32Array {
  // Ids of 16 bits are enough to tell neighbours apart: centres that share one lie far from each other.
  const { labels, list } = labelComponents(createLabelMap(width, height, Uint16Array.from(numbers)));
  const joined = new Int32Array(list.length).fill(-1);
  return labels.map((part, i) => {
    if (joined[part] < 0) {
      const before = i % width > 0 ? labels[i - 1] : i >= width ? labels[i - width] : -1;
      joined[part] = list[part].area < least && before >= 0 ? joined[before] : part;
    }
    return joined[part];
  });
}

/** CIELAB (D65) of sRGB, three numbers a pixel. */
function toLab(rgba: Uint8ClampedArray): Float32Array {
  const linear = Float32Array.from({ length: 256 }, (_, value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29);
  const lab = new Float32Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const r = linear[rgba[from]];
    const g = linear[rgba[from + 1]];
    const b = linear[rgba[from + 2]];
    const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
    const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
    lab[to] = 116 * y - 16;
    lab[to + 1] = 500 * (x - y);
    lab[to + 2] = 200 * (y - z);
  }
  return lab;
}

/**
 * The superpixel under a pixel of an image of width x height px, of which the superpixels may be a smaller version: each
 * image pixel belongs to exactly one.
 */
export function superpixelAt(superpixels: Superpixels, x: number, y: number, width: number, height: number): Region {
  const { numbers } = superpixels;
  const indexOf = (px: number, py: number): number =>
    Math.floor((py * superpixels.height) / height) * superpixels.width + Math.floor((px * superpixels.width) / width);
  const number = numbers[indexOf(x, y)];
  const { x: left, y: top, ...size } = boundsOf(superpixels, number);
  const [across, down] = [width / superpixels.width, height / superpixels.height];
  const from = { x: Math.floor(left * across), y: Math.floor(top * down) };
  const rect = {
    ...from,
    width: Math.ceil((left + size.width) * across) - from.x,
    height: Math.ceil((top + size.height) * down) - from.y,
  };
  return regionFromPredicate(clipRect(rect, width, height), (px, py) => numbers[indexOf(px, py)] === number);
}

function boundsOf({ numbers, width }: Superpixels, number: number): Rect {
  const first = numbers.indexOf(number);
  const last = numbers.lastIndexOf(number);
  const y = Math.floor(first / width);
  let left = width;
  let right = 0;
  for (let i = first; i <= last; i++) {
    if (numbers[i] !== number) continue;
    left = Math.min(left, i % width);
    right = Math.max(right, i % width);
  }
  return { x: left, y, width: right - left + 1, height: Math.floor(last / width) - y + 1 };
}
