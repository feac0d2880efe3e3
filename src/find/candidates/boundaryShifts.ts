/**
 * Whole components that fit the image's edges better when they are translated, grown or shrunk. A label that was traced
 * beside its object, or too wide, has an outline where the image has no edge, and finds edges once it is shifted; what it
 * gains then has the colours of the rest of it, and what it loses those of its surroundings. The twin of
 * `training/lmae/finding/boundary_shifts.py`.
 */

import type { Components } from "../../core/components";
import { regionArea, regionFromPredicate } from "../../core/region";
import type { Checkpoint } from "../../model/steps";
import { type LabelledWindow, VOID } from "../window";
import { type Appearance, rankAcross } from "./appearance";
import type { Candidate, FitFeatures } from "./candidate";
import { isInner } from "./outline";
import {
  colourOdds,
  meanRank,
  nearestOfOthers,
  type Outline,
  outlineOf,
  type Surroundings,
  surroundingsOf,
} from "./surroundings";

/** Smaller components are not shifted, px. */
export const LEAST_SHIFTED = 256;
/** Distances by which a component is translated, px, each in DIRECTIONS directions. */
export const TRANSLATIONS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
export const DIRECTIONS = 16;
/** By how much a component is grown or, where negative, shrunk, px. */
export const GROWTHS = [-8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8];
/** An outline with fewer pixels away from the window's edge is not judged. */
export const LEAST_OUTLINE = 20;
/** Shifts that change fewer pixels are no candidates. */
export const LEAST_CHANGE = 16;

const FARTHEST = Math.max(...TRANSLATIONS, ...GROWTHS);

/** One shift of a component. */
interface Trial {
  /** Grown or shrunk rather than translated. */
  readonly grown: boolean;
  /** px */
  readonly shiftedBy: number;
  /** Mean rank of the edges under the outline afterwards, 0..1; -1 where too little of that lies in the window. */
  readonly score: number;
  /** Whether a pixel belongs to the component afterwards; null where that would come from beyond the window. */
  readonly holds: (x: number, y: number) => boolean | null;
}

/**
 * For each component of a window the translation and the growth after which its outline lies on the strongest edges.
 * Checkpoints after every component.
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
  const around = surroundingsOf(components, number, FARTHEST, size);
  const outline = outlineOf(around, size, (x, y) => components.labels[y * size + x] === number);
  const length = outline.pixels.length;
  if (length < LEAST_OUTLINE) return [];
  const before = meanRank(outline, appearance);
  const translations = translationOffsets().map((offset) =>
    translated(offset, outline, appearance, components, number, size),
  );
  const growths = GROWTHS.map((by) => grown(by, around, appearance, size));
  const scores = [...translations, ...growths].map(({ score }) => score).filter((score) => score >= 0);
  if (scores.length < 2) return [];
  const spread = deviation(scores) + 1e-6;
  const middle = median(scores);
  const nearestLabel = nearestOfOthers(around, label, FARTHEST, size);
  const odds = colourOdds(around, appearance.colours, size);

  const found: Candidate[] = [];
  for (const trials of [translations, growths]) {
    // A thin component shifted by more than its thickness shares no pixel with itself: it would fit another object.
    const trial = best(trials.filter(({ shiftedBy }) => Math.abs(shiftedBy) <= around.thickness));
    if (!trial || trial.score < 0) continue;
    const { grown, shiftedBy, score, holds } = trial;
    const to = label.slice();
    let colour = 0;
    const where = regionFromPredicate(around.box, (x, y) => {
      const i = y * size + x;
      const held = holds(x, y);
      if (held === null || held === (components.labels[i] === number) || label[i] === VOID) return false;
      to[i] = held ? id : nearestLabel(x, y);
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
      "edge gain by length": gain * Math.sqrt(length),
      "edge gain by spread": (score - Math.max(before, middle)) / spread,
      "log length": Math.log(length),
      "log thickness": Math.log(around.thickness),
      grown: grown ? 1 : 0,
      "shifted by": shiftedBy,
      "colour gain": colour / area,
      "colour gain by area": colour / Math.sqrt(area),
    };
    found.push({ where, to, shape: true, fit });
  }
  return found;
}

/** Rows down and columns right of every translation. */
function translationOffsets(): [number, number][] {
  const angles = Array.from({ length: DIRECTIONS }, (_, direction) => (2 * Math.PI * direction) / DIRECTIONS);
  return TRANSLATIONS.flatMap((far) =>
    angles.map((angle): [number, number] => [Math.round(far * Math.sin(angle)), Math.round(far * Math.cos(angle))]),
  );
}

/** A component with that outline, shifted by some rows down and columns right. */
function translated(
  [down, right]: [number, number],
  outline: Outline,
  appearance: Appearance,
  { labels }: Components,
  number: number,
  size: number,
): Trial {
  let left = 0;
  let sum = 0;
  const { pixels } = outline;
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [(pixels[i] % size) + right, Math.floor(pixels[i] / size) + down];
    if (!isInner(x, y, size)) continue;
    left++;
    sum += rankAcross(appearance, y * size + x, outline.down[i], outline.right[i]);
  }
  const enough = left >= Math.max(LEAST_OUTLINE, pixels.length / 2);
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

/** A component grown by some px, or shrunk where that is negative. */
function grown(by: number, around: Surroundings, appearance: Appearance, size: number): Trial {
  const { box, away, depth } = around;
  const holds = (x: number, y: number): boolean => {
    const i = (y - box.y) * box.width + x - box.x;
    return by > 0 ? away[i] <= by * by : depth[i] > by * by;
  };
  const outline = outlineOf(around, size, holds);
  const score = outline.pixels.length >= LEAST_OUTLINE ? meanRank(outline, appearance) : -1;
  return { grown: true, shiftedBy: by, score, holds };
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
