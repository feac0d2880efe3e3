/**
 * Whole components that fit the image's edges better when they are translated, grown or shrunk. A label that was traced
 * beside its object, or too wide, has an outline where the image has no edge, and finds edges once it is shifted; what it
 * gains then has the colours of the rest of it, and what it loses those of its surroundings. The twin of
 * `training/lmae/finding/boundary_shifts.py`.
 */

import { componentRegion } from "../../core/components";
import { regionArea, regionFromPredicate } from "../../core/region";
import type { Checkpoint } from "../../model/steps";
import { pixelsOf } from "../regions";
import { type LabelledScene, VOID } from "../scene";
import { type Appearance, rankAcross } from "./appearance";
import { type Candidate, idsIn } from "./candidate";
import { isInner, outlinePixels } from "./outline";
import { colourOdds, nearestOfOthers, normalAt, type Surroundings, surroundingsOf } from "./surroundings";

/** Smaller components are not shifted, px. */
export const LEAST_SHIFTED = 256;
/** Distances by which a component is translated, px, each in DIRECTIONS directions. */
export const TRANSLATIONS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
export const DIRECTIONS = 16;
/** By how much a component is grown or, where negative, shrunk, px. */
export const GROWTHS = [-8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8];
/** An outline with fewer pixels away from the scene's edge is not judged. */
export const LEAST_OUTLINE = 20;
/** Shifts that change fewer pixels are no candidates. */
export const LEAST_CHANGE = 16;

const FARTHEST = Math.max(...TRANSLATIONS, ...GROWTHS);
/** Rows down and columns right of every translation. */
const OFFSETS = TRANSLATIONS.flatMap((far) =>
  Array.from({ length: DIRECTIONS }, (_, direction) => {
    const angle = (2 * Math.PI * direction) / DIRECTIONS;
    return { down: Math.round(far * Math.sin(angle)), right: Math.round(far * Math.cos(angle)) };
  }),
);
/** The most that `Surroundings.signedSquares` is in what each growth holds. */
const LIMITS = GROWTHS.map((by) => (by > 0 ? by ** 2 : -(by ** 2) - 1));

/** One shift of a component. */
interface Trial {
  /** By how many px, squared. */
  readonly bySquared: number;
  /** Mean rank of the edges under the outline afterwards, 0..1; -1 where too little of that lies in the scene. */
  readonly score: number;
  /** Whether a pixel of the surroundings' box belongs to the component afterwards; null where that would come from beyond the scene. */
  readonly holds: (x: number, y: number) => boolean | null;
}

/** The outline of a component: columns and rows of its pixels, and the unit normal (down, right) at each. */
interface Outline {
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly down: Float64Array;
  readonly right: Float64Array;
}

/**
 * For each component of a scene the translation and the growth after which its outline lies on the strongest edges.
 * Checkpoints after every component.
 */
export async function boundaryShifts(
  scene: LabelledScene,
  appearance: Appearance,
  checkpoint: Checkpoint,
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const [number, { id, area }] of scene.components.list.entries()) {
    if (id === VOID || area < LEAST_SHIFTED || area > Math.floor(scene.label.length / 2)) continue;
    found.push(...boundaryShiftsOf(number, scene, appearance));
    await checkpoint();
  }
  return found;
}

function boundaryShiftsOf(number: number, scene: LabelledScene, appearance: Appearance): Candidate[] {
  const { width, height, label, components } = scene;
  const pixels = outlinePixels(componentRegion(components, number), width, height);
  if (pixels.length < LEAST_OUTLINE) return [];
  const around = surroundingsOf(components, number, FARTHEST, width, height);
  const outline = outlineOf(pixels, around, width);
  const translations = OFFSETS.map((offset) => translated(offset, outline, number, scene, appearance));
  const growths = grown(around, width, height, appearance);
  const scores = [...translations, ...growths].map(({ score }) => score).filter((score) => score >= 0);
  if (scores.length < 2) return [];
  const before = scoreAt({ down: 0, right: 0 }, outline, scene, appearance);
  const reference = Math.max(before, median(scores));
  const spread = deviation(scores) + 1e-6;
  const nearestLabel = nearestOfOthers(around, scene, FARTHEST);
  const odds = colourOdds(around, appearance.colours, width);
  const { id } = components.list[number];

  const found: Candidate[] = [];
  for (const trials of [translations, growths]) {
    // A thin component shifted by more than its thickness shares no pixel with itself: it would fit another object.
    const trial = best(trials.filter(({ bySquared }) => bySquared <= around.thicknessSquared));
    if (!trial || trial.score < 0) continue;
    const idAt = (x: number, y: number): number => {
      const i = y * width + x;
      // No shift reaches so far; rounded to whole pixels a translation may be a little longer than it is said to be.
      if (
        Math.abs(around.signedSquares[(y - around.box.y) * around.box.width + x - around.box.x]) >
        (FARTHEST + 1) ** 2
      ) {
        return label[i];
      }
      const held = trial.holds(x, y);
      if (held === null || held === (components.labels[i] === number) || label[i] === VOID) return label[i];
      const to = held ? id : nearestLabel(x, y);
      return to === VOID ? label[i] : to;
    };
    const where = regionFromPredicate(around.box, (x, y) => idAt(x, y) !== label[y * width + x]);
    const area = regionArea(where);
    if (area < LEAST_CHANGE) continue;
    let colour = 0;
    for (const i of pixelsOf(where, width)) colour += components.labels[i] === number ? -odds(i) : odds(i);
    const fit = [(trial.score - reference) / spread, colour / area] as const;
    found.push({ where, to: idsIn(where, idAt), kind: "shift", fit });
  }
  return found;
}

