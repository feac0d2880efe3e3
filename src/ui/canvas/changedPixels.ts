import type { LabelMap } from "../../core/labelMap";
import { packRgba } from "./palette";
import type { PixelSource } from "./tiledRaster";

export const dimmed = packRgba([0, 0, 0], 165);
export const rim = packRgba([255, 224, 102]);

/**
 * Pixels that differ from the label as opened in their class' colour now, with a bright rim (left, right, above, below of
 * an unchanged pixel) that shows them whatever that colour is; everything else darkened.
 */
export function changedPixels(labels: LabelMap, original: LabelMap, palette: Uint32Array): PixelSource {
  const { width, height, data } = labels;
  const isSame = (at: number): boolean => data[at] === original.data[at];
  return (rect, out) => {
    let target = 0;
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++, target++) {
        const at = y * width + x;
        if (isSame(at)) {
          out[target] = dimmed;
          continue;
        }
        const edge =
          (x > 0 && isSame(at - 1)) ||
          (x + 1 < width && isSame(at + 1)) ||
          (y > 0 && isSame(at - width)) ||
          (y + 1 < height && isSame(at + width));
        out[target] = edge ? rim : palette[data[at]];
      }
    }
  };
}
