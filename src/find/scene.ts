import { type Components, labelComponents } from "../core/components";

export { VOID } from "../support/cells";

/** An image with its label, as it is searched: all rasters have width * height px, row by row. */
export interface LabelledScene {
  readonly width: number;
  readonly height: number;
  /** RGB, 0..1, width * height * 3. */
  readonly image: Float32Array;
  /** Class ids or VOID. */
  readonly label: Int32Array;
  /** `componentsOf` the label. */
  readonly components: Components;
}

/** A scene from its image (RGB, 0..1, width * height * 3) and its label (ids or VOID, width * height). */
export function labelledScene(width: number, height: number, image: Float32Array, label: Int32Array): LabelledScene {
  return { width, height, image, label, components: componentsOf(label, width, height) };
}

/**
 * The 4-connected components of equal values of a raster of width * height, numbered by value, then in scan order; `id` is
 * the value.
 */
export function componentsOf(values: ArrayLike<number>, width: number, height: number): Components {
  const present = new Set<number>();
  for (let i = 0; i < values.length; i++) if (i === 0 || values[i] !== values[i - 1]) present.add(values[i]);
  const distinct = [...present].sort((a, b) => a - b);
  const rankOf = new Map(distinct.map((value, rank) => [value, rank]));
  const ranks = new Uint16Array(values.length);
  for (let i = 0; i < ranks.length; i++) ranks[i] = rankOf.get(values[i]) ?? 0;
  const { rect, labels, list } = labelComponents({ width, height, data: ranks });
  const order = list.map((_, found) => found).sort((a, b) => list[a].id - list[b].id || a - b);
  const numberOf = new Int32Array(list.length);
  order.forEach((found, number) => {
    numberOf[found] = number;
  });
  return {
    rect,
    labels: labels.map((found) => numberOf[found]),
    list: order.map((found) => ({ ...list[found], id: distinct[list[found].id] })),
  };
}
