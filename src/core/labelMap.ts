/**
 * A raster of class ids, row by row. It is the one truth of a label: overlay pixels, regions, thumbnails and
 * statistics are all derived from it.
 */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  /** width * height ids, 0..65535. */
  readonly data: Uint16Array;
}

/** @throws RangeError when `data` is given and does not hold width * height ids. */
export function createLabelMap(width: number, height: number, data?: Uint16Array): LabelMap {
  const ids = data ?? new Uint16Array(width * height);
  if (ids.length !== width * height) {
    throw new RangeError(`A ${width}x${height} label needs ${width * height} ids, got ${ids.length}`);
  }
  return { width, height, data: ids };
}
