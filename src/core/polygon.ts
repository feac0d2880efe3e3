import type { Point } from "./point";
import { intersectRects, isEmptyRect, type Rect, rectArea } from "./rect";
import { emptyRegion, type Region, trimRegion } from "./region";

/**
 * The pixels whose centre lies inside a closed polygon (lasso), even-odd rule, clipped to `clip`. Edges are
 * half-open, so polygons that share an edge neither overlap nor leave a gap. Fewer than three points: empty.
 */
export function polygonRegion(points: readonly Point[], clip: Rect): Region {
  const rect = points.length < 3 ? clip : intersectRects(pointBounds(points), clip);
  if (points.length < 3 || isEmptyRect(rect)) return emptyRegion;
  const bits = new Uint8Array(rectArea(rect));
  const crossings = crossingsByRow(points, rect);
  for (let row = 0; row < rect.height; row++) {
    const xs = crossings[row];
    xs.sort((p, q) => p - q);
    for (let i = 0; i + 1 < xs.length; i += 2) {
      // Centre x + 0.5 in [from, to).
      const from = Math.max(0, Math.ceil(xs[i] - 0.5) - rect.x);
      const to = Math.min(rect.width, Math.ceil(xs[i + 1] - 0.5) - rect.x);
      if (from < to) bits.fill(1, row * rect.width + from, row * rect.width + to);
    }
  }
  return trimRegion({ rect, bits });
}

/** For every row of `rect`, the x at which edges cross the line through its pixel centres. */
function crossingsByRow(points: readonly Point[], rect: Rect): number[][] {
  const rows: number[][] = Array.from({ length: rect.height }, () => []);
  for (let i = 0; i < points.length; i++) {
    // Always from the upper end, so that a shared edge gives bit-identical crossings in both polygons.
    const p = points[i];
    const q = points[(i + 1) % points.length];
    const [a, b] = p.y < q.y || (p.y === q.y && p.x <= q.x) ? [p, q] : [q, p];
    const from = Math.max(rect.y, Math.ceil(a.y - 0.5));
    const to = Math.min(rect.y + rect.height, Math.ceil(b.y - 0.5));
    for (let y = from; y < to; y++) {
      const t = (y + 0.5 - a.y) / (b.y - a.y);
      rows[y - rect.y].push(a.x + t * (b.x - a.x));
    }
  }
  return rows;
}

function pointBounds(points: readonly Point[]): Rect {
  let minX = Number.POSITIVE_INFINITY;
  let minY = Number.POSITIVE_INFINITY;
  let maxX = Number.NEGATIVE_INFINITY;
  let maxY = Number.NEGATIVE_INFINITY;
  for (const { x, y } of points) {
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  const x = Math.floor(minX);
  const y = Math.floor(minY);
  return { x, y, width: Math.ceil(maxX) - x, height: Math.ceil(maxY) - y };
}
