/** A component in its surroundings: distances, normals, colours and neighbours. */
import type { Components } from "../../core/components";
import { nearestKnown } from "../../core/nearest";
import { clipRect, growRect, type Rect, rectArea } from "../../core/rect";
import { type LabelledScene, VOID } from "../scene";
import { COLOUR_BINS } from "./appearance";

/** The normal of an outline is taken from the distances so many px away, either side. */
export const NORMAL_REACH = 3;
/** Pixels of a component at most this deep, px, and others at most this far away do not count as examples of a colour ... */
export const UNSURE_RIM = 3;
/** ... nor do others further away than this, px. */
export const SURROUNDINGS_REACH = 16;
/** The colours of component and surroundings together count as this many more pixels of each. */
export const COLOUR_PRIOR = 30;

/** A component and the pixels of a box around it. */
export interface Surroundings {
  /** px of the scene. */
  readonly box: Rect;
  /**
   * Squared distance of every pixel of the box, px: above 0 outside the component, to it; below 0 inside, that to the nearest
   * pixel outside times -1. Beyond the scene nothing is outside.
   */
  readonly signedSquares: Int32Array;
  /** The largest distance of a pixel of the component to the outside, squared. */
  readonly thicknessSquared: number;
}

/** Component `number` of a scene of width * height, and what lies at most `reach` + 2 px around its bounds. */
export function surroundingsOf(
  { list, labels }: Components,
  number: number,
  reach: number,
  width: number,
  height: number,
): Surroundings {
  const box = clipRect(growRect(list[number].bounds, reach + 2), width, height);
  const inside = new Uint8Array(rectArea(box));
  for (let y = box.y, i = 0; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++, i++) inside[i] = labels[y * width + x] === number ? 1 : 0;
  }
  const squares = (known: Uint8Array) => nearestKnown(known, box.width, box.height).distanceSquared;
  const signedSquares = squares(inside);
  const depth = squares(inside.map((bit) => 1 - bit));
  let thicknessSquared = 0;
  for (let i = 0; i < depth.length; i++) {
    thicknessSquared = Math.max(thicknessSquared, depth[i]);
    signedSquares[i] -= depth[i];
  }
  return { box, signedSquares, thicknessSquared };
}

/** The unit normal of a component's lines of equal distance at a pixel of the box; beyond the box its edge repeats. */
export function normalAt(
  { box, signedSquares }: Surroundings,
  x: number,
  y: number,
): { readonly down: number; readonly right: number } {
  const distance = (column: number, row: number): number => {
    const inX = Math.min(Math.max(column - box.x, 0), box.width - 1);
    const inY = Math.min(Math.max(row - box.y, 0), box.height - 1);
    const square = signedSquares[inY * box.width + inX];
    return square < 0 ? -Math.sqrt(-square) : Math.sqrt(square);
  };
  const down = distance(x, y + NORMAL_REACH) - distance(x, y - NORMAL_REACH);
  const right = distance(x + NORMAL_REACH, y) - distance(x - NORMAL_REACH, y);
  const length = Math.sqrt(down * down + right * right) + 1e-9;
  return { down: down / length, right: right / length };
}

/** Log odds that a pixel's colour, by its index in a scene of `width` columns, is a component's, not its surroundings'. */
export function colourOdds(
  { box, signedSquares, thicknessSquared }: Surroundings,
  colours: Uint8Array,
  width: number,
): (pixel: number) => number {
  const own = new Float64Array(COLOUR_BINS ** 3);
  const others = new Float64Array(COLOUR_BINS ** 3);
  const rim = Math.min(UNSURE_RIM ** 2, thicknessSquared / 4);
  for (let y = box.y, i = 0; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++, i++) {
      const square = signedSquares[i];
      if (-square > rim) own[colours[y * width + x]]++;
      else if (square > UNSURE_RIM ** 2 && square <= SURROUNDINGS_REACH ** 2) others[colours[y * width + x]]++;
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

/** The nearest label outside a component, for pixels at most `reach` px deep; VOID where there is none. */
export function nearestOfOthers(
  { box, signedSquares }: Surroundings,
  { label, width }: LabelledScene,
  reach: number,
): (x: number, y: number) => number {
  const labelAt = (i: number): number => label[(box.y + Math.floor(i / box.width)) * width + box.x + (i % box.width)];
  // Pixels deeper than needed count as known, which ends the search there.
  const isCore = (square: number): boolean => -square > (2 * reach + 2) ** 2;
  const known = new Uint8Array(signedSquares.length);
  for (let i = 0; i < known.length; i++) {
    const square = signedSquares[i];
    if (isCore(square) || (square > 0 && labelAt(i) !== VOID)) known[i] = 1;
  }
  const { index } = nearestKnown(known, box.width, box.height);
  return (x, y) => {
    const nearest = index[(y - box.y) * box.width + x - box.x];
    return nearest < 0 || isCore(signedSquares[nearest]) ? VOID : labelAt(nearest);
  };
}
