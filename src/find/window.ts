import { type Components, labelComponents } from "../core/components";

export { VOID } from "../support/cells";

/** A square window of an image with its label, as error finding sees it. */
export interface LabelledWindow {
  /** Side, px. */
  readonly size: number;
  /** RGB, 0..1, size * size * 3. */
  readonly image: Float32Array;
  /** Class ids or VOID, size * size. */
  readonly label: Int32Array;
  /** `componentsOf` the label. */
  readonly components: Components;
}

/** A window from its image (RGB, 0..1, size * size * 3) and its label (ids or VOID, size * size). */
export function labelledWindow(size: number, image: Float32Array, label: Int32Array): LabelledWindow {
  return { size, image, label, components: componentsOf(label, size) };
}

/**
 * The 4-connected components of equal values of a raster of size * size, numbered by value, then in scan order; `id` is the
 * value.
 */
export function componentsOf(values: ArrayLike<number>, size: number): Components {
  const present = new Set<number>();
  for (let i = 0; i < values.length; i++) if (i === 0 || values[i] !== values[i - 1]) present.add(values[i]);
  const distinct = [...present].sort((a, b) => a - b);
  const rankOf = new Map(distinct.map((value, rank) => [value, rank]));
  const ranks = new Uint16Array(values.length);
  for (let i = 0; i < ranks.length; i++) ranks[i] = rankOf.get(values[i]) ?? 0;
  const { rect, labels, list } = labelComponents({ width: size, height: size, data: ranks });
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
