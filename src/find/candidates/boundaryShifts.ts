/**
 * Components that would fit the picture better elsewhere: moved, grown or shrunk as a whole. A label that was traced
 * beside its object, or too wide, has an outline where the picture has no edge, and finds edges as soon as it is moved; and
 * what it gains then looks like the rest of it, what it loses like its surroundings. The twin of `training/lmae/finding/boundary_shifts.py`.
 */

import { type Components, componentRegion } from "../../core/components";
import { nearestKnown } from "../../core/nearest";
import { clipRect, growRect, type Rect, rectArea } from "../../core/rect";
import { hasPixel, regionArea, regionFromPredicate } from "../../core/region";
import type { Checkpoint } from "../../model/steps";
import { type LabelledWindow, VOID } from "../window";
import { type Appearance, COLOUR_BINS, rankAcross } from "./appearance";
import type { Candidate, FitFeatures } from "./candidate";
import { isInner, outlinePixels } from "./outline";

/** Smaller components are not moved. */
export const LEAST_SHIFTED = 256;
/** px by which a component is shifted, in DIRECTIONS directions, and grown or shrunk. */
export const TRANSLATIONS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
export const DIRECTIONS = 16;
export const GROWTHS = [-8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8];
/** An outline with fewer pixels away from the window's edge says nothing. */
export const LEAST_OUTLINE = 20;
/** The normal of an outline is taken from the distances so many px away, either side. */
export const NORMAL_REACH = 3;
/** Moves that change fewer pixels are not looked at. */
export const LEAST_CHANGE = 16;
/**
 * Pixels so near the outline tell nothing of a component's colours, nor do those further than SURROUNDINGS_REACH of its
 * surroundings'.
 */
export const UNSURE_RIM = 3;
export const SURROUNDINGS_REACH = 16;
/** Colours appearance in both together count as this many pixels appearance in each. */
export const COLOUR_PRIOR = 30;

const FARTHEST = Math.max(...TRANSLATIONS, ...GROWTHS);

/** A move of one component, and the mean rank of the edges under its outline then; -1: too little is left of that. */
interface Trial {
  readonly grown: boolean;
  readonly shiftedBy: number;
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
  /** The distance to the component less that to the outside. */
  readonly signed: Float64Array;
}

/**
 * For each component of a window the shift and the growth after which its outline lies on the strongest edges. Checkpoints
 * after every component.
 */
export async function boundaryShifts(
  window: LabelledWindow,
  appearance: Appearance,
  checkpoint: Checkpoint,
): Promise<Candidate[]> {
  const { label, components } = window;
  const found: Candidate[] = [];
  for (const [number, { id, area }] of components.list.entries()) {
    if (id === VOID || area < LEAST_SHIFTED || area > Math.floor(label.length / 2)) continue;
    found.push(...boundaryShiftsOf(number, window, appearance));
    await checkpoint();
  }
  return found;
}

function boundaryShiftsOf(
  number: number,
  { size, label, components }: LabelledWindow,
  appearance: Appearance,
): Candidate[] {
  const { id } = components.list[number];
  const around = surroundings(components, number, size);
  const outline = outlinePixels(around.box, size, (x, y) => components.labels[y * size + x] === number);
  if (outline.length < LEAST_OUTLINE) return [];
  const line = lineOf(outline, around, size);
  const before = meanRank(line, appearance);
  const shifts = translations().map((offset) => shifted(offset, line, appearance, components, number, size));
  const growths = GROWTHS.map((by) => grown(by, around, appearance, size));
  const scores = [...shifts, ...growths].map(({ score }) => score).filter((score) => score >= 0);
  if (scores.length < 2) return [];
  const spread = deviation(scores) + 1e-6;
  const thick = Math.sqrt(deepest(around.depth));
  const middle = median(scores);
  const near = nearestOfOthers(around, label, size);
  const odds = colourOdds(around, appearance.colours, size);

  const found: Candidate[] = [];
  for (const trials of [shifts, growths]) {
    // A thin component that moves further leaves itself behind: what lies on edges there is another object.
    const trial = best(trials.filter(({ shiftedBy }) => Math.abs(shiftedBy) <= thick));
    if (!trial || trial.score < 0) continue;
    const { grown, shiftedBy, score, holds } = trial;
    const to = label.slice();
    let colour = 0;
    const where = regionFromPredicate(around.box, (x, y) => {
      const i = y * size + x;
      const held = holds(x, y);
      if (held === null || held === (components.labels[i] === number) || label[i] === VOID) return false;
      to[i] = held ? id : near(x, y);
      if (to[i] === VOID) to[i] = label[i];
      if (to[i] === label[i]) return false;
      colour += held ? odds(i) : -odds(i);
      return true;
    });
    const area = regionArea(where);
    if (area < LEAST_CHANGE) continue;
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
      "shifted by": shiftedBy,
      "colour gain": colour / area,
      "colour gain by area": colour / Math.sqrt(area),
    };
    found.push({ where, to, shape: true, fit });
  }
  return found;
}

