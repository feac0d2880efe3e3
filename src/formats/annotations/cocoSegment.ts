import type { LabelMap } from "../../core/labelMap";
import { encodeRle } from "./cocoRle";

/** The pixels of one id as the fields of a COCO annotation; `bbox` is [x, y, width, height]. */
export function cocoSegment(labels: LabelMap, id: number, categoryId: unknown, isCrowd: boolean) {
  const { width, height, data } = labels;
  const { area, bbox } = extentOf(labels, (value) => value === id);
  return {
    category_id: categoryId,
    segmentation: encodeRle(width, height, (pixel) => data[pixel] === id),
    area,
    bbox,
    iscrowd: isCrowd ? 1 : 0,
  };
}

/** Pixels and bounding box of the values for which `isIn` holds. */
export function extentOf(
  { width, data }: { readonly width: number; readonly data: ArrayLike<number> },
  isIn: (value: number) => boolean,
): { area: number; bbox: [number, number, number, number] } {
  let [area, left, right, top, bottom] = [0, width, -1, -1, -1];
  for (let pixel = 0; pixel < data.length; pixel++) {
    if (!isIn(data[pixel])) continue;
    const x = pixel % width;
    area++;
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.floor(pixel / width);
    if (top < 0) top = bottom;
  }
  return { area, bbox: area === 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1] };
}
