import type { Region } from "../../core/region";

/** A stretch of a region's border along pixel edges, in image coordinates. */
export interface EdgeRun {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** The border of a region as the fewest axis-parallel runs: exact at every zoom, holes included. */
export function edgeRuns({ rect, bits }: Region): EdgeRun[] {
  const { width, height } = rect;
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && bits[y * width + x] === 1;
  const runs: EdgeRun[] = [];
  for (let y = 0; y <= height; y++) {
    collect(
      width,
      (x) => inside(x, y - 1) !== inside(x, y),
      (from, to) => runs.push({ x0: rect.x + from, y0: rect.y + y, x1: rect.x + to, y1: rect.y + y }),
    );
  }
  for (let x = 0; x <= width; x++) {
    collect(
      height,
      (y) => inside(x - 1, y) !== inside(x, y),
      (from, to) => runs.push({ x0: rect.x + x, y0: rect.y + from, x1: rect.x + x, y1: rect.y + to }),
    );
  }
  return runs;
}

function collect(length: number, edge: (at: number) => boolean, add: (from: number, to: number) => void): void {
  let start = -1;
  for (let at = 0; at <= length; at++) {
    const on = at < length && edge(at);
    if (on && start < 0) start = at;
    if (!on && start >= 0) {
      add(start, at);
      start = -1;
    }
  }
}

const paths = new WeakMap<Region, Path2D>();

/** The border as a path in image coordinates; made once a region. */
export function outlinePath(region: Region): Path2D {
  const known = paths.get(region);
  if (known !== undefined) return known;
  const path = new Path2D();
  for (const { x0, y0, x1, y1 } of edgeRuns(region)) {
    path.moveTo(x0, y0);
    path.lineTo(x1, y1);
  }
  paths.set(region, path);
  return path;
}
