/**
 * Of each value, the pixels that are the upper left of a 2 x 2 block of one value. Classes and instances have them nearly
 * everywhere; what anti-aliasing, resizing and JPEG leave along edges has next to none.
 * @param values one a pixel, below `count`.
 */
export function solidPixels(values: ArrayLike<number>, width: number, height: number, count: number): Uint32Array {
  const solid = new Uint32Array(count);
  for (let y = 0; y + 1 < height; y += 1) {
    for (let at = y * width, end = at + width - 1; at < end; at += 1) {
      const value = values[at];
      if (value === values[at + 1] && value === values[at + width] && value === values[at + width + 1])
        solid[value] += 1;
    }
  }
  return solid;
}
