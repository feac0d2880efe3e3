/**
 * Components that would fit the picture better elsewhere: moved, grown or shrunk as a whole. A label that was traced
 * beside its object, or too wide, has an outline where the picture has no edge, and has one as soon as the outline is
 * moved. The twin of `training/lmae/moves.py`.
 */
import { type Components, componentRegion } from "../../core/components";
import { nearestKnown } from "../../core/nearest";
import { clipRect, growRect, type Rect, rectArea } from "../../core/rect";
import { hasPixel, regionArea, regionFromPredicate } from "../../core/region";
import type { Candidate } from "./candidates";
import { isInner, meanRank, outlinePixels } from "./edges";
import { type LabelledWindow, VOID } from "./window";

/** Smaller components are not moved. */
export const LEAST_MOVED = 256;
/** px by which a component is shifted, in DIRECTIONS directions, and grown or shrunk. */
export const SHIFTS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
export const DIRECTIONS = 16;
export const GROWTHS = [-8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8];
/** An outline with fewer pixels away from the window's edge says nothing. */
export const LEAST_OUTLINE = 20;
/** Moves that change fewer pixels are not looked at. */
export const LEAST_CHANGE = 16;

const FARTHEST = Math.max(...SHIFTS, ...GROWTHS);

/** How a moved component's outline lies on the picture's edges, before and after. */
export const FIT_FEATURES = [
  "edge before",
  "edge after",
  "edge gain",
  "edge gain by length",
  "edge gain by spread",
  "log length",
  "log thickness",
  "grown",
  "moved by",
] as const;

export type FitFeatures = Readonly<Record<(typeof FIT_FEATURES)[number], number>>;

/** A move of one component, and the mean rank of the edges under its outline then; -1: too little is left of that. */
interface Trial {
  readonly grown: boolean;
  readonly movedBy: number;
  readonly score: number;
  /** Whether a pixel belongs to the component afterwards; null where it would come from beyond the window. */
  readonly holds: (x: number, y: number) => boolean | null;
}

/** A component in its surroundings. */
interface Surroundings {
  readonly box: Rect;
  /** Of every pixel of the box: the squared distance to the component, and to the nearest pixel outside it. */
  readonly away: Int32Array;
  readonly depth: Int32Array;
}

/**
 * For each component of a window the shift and the growth after which its outline lies on the strongest edges, by their
 * ranks (`edgeRanks`).
 */
export function moves(window: LabelledWindow, ranks: Float32Array): Candidate[] {
  const { label, parts } = window;
  return parts.list.flatMap(({ id, area }, number) =>
    id === VOID || area < LEAST_MOVED || area > Math.floor(label.length / 2) ? [] : movesOf(number, window, ranks),
  );
}

function movesOf(number: number, { size, label, parts }: LabelledWindow, ranks: Float32Array): Candidate[] {
  const { id } = parts.list[number];
  const around = surroundings(parts, number, size);
  const outline = outlinePixels(around.box, size, (x, y) => parts.labels[y * size + x] === number);
  if (outline.length < LEAST_OUTLINE) return [];
  const before = meanRank(outline, ranks);
  const shifts = shiftOffsets().map((offset) => shifted(offset, outline, ranks, parts, number, size));
  const growths = GROWTHS.map((by) => grown(by, around, ranks, size));
  const scores = [...shifts, ...growths].map(({ score }) => score).filter((score) => score >= 0);
  if (scores.length < 2) return [];
  const spread = deviation(scores) + 1e-6;
  const thick = Math.sqrt(around.depth.reduce((most, squared) => Math.max(most, squared), 0));
  const middle = median(scores);
  const near = nearestOfOthers(around, label, size);

  const found: Candidate[] = [];
  for (const trials of [shifts, growths]) {
    // A thin component that moves further leaves itself behind: what lies on edges there is another object.
    const trial = best(trials.filter(({ movedBy }) => Math.abs(movedBy) <= thick));
    if (!trial || trial.score < 0) continue;
    const { grown, movedBy, score, holds } = trial;
    const to = label.slice();
    const where = regionFromPredicate(around.box, (x, y) => {
      const i = y * size + x;
      const held = holds(x, y);
      if (held === null || held === (parts.labels[i] === number) || label[i] === VOID) return false;
      to[i] = held ? id : near(x, y);
      if (to[i] === VOID) to[i] = label[i];
      return to[i] !== label[i];
    });
    if (regionArea(where) < LEAST_CHANGE) continue;
    const gain = score - before;
    const fit: FitFeatures = {
      "edge before": before,
      "edge after": score,
      "edge gain": gain,
      "edge gain by length": gain * Math.sqrt(outline.length),
      "edge gain by spread": (score - Math.max(before, middle)) / spread,
      "log length": Math.log(outline.length),
      "log thickness": Math.log(thick),
      grown: grown ? 1 : 0,
      "moved by": movedBy,
    };
    found.push({ where, to, shape: true, fit });
  }
  return found;
}

