import type { WindowInput } from "../model/labels";

/** The label of a window as in a mirror: every row of every raster reversed. */
export function mirroredInput(input: WindowInput): WindowInput {
  const { width, support } = input;
  return {
    ...input,
    given: input.given.map((_, i, all) => all[mirrorIndex(i, width)]),
    nearest: input.nearest.map((_, i, all) => all[mirrorIndex(i, width)]),
    distance: input.distance.map((_, i, all) => all[mirrorIndex(i, width)]),
    support: support && {
      ...support,
      posteriors: support.posteriors.map((_, i, all) => all[mirrorIndex(i, width / 8)]),
    },
  };
}

/** A window's image in the mirror: RGB, height * width * 3. */
export function mirroredImage(image: Float32Array, width: number): Float32Array {
  const mirrored = new Float32Array(image.length);
  for (let i = 0; i < image.length / 3; i++) {
    const from = 3 * mirrorIndex(i, width);
    for (let c = 0; c < 3; c++) mirrored[3 * i + c] = image[from + c];
  }
  return mirrored;
}

function mirrorIndex(index: number, width: number): number {
  const x = index % width;
  return index - x + (width - 1 - x);
}
