import type { LabelMap } from "../../core/labelMap";
import type { PixelSource } from "./tiledRaster";

/** Every pixel in its class' colour. */
export function filledLabels(labels: LabelMap, palette: Uint32Array): PixelSource {
  return (rect, out) => {
    let target = 0;
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      const row = y * labels.width;
      for (let x = rect.x; x < rect.x + rect.width; x++) out[target++] = palette[labels.data[row + x]];
    }
  };
}

/** Only pixels with a neighbour (left, right, above, below) of another class; the rest transparent. */
export function outlinedLabels(labels: LabelMap, palette: Uint32Array): PixelSource {
  const { width, height, data } = labels;
  return (rect, out) => {
    let target = 0;
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) {
        const at = y * width + x;
        const id = data[at];
        const edge =
          (x > 0 && data[at - 1] !== id) ||
          (x + 1 < width && data[at + 1] !== id) ||
          (y > 0 && data[at - width] !== id) ||
          (y + 1 < height && data[at + width] !== id);
        out[target++] = edge ? palette[id] : 0;
      }
    }
  };
}
