import type { LabelMap } from "../../core/labelMap";
import type { Rect } from "../../core/rect";
import type { Suggestion } from "../../review/types";

/** What is shown changed. */
export type Cropped = Pick<Suggestion, "region" | "ids" | "to">;

/** The least side of what a crop shows, image px. */
const LEAST_SIDE = 16;
/** A crop shows so many times the region's longer side. */
const CONTEXT = 1.5;

/** A square around a region with some of its surroundings, image coordinates; it may reach beyond the image. */
export function cropSquare({ x, y, width, height }: Rect): Rect {
  const side = Math.ceil(Math.max(LEAST_SIDE, CONTEXT * Math.max(width, height)));
  return {
    x: Math.round(x + (width - side) / 2),
    y: Math.round(y + (height - side) / 2),
    width: side,
    height: side,
  };
}

/**
 * The label inside `square` as size * size RGBA words, and how it would be with `suggestions` accepted. The nearest pixel is
 * taken; outside the image it is transparent.
 */
export function cropLabels(
  labels: LabelMap,
  suggestions: readonly Cropped[],
  square: Rect,
  size: number,
  colorOf: (id: number) => number,
): { readonly before: Uint32Array<ArrayBuffer>; readonly after: Uint32Array<ArrayBuffer> } {
  const before = new Uint32Array(size * size);
  const after = new Uint32Array(size * size);
  for (let row = 0, i = 0; row < size; row++) {
    const y = square.y + Math.floor(((row + 0.5) * square.height) / size);
    for (let column = 0; column < size; column++, i++) {
      const x = square.x + Math.floor(((column + 0.5) * square.width) / size);
      if (x < 0 || y < 0 || x >= labels.width || y >= labels.height) continue;
      const id = labels.data[y * labels.width + x];
      before[i] = colorOf(id);
      after[i] = colorOf(newIdAt(suggestions, x, y) ?? id);
    }
  }
  return { before, after };
}

function newIdAt(suggestions: readonly Cropped[], x: number, y: number): number | undefined {
  for (const { region, ids, to } of suggestions) {
    const [column, row] = [x - region.rect.x, y - region.rect.y];
    if (column < 0 || row < 0 || column >= region.rect.width || row >= region.rect.height) continue;
    const at = row * region.rect.width + column;
    if (region.bits[at] === 1) return ids?.[at] ?? to;
  }
  return undefined;
}
