/**
 * The setting of a cell, that is, its surroundings and its place in the image, in addition to its own features: no
 * classifier (`probe.ts`) knows either from the cell alone. The twin of `training/lmae/finding/setting.py`.
 */
import type { CellFeatures } from "../../support/cells";
import type { WorkWindow } from "../../window/workWindows";

/** A cell's surroundings are this many cells wide, cut off at the window's edge. */
export const SURROUNDINGS = 13;
/** Cosines of 0 to WAVES - 1 half-periods over the image, down and across. */
export const WAVES = 6;

/** Where a window lies in its image, as shares of the image's height and width. */
export interface Place {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** The place of a window in an image of width * height px. */
export function placeOf({ x, y, side }: WorkWindow, width: number, height: number): Place {
  return { top: y / height, left: x / width, bottom: (y + side) / height, right: (x + side) / width };
}

/** Features of a square window's cells -> own, mean of the surroundings, place: 2 * channels + WAVES^2 - 1 a cell. */
export function inSetting({ values, channels }: CellFeatures, place: Place): CellFeatures {
  const side = Math.sqrt(values.length / channels);
  const around = meanAround(meanAround(values, side, channels), side, channels * side);
  const down = waves(place.top, place.bottom, side);
  const across = waves(place.left, place.right, side);
  const all = 2 * channels + WAVES * WAVES - 1;
  const result = new Float32Array(side * side * all);
  for (let cell = 0; cell < side * side; cell++) {
    const own = cell * channels;
    result.set(values.subarray(own, own + channels), cell * all);
    result.set(around.subarray(own, own + channels), cell * all + channels);
    const [row, column] = [Math.floor(cell / side), cell % side];
    for (let wave = 1; wave < WAVES * WAVES; wave++) {
      const product = down[row][Math.floor(wave / WAVES)] * across[column][wave % WAVES];
      result[cell * all + 2 * channels + wave - 1] = product;
    }
  }
  return { values: result, channels: all };
}

/**
 * Means over the up to SURROUNDINGS cells around each, along one axis of a grid of side * side cells: those whose values
 * lie `step` apart.
 */
function meanAround(values: Float32Array, side: number, step: number): Float32Array {
  const reach = (SURROUNDINGS - 1) / 2;
  return values.map((_, i) => {
    const at = Math.floor(i / step) % side;
    const first = Math.max(0, at - reach);
    const last = Math.min(side - 1, at + reach);
    let sum = 0;
    for (let other = first; other <= last; other++) sum += values[i + (other - at) * step];
    return sum / (last - first + 1);
  });
}

/** cos(pi n y) for n < WAVES at the middles y of `count` cells from start to end: [count][WAVES]. */
function waves(start: number, end: number, count: number): number[][] {
  return Array.from({ length: count }, (_, cell) => {
    const middle = start + ((cell + 0.5) / count) * (end - start);
    return Array.from({ length: WAVES }, (_, n) => Math.cos(Math.PI * n * middle));
  });
}
