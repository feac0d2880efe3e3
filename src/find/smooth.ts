/**
 * Gaussian smoothing of a raster of size * size, mirrored at the border (the edge's pixel twice), cut off at `truncate`
 * sigmas: `scipy.ndimage.gaussian_filter`.
 */
export function smoothed(values: Float32Array, size: number, sigma: number, truncate: number): Float32Array {
  const reach = Math.floor(truncate * sigma + 0.5);
  const raised = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = raised.reduce((a, b) => a + b, 0);
  const kernel = raised.map((value) => value / total);
  return along(along(values, size, kernel, size, 1), size, kernel, 1, size);
}

/** One direction: `step` leads to the next pixel of a line, `next` to the next line. */
function along(
  values: Float32Array,
  size: number,
  kernel: readonly number[],
  step: number,
  next: number,
): Float32Array {
  const reach = (kernel.length - 1) / 2;
  const source = Array.from({ length: size + 2 * reach }, (_, i) => step * mirror(i - reach, size));
  const result = new Float32Array(values.length);
  for (let line = 0; line < size; line++) {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum += kernel[k] * values[line * next + source[i + k]];
      result[line * next + step * i] = sum;
    }
  }
  return result;
}

/** ... 1 0 | 0 1 2 ... size - 1 | size - 1 size - 2 ... */
function mirror(at: number, size: number): number {
  const folded = ((at % (2 * size)) + 2 * size) % (2 * size);
  return folded < size ? folded : 2 * size - 1 - folded;
}
