import { createLabelMap, type LabelMap } from "../../core/labelMap";
import { clipRect } from "../../core/rect";
import type { Region } from "../../core/region";

/** Pixels of one class. */
export interface Shape {
  readonly id: number;
  readonly region: Region;
}

/** `width` x `height` ids: `uncovered`, and over it the shapes, each over those before it. */
export function paintShapes(
  width: number,
  height: number,
  uncovered: number,
  shapes: readonly Shape[],
): { labels: LabelMap; disputed: number } {
  const data = new Uint16Array(width * height).fill(uncovered);
  // 1: a shape covers the pixel, 2: shapes of two classes do.
  const covered = new Uint8Array(width * height);
  let disputed = 0;
  for (const { id, region } of shapes) {
    const { rect, bits } = region;
    const inside = clipRect(rect, width, height);
    for (let y = inside.y; y < inside.y + inside.height; y++) {
      let from = (y - rect.y) * rect.width + inside.x - rect.x;
      let pixel = y * width + inside.x;
      for (let column = 0; column < inside.width; column++, from++, pixel++) {
        if (bits[from] === 0) continue;
        if (covered[pixel] === 1 && data[pixel] !== id) {
          covered[pixel] = 2;
          disputed++;
        }
        if (covered[pixel] === 0) covered[pixel] = 1;
        data[pixel] = id;
      }
    }
  }
  return { labels: createLabelMap(width, height, data), disputed };
}
