import type { LabelMap } from "./labelMap";
import { clipRect, intersectRects, isEmptyRect, type Rect, rectArea } from "./rect";
import { cropRegion, emptyRegion, type PixelMask, type Region } from "./region";

/** Whether pixels that only touch at a corner are neighbours (8) or not (4). */
export type Connectivity = 4 | 8;

/**
 * The pixels connected with (x, y) that carry the same id, or bit (bucket fill), inside `within`. 4-connected by default:
 * a fill does not leak through the diagonal gaps of a one-pixel outline. Empty when (x, y) lies outside.
 */
export function floodRegion(
  labels: LabelMap | PixelMask,
  x: number,
  y: number,
  within?: Rect,
  connectivity: Connectivity = 4,
): Region {
  const all: Rect = { x: 0, y: 0, width: labels.width, height: labels.height };
  const rect = within === undefined ? all : clipRect(within, labels.width, labels.height);
  const seed = intersectRects(rect, { x: Math.floor(x), y: Math.floor(y), width: 1, height: 1 });
  if (isEmptyRect(seed)) return emptyRegion;
  const bits = new Uint8Array(rectArea(rect));
  const bounds = fill(labels, rect, seed.x, seed.y, bits, connectivity === 8 ? 1 : 0);
  return cropRegion({ rect, bits }, bounds);
}

/**
 * Scanline fill with an explicit stack of seeds: a run is filled at once, then the rows above and below are
 * searched for unfilled runs under it, widened by `reach` px for diagonal neighbours. Returns the bounds.
 */
function fill(
  labels: LabelMap | PixelMask,
  rect: Rect,
  seedX: number,
  seedY: number,
  bits: Uint8Array,
  reach: number,
): Rect {
  const { data, width } = labels;
  const id = data[seedY * width + seedX];
  const right = rect.x + rect.width - 1;
  const bottom = rect.y + rect.height - 1;
  const bitAt = (x: number, y: number) => (y - rect.y) * rect.width + x - rect.x;
  const stack: number[] = [seedX, seedY];
  let minX = seedX;
  let maxX = seedX;
  let minY = seedY;
  let maxY = seedY;
  while (stack.length > 0) {
    const y = stack.pop() as number;
    const x = stack.pop() as number;
    if (bits[bitAt(x, y)] === 1) continue;
    const row = y * width;
    let from = x;
    let to = x;
    while (from > rect.x && data[row + from - 1] === id) from--;
    while (to < right && data[row + to + 1] === id) to++;
    bits.fill(1, bitAt(from, y), bitAt(to, y) + 1);
    minX = Math.min(minX, from);
    maxX = Math.max(maxX, to);
    minY = Math.min(minY, y);
    maxY = Math.max(maxY, y);
    for (const next of [y - 1, y + 1]) {
      if (next < rect.y || next > bottom) continue;
      pushRuns(data, bits, next * width, bitAt(0, next), id, stack, {
        from: Math.max(rect.x, from - reach),
        to: Math.min(right, to + reach),
        y: next,
      });
    }
  }
  return { x: minX, y: minY, width: maxX - minX + 1, height: maxY - minY + 1 };
}

/** Pushes one seed for each unfilled run of `id` that starts or lies in the span. */
function pushRuns(
  data: Uint16Array | Uint8Array,
  bits: Uint8Array,
  dataRow: number,
  bitRow: number,
  id: number,
  stack: number[],
  span: { from: number; to: number; y: number },
): void {
  let open = false;
  for (let x = span.from; x <= span.to; x++) {
    const fits = data[dataRow + x] === id && bits[bitRow + x] === 0;
    if (fits && !open) stack.push(x, span.y);
    open = fits;
  }
}