function surroundings(components: Components, number: number, size: number): Surroundings {
  const box = clipRect(growRect(components.list[number].bounds, FARTHEST + 2), size, size);
  const region = componentRegion(components, number);
  const inside = new Uint8Array(rectArea(box));
  for (let y = box.y, i = 0; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++, i++) inside[i] = hasPixel(region, x, y) ? 1 : 0;
  }
  const distances = (known: Uint8Array) => nearestKnown(known, box.width, box.height).distanceSquared;
  const [away, depth] = [distances(inside), distances(inside.map((bit) => 1 - bit))];
  const signed = Float64Array.from(away);
  for (let i = 0; i < signed.length; i++) signed[i] = Math.sqrt(away[i]) - Math.sqrt(depth[i]);
  return { box, away, depth, signed };
}

/** An outline's pixels, and the unit normal at each. */
interface Line {
  readonly outline: readonly number[];
  readonly down: Float64Array;
  readonly right: Float64Array;
}

/** The unit normals are those of the lines of equal signed distance; beyond the box its edge repeats. */
function lineOf(outline: readonly number[], { box, signed }: Surroundings, size: number): Line {
  const at = (column: number, row: number): number => {
    const inX = Math.min(Math.max(column - box.x, 0), box.width - 1);
    const inY = Math.min(Math.max(row - box.y, 0), box.height - 1);
    return signed[inY * box.width + inX];
  };
  const line = { outline, down: new Float64Array(outline.length), right: new Float64Array(outline.length) };
  for (let i = 0; i < outline.length; i++) {
    const [x, y] = [outline[i] % size, Math.floor(outline[i] / size)];
    const down = at(x, y + NORMAL_REACH) - at(x, y - NORMAL_REACH);
    const right = at(x + NORMAL_REACH, y) - at(x - NORMAL_REACH, y);
    const length = Math.hypot(down, right) + 1e-9;
    line.down[i] = down / length;
    line.right[i] = right / length;
  }
  return line;
}

/** The mean rank across a line of at least one pixel. */
function meanRank({ outline, down, right }: Line, appearance: Appearance): number {
  let sum = 0;
  for (let i = 0; i < outline.length; i++) sum += rankAcross(appearance, outline[i], down[i], right[i]);
  return sum / outline.length;
}

/** Log odds that a pixel's colour, by its index in the window, is a component's rather than its surroundings'. */
function colourOdds({ box, away, depth }: Surroundings, colours: Uint8Array, size: number): (pixel: number) => number {
  const own = new Float64Array(COLOUR_BINS ** 3);
  const others = new Float64Array(COLOUR_BINS ** 3);
  const thick = Math.sqrt(deepest(depth));
  const rim = Math.min(UNSURE_RIM, thick / 2);
  for (let y = box.y, i = 0; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++, i++) {
      const colour = colours[y * size + x];
      if (depth[i] > rim * rim) own[colour]++;
      else if (away[i] > UNSURE_RIM ** 2 && away[i] <= SURROUNDINGS_REACH ** 2) others[colour]++;
    }
  }
  const total = (counts: Float64Array): number => counts.reduce((a, b) => a + b, 0);
  const [ownTotal, othersTotal] = [total(own), total(others)];
  const all = ownTotal + othersTotal + 1e-3 * own.length;
  const odds = own.map((count, colour) => {
    const prior = (COLOUR_PRIOR * (count + others[colour] + 1e-3)) / all;
    return (
      Math.log((count + prior) / (ownTotal + COLOUR_PRIOR)) -
      Math.log((others[colour] + prior) / (othersTotal + COLOUR_PRIOR))
    );
  });
  return (pixel) => odds[colours[pixel]];
}

/** The squared depth of the deepest pixel. */
function deepest(depth: Int32Array): number {
  return depth.reduce((most, squared) => Math.max(most, squared), 0);
}

/** Rows down and columns right of every shift. */
function translations(): [number, number][] {
  const angles = Array.from({ length: DIRECTIONS }, (_, direction) => (2 * Math.PI * direction) / DIRECTIONS);
  return TRANSLATIONS.flatMap((far) =>
    angles.map((angle): [number, number] => [Math.round(far * Math.sin(angle)), Math.round(far * Math.cos(angle))]),
  );
}

function shifted(
  [down, right]: [number, number],
  { outline, ...normal }: Line,
  appearance: Appearance,
  { labels }: Components,
  number: number,
  size: number,
): Trial {
  let left = 0;
  let sum = 0;
  for (let i = 0; i < outline.length; i++) {
    const [x, y] = [(outline[i] % size) + right, Math.floor(outline[i] / size) + down];
    if (!isInner(x, y, size)) continue;
    left++;
    sum += rankAcross(appearance, y * size + x, normal.down[i], normal.right[i]);
  }
  const enough = left >= Math.max(LEAST_OUTLINE, outline.length / 2);
  return {
    grown: false,
    shiftedBy: Math.hypot(down, right),
    score: enough ? sum / left : -1,
    holds: (x, y) => {
      const [column, row] = [x - right, y - down];
      const inside = Math.min(column, row) >= 0 && Math.max(column, row) < size;
      return inside ? labels[row * size + column] === number : null;
    },
  };
}

function grown(by: number, around: Surroundings, appearance: Appearance, size: number): Trial {
  const { box, away, depth } = around;
  const holds = (x: number, y: number): boolean => {
    const i = (y - box.y) * box.width + x - box.x;
    return by > 0 ? away[i] <= by * by : depth[i] > by * by;
  };
  const outline = outlinePixels(box, size, holds);
  const score = outline.length >= LEAST_OUTLINE ? meanRank(lineOf(outline, around, size), appearance) : -1;
  return { grown: true, shiftedBy: by, score, holds };
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
