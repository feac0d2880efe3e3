import type { Point } from "../../core/point";

/** Points written as [x, y]; what is none has no place. */
export function pairPoints(list: unknown): Point[] {
  if (!Array.isArray(list)) return [];
  return list.map((pair) => (Array.isArray(pair) ? { x: Number(pair[0]), y: Number(pair[1]) } : { x: NaN, y: NaN }));
}

export function isPlace({ x, y }: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}
