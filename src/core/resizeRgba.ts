/** Width and height, px. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Bits after the point of a weight, as in Pillow. */
const PRECISION = 22;

/**
 * A picture at another size, to the last bit as Pillow's `Image.BILINEAR` makes it (`Resample.c`), by which training scales: along
 * the rows first, then the columns, each pixel the mean of those around its centre by a triangle as wide as two source px, or two
 * target px where these are larger; rounded after each. Alpha, which Pillow is not given, becomes 255.
 * @param rgba from.width * from.height * 4.
 */
export function resizeRgba(rgba: Uint8ClampedArray, from: Size, to: Size): Uint8ClampedArray {
  const narrow = from.width === to.width ? rgba : resizeRows(rgba, from, to.width);
  const result = from.height === to.height ? narrow.slice() : resizeColumns(narrow, from.height, to);
  for (let i = 3; i < result.length; i += 4) result[i] = 255;
  return result;
}

function resizeRows(rgba: Uint8ClampedArray, { width, height }: Size, wide: number): Uint8ClampedArray {
  const columns = taps(width, wide);
  const result = new Uint8ClampedArray(wide * height * 4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < wide; x++, i += 4) {
      const { first, weights } = columns[x];
      let at = (y * width + first) * 4;
      let [red, green, blue] = [HALF, HALF, HALF];
      for (let k = 0; k < weights.length; k++, at += 4) {
        red += rgba[at] * weights[k];
        green += rgba[at + 1] * weights[k];
        blue += rgba[at + 2] * weights[k];
      }
      result[i] = red >> PRECISION;
      result[i + 1] = green >> PRECISION;
      result[i + 2] = blue >> PRECISION;
    }
  }
  return result;
}

function resizeColumns(rgba: Uint8ClampedArray, height: number, to: Size): Uint8ClampedArray {
  const line = to.width * 4;
  const result = new Uint8ClampedArray(to.height * line);
  const sums = new Int32Array(line);
  for (const [y, { first, weights }] of taps(height, to.height).entries()) {
    sums.fill(HALF);
    for (let k = 0; k < weights.length; k++) {
      const above = (first + k) * line;
      for (let i = 0; i < line; i++) sums[i] += rgba[above + i] * weights[k];
    }
    for (let i = 0; i < line; i++) result[y * line + i] = sums[i] >> PRECISION;
  }
  return result;
}

/** What a pixel is made of along one axis: source px from `first` on, with weights that sum to about 1 << PRECISION. */
interface Taps {
  readonly first: number;
  readonly weights: Int32Array;
}

const HALF = 1 << (PRECISION - 1);

function taps(from: number, to: number): Taps[] {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const shares = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((first + k - centre + 0.5) / reach)),
    );
    const sum = shares.reduce((a, b) => a + b, 0);
    return { first, weights: Int32Array.from(shares, (share) => 0.5 + (share / sum) * (1 << PRECISION)) };
  });
}
