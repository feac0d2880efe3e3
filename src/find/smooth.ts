/**
 * Gaussian smoothing of a raster of width * height, mirrored at the border (the edge's pixel twice), cut off at `truncate`
 * sigmas: `scipy.ndimage.gaussian_filter`. As there, every sum is a double and what lies between both directions is not.
 */
export function smoothed<T extends Float32Array | Float64Array>(
  values: T,
  width: number,
  height: number,
  sigma: number,
  truncate: number,
): T {
  const reach = Math.floor(truncate * sigma + 0.5);
  const raised = Array.from({ length: reach + 1 }, (_, distance) => Math.exp((-0.5 / sigma ** 2) * distance ** 2));
  const total = 2 * raised.reduce((a, b) => a + b) - raised[0];
  const weights = Float64Array.from(raised, (weight) => weight / total);
  const down = along(values, weights, { length: height, step: width, lines: width, next: 1 });
  return along(down, weights, { length: width, step: 1, lines: height, next: width });
}

/** Lines of a raster: `step` leads to the next of a line's `length` pixels, `next` to the next line. */
interface Direction {
  readonly length: number;
  readonly step: number;
  readonly lines: number;
  readonly next: number;
}

/** weights[d] is that of the pixels d away. */
function along<T extends Float32Array | Float64Array>(
  values: T,
  weights: Float64Array,
  { length, step, lines, next }: Direction,
): T {
  const reach = weights.length - 1;
  const source = Int32Array.from({ length: length + 2 * reach }, (_, i) => step * mirror(i - reach, length));
  const line = new Float64Array(source.length);
  const result = values.slice() as T;
  for (let number = 0; number < lines; number++) {
    const first = number * next;
    for (let i = 0; i < line.length; i++) line[i] = values[first + source[i]];
    for (let i = 0; i < length; i++) {
      const middle = i + reach;
      let sum = line[middle] * weights[0];
      for (let d = reach; d > 0; d--) sum += (line[middle - d] + line[middle + d]) * weights[d];
      result[first + step * i] = sum;
    }
  }
  return result;
}

/** ... 1 0 | 0 1 2 ... length - 1 | length - 1 length - 2 ... */
function mirror(at: number, length: number): number {
  const folded = ((at % (2 * length)) + 2 * length) % (2 * length);
  return folded < length ? folded : 2 * length - 1 - folded;
}
