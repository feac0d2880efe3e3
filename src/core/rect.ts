/** An axis-aligned rectangle of whole pixels: x, y are its first column and row, width and height may be 0. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const emptyRect: Rect = { x: 0, y: 0, width: 0, height: 0 };

export function rectArea(rect: Rect): number {
  return rect.width * rect.height;
}

export function isEmptyRect(rect: Rect): boolean {
  return rect.width <= 0 || rect.height <= 0;
}

/** The part two rectangles share; empty when they do not meet. */
export function intersectRects(a: Rect, b: Rect): Rect {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : emptyRect;
}

/** The smallest rectangle that holds both; an empty one adds nothing. */
export function unionRects(a: Rect, b: Rect): Rect {
  if (isEmptyRect(a)) return b;
  if (isEmptyRect(b)) return a;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** Grows a rectangle by `margin` px on every side. */
export function growRect(rect: Rect, margin: number): Rect {
  return {
    x: rect.x - margin,
    y: rect.y - margin,
    width: rect.width + 2 * margin,
    height: rect.height + 2 * margin,
  };
}

/** The part of `rect` inside a raster of width x height px. */
export function clipRect(rect: Rect, width: number, height: number): Rect {
  return intersectRects(rect, { x: 0, y: 0, width, height });
}
