import { type Connectivity, floodRegion } from "./flood";
import type { LabelMap } from "./labelMap";
import { clipRect, type Rect, rectArea, unionRects } from "./rect";
import { emptyRegion, type Region } from "./region";

/** A connected set of pixels of one id. */
export interface Component {
  readonly id: number;
  /** Pixels. */
  readonly area: number;
  readonly bounds: Rect;
}

/** The components of a label map inside `rect`. `labels[i]` is the number, in `list`, of the pixel's component. */
export interface Components {
  readonly rect: Rect;
  readonly labels: Int32Array;
  readonly list: readonly Component[];
}

/**
 * The component under a click. 4-connected by default, like every tool here: two objects that touch at one
 * corner are two objects. Empty outside the image.
 */
export function componentAt(labels: LabelMap, x: number, y: number, connectivity: Connectivity = 4): Region {
  return floodRegion(labels, x, y, undefined, connectivity);
}

/**
 * All components inside `within` (the whole map by default), numbered in the order of their first pixel. Works on
 * runs of equal ids, joined with those of the row above by union-find, which keeps 12 Mpx within a second.
 */
export function labelComponents(labels: LabelMap, within?: Rect, connectivity: Connectivity = 4): Components {
  const rect = clipRect(within ?? { x: 0, y: 0, ...labels }, labels.width, labels.height);
  const runs = findRuns(labels, rect);
  const parents = joinRuns(runs, connectivity === 8 ? 1 : 0);
  const numbers = new Int32Array(rectArea(rect));
  const numberOf = new Int32Array(runs.length).fill(-1);
  const found: { id: number; area: number; bounds: Rect }[] = [];
  runs.forEach(({ row, from, to, id }, i) => {
    const root = findRoot(parents, i);
    const bounds: Rect = { x: rect.x + from, y: rect.y + row, width: to - from, height: 1 };
    if (numberOf[root] < 0) {
      numberOf[root] = found.length;
      found.push({ id, area: 0, bounds });
    }
    const number = numberOf[root];
    const component = found[number];
    component.area += to - from;
    component.bounds = unionRects(component.bounds, bounds);
    numbers.fill(number, row * rect.width + from, row * rect.width + to);
  });
  return { rect, labels: numbers, list: found };
}

/** The pixels of component `number`. */
export function componentRegion(components: Components, number: number): Region {
  const component = components.list[number];
  if (component === undefined) return emptyRegion;
  const { bounds } = component;
  const bits = new Uint8Array(rectArea(bounds));
  for (let row = 0, i = 0; row < bounds.height; row++) {
    let from = (bounds.y - components.rect.y + row) * components.rect.width + bounds.x - components.rect.x;
    for (let column = 0; column < bounds.width; column++, i++, from++) {
      if (components.labels[from] === number) bits[i] = 1;
    }
  }
  return { rect: bounds, bits };
}

/** Pixels from..to-1 of a row of equal id, counted from the rectangle's corner. */
interface Run {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly id: number;
}

function findRuns({ data, width }: LabelMap, rect: Rect): Run[] {
  const runs: Run[] = [];
  for (let row = 0; row < rect.height; row++) {
    const start = (rect.y + row) * width + rect.x;
    let from = 0;
    for (let to = 1; to <= rect.width; to++) {
      if (to < rect.width && data[start + to] === data[start + from]) continue;
      runs.push({ row, from, to, id: data[start + from] });
      from = to;
    }
  }
  return runs;
}

/** Parents of a union-find over the runs; two runs meet when they overlap, widened by `reach` px for corners. */
function joinRuns(runs: readonly Run[], reach: number): Int32Array {
  const parents = Int32Array.from(runs, (_, i) => i);
  let above = 0;
  runs.forEach((run, i) => {
    const touches = (other: Run) => other.row === run.row - 1 && other.from < run.to + reach;
    // Runs that end before this one begins cannot meet a later run of the row either.
    while (above < i && isBefore(runs[above], run, reach)) above++;
    for (let k = above; k < i && touches(runs[k]); k++) {
      if (runs[k].id !== run.id) continue;
      const [a, b] = [findRoot(parents, k), findRoot(parents, i)];
      parents[Math.max(a, b)] = Math.min(a, b);
    }
  });
  return parents;
}

function isBefore(other: Run, run: Run, reach: number): boolean {
  return other.row < run.row - 1 || (other.row === run.row - 1 && other.to + reach <= run.from);
}

function findRoot(parents: Int32Array, number: number): number {
  let at = number;
  while (parents[at] !== at) {
    // Path halving keeps chains short without a second walk.
    parents[at] = parents[parents[at]];
    at = parents[at];
  }
  return at;
}
