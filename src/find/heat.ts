import { clipRect } from "../core/rect";
import type { WorkWindow } from "../window/workWindows";

/** Suspicion over a whole image: the mean over the windows that cover a pixel. */
export interface Heat {
  /** suspicion: probability that each pixel of the window is wrong, size * size, 0..1. */
  add(window: WorkWindow, suspicion: Float32Array): void;
  /** 0..255 a pixel, 0 where `excluded` is 1 and where no window was added. */
  read(excluded: Uint8Array): Uint8Array;
}

/** An empty heat of an image of width * height px. */
export function createHeat(width: number, height: number): Heat {
  // Sums in bytes: even steps with the least overlap put at most four windows on a pixel.
  const sums = new Uint16Array(width * height);
  const times = new Uint8Array(width * height);
  return {
    add({ x: left, y: top, side, size }, suspicion) {
      const at = (offset: number) => Math.floor(((offset + 0.5) * size) / side);
      const {
        x,
        y,
        width: columns,
        height: rows,
      } = clipRect({ x: left, y: top, width: side, height: side }, width, height);
      for (let row = y; row < y + rows; row++) {
        const from = at(row - top) * size;
        for (let column = x; column < x + columns; column++) {
          const pixel = row * width + column;
          sums[pixel] += Math.round(suspicion[from + at(column - left)] * 255);
          times[pixel]++;
        }
      }
    },
    read: (excluded) =>
      Uint8Array.from(sums, (sum, i) => (excluded[i] === 1 ? 0 : Math.round(sum / Math.max(1, times[i])))),
  };
}