function outlineOf(pixels: readonly number[], around: Surroundings, width: number): Outline {
  const x = Int32Array.from(pixels, (pixel) => pixel % width);
  const y = Int32Array.from(pixels, (pixel) => Math.floor(pixel / width));
  const normals = pixels.map((_, i) => normalAt(around, x[i], y[i]));
  const down = Float64Array.from(normals, (normal) => normal.down);
  return { x, y, down, right: Float64Array.from(normals, (normal) => normal.right) };
}

/** The mean rank under an outline shifted by some px; -1 where too little of it is left in the scene. */
function scoreAt(
  offset: { readonly down: number; readonly right: number },
  { x, y, down, right }: Outline,
  { width, height }: LabelledScene,
  appearance: Appearance,
): number {
  let left = 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const column = x[i] + offset.right;
    const row = y[i] + offset.down;
    if (!isInner(column, row, width, height)) continue;
    left++;
    sum += rankAcross(appearance, row * width + column, down[i], right[i]);
  }
  return left >= Math.max(LEAST_OUTLINE, x.length / 2) ? sum / left : -1;
}

function translated(
  offset: { readonly down: number; readonly right: number },
  outline: Outline,
  number: number,
  scene: LabelledScene,
  appearance: Appearance,
): Trial {
  const { width, height, components } = scene;
  const { down, right } = offset;
  return {
    bySquared: down ** 2 + right ** 2,
    score: scoreAt(offset, outline, scene, appearance),
    holds: (x, y) => {
      const column = x - right;
      const row = y - down;
      const inside = column >= 0 && row >= 0 && column < width && row < height;
      return inside ? components.labels[row * width + column] === number : null;
    },
  };
}

/** A component grown and shrunk, by GROWTHS. */
function grown(around: Surroundings, width: number, height: number, appearance: Appearance): Trial[] {
  const { box, signedSquares } = around;
  const sums = new Float64Array(LIMITS.length);
  const counts = new Int32Array(LIMITS.length);
  const most = Math.max(...LIMITS);
  // All outlines in one go: a pixel lies on those of the growths that hold it and not all of its neighbours. Neighbours of
  // what is deep inside are held by all of them.
  const deep = -((FARTHEST + 2) ** 2);
  for (let y = box.y, i = 0; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++, i++) {
      const square = signedSquares[i];
      if (square > most || square < deep || !isInner(x, y, width, height)) continue;
      const across = Math.max(signedSquares[i - box.width], signedSquares[i + box.width]);
      const beyond = Math.max(across, signedSquares[i - 1], signedSquares[i + 1]);
      let rank = -1;
      for (let k = 0; k < LIMITS.length; k++) {
        if (square > LIMITS[k] || LIMITS[k] >= beyond) continue;
        if (rank < 0) {
          const { down, right } = normalAt(around, x, y);
          rank = rankAcross(appearance, y * width + x, down, right);
        }
        sums[k] += rank;
        counts[k]++;
      }
    }
  }
  return GROWTHS.map((by, k) => ({
    bySquared: by ** 2,
    score: counts[k] >= LEAST_OUTLINE ? sums[k] / counts[k] : -1,
    holds: (x, y) => signedSquares[(y - box.y) * box.width + x - box.x] <= LIMITS[k],
  }));
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