function surroundings(parts: Components, number: number, size: number): Surroundings {
  const box = clipRect(growRect(parts.list[number].bounds, FARTHEST + 2), size, size);
  const region = componentRegion(parts, number);
  const inside = new Uint8Array(rectArea(box));
  for (let y = box.y, i = 0; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++, i++) inside[i] = hasPixel(region, x, y) ? 1 : 0;
  }
  const distances = (known: Uint8Array) => nearestKnown(known, box.width, box.height).distanceSquared;
  return { box, away: distances(inside), depth: distances(inside.map((bit) => 1 - bit)) };
}

/** Rows down and columns right of every shift. */
function shiftOffsets(): [number, number][] {
  const angles = Array.from({ length: DIRECTIONS }, (_, direction) => (2 * Math.PI * direction) / DIRECTIONS);
  return SHIFTS.flatMap((far) =>
    angles.map((angle): [number, number] => [Math.round(far * Math.sin(angle)), Math.round(far * Math.cos(angle))]),
  );
}

function shifted(
  [down, right]: [number, number],
  outline: readonly number[],
  ranks: Float32Array,
  { labels }: Components,
  number: number,
  size: number,
): Trial {
  const after = outline.flatMap((pixel) => {
    const [x, y] = [(pixel % size) + right, Math.floor(pixel / size) + down];
    return isInner(x, y, size) ? [y * size + x] : [];
  });
  const enough = after.length >= Math.max(LEAST_OUTLINE, outline.length / 2);
  return {
    grown: false,
    movedBy: Math.hypot(down, right),
    score: enough ? meanRank(after, ranks) : -1,
    holds: (x, y) => {
      const [column, row] = [x - right, y - down];
      const inside = Math.min(column, row) >= 0 && Math.max(column, row) < size;
      return inside ? labels[row * size + column] === number : null;
    },
  };
}

function grown(by: number, { box, away, depth }: Surroundings, ranks: Float32Array, size: number): Trial {
  const holds = (x: number, y: number): boolean => {
    const i = (y - box.y) * box.width + x - box.x;
    return by > 0 ? away[i] <= by * by : depth[i] > by * by;
  };
  const outline = outlinePixels(box, size, holds);
  return { grown: true, movedBy: by, score: outline.length >= LEAST_OUTLINE ? meanRank(outline, ranks) : -1, holds };
}

/** The nearest label outside a component, as far in as a move can reach. */
function nearestOfOthers(
  { box, depth }: Surroundings,
  label: Int32Array,
  size: number,
): (x: number, y: number) => number {
  const labelAt = (i: number): number => label[(box.y + Math.floor(i / box.width)) * size + box.x + (i % box.width)];
  // The far inside is nobody's neighbour, but known: the search goes no deeper than that.
  const core = (i: number): boolean => depth[i] > (2 * FARTHEST + 2) ** 2;
  const known = Uint8Array.from(depth, (squared, i) => ((squared === 0 && labelAt(i) !== VOID) || core(i) ? 1 : 0));
  const { index } = nearestKnown(known, box.width, box.height);
  return (x, y) => {
    const nearest = index[(y - box.y) * box.width + x - box.x];
    return nearest < 0 || core(nearest) ? VOID : labelAt(nearest);
  };
}

/** The first with the highest score. */
function best(trials: readonly Trial[]): Trial | undefined {
  return trials.toSorted((a, b) => b.score - a.score).at(0);
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
