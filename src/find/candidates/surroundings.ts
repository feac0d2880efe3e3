/** A component in its surroundings: distances, its outline with normals, colours and neighbours. */
import { type Components, componentRegion } from "../../core/components";
import { nearestKnown } from "../../core/nearest";
import { clipRect, growRect, type Rect, rectArea } from "../../core/rect";
import { hasPixel } from "../../core/region";
import { VOID } from "../window";
import { type Appearance, COLOUR_BINS, rankAcross } from "./appearance";
import { outlinePixels } from "./outline";

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
  /** Window px. */
  readonly box: Rect;
  /** Squared distance of every pixel of the box to the component, px; 0 inside. */
  readonly away: Int32Array;
  /** Squared distance of every pixel of the box to the nearest one outside the component, px; 0 outside. */
  readonly depth: Int32Array;
  /** The distance to the component less that to the outside, px. */
  readonly signed: Float64Array;
  /** The largest distance of a pixel of the component to the outside, px. */
  readonly thickness: number;
}

/** Component `number` of a window `size` px wide, and what lies at most `reach` + 2 px around its bounds. */
export function surroundingsOf(components: Components, number: number, reach: number, size: number): Surroundings {
  const box = clipRect(growRect(components.list[number].bounds, reach + 2), size, size);
  const region = componentRegion(components, number);
  const inside = new Uint8Array(rectArea(box));
  for (let y = box.y, i = 0; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++, i++) inside[i] = hasPixel(region, x, y) ? 1 : 0;
  }
  const distances = (known: Uint8Array) => nearestKnown(known, box.width, box.height).distanceSquared;
  const [away, depth] = [distances(inside), distances(inside.map((bit) => 1 - bit))];
  const signed = Float64Array.from(away);
  for (let i = 0; i < signed.length; i++) signed[i] = Math.sqrt(away[i]) - Math.sqrt(depth[i]);
  const thickness = Math.sqrt(depth.reduce((most, squared) => Math.max(most, squared), 0));
  return { box, away, depth, signed, thickness };
}

/** The outline of a shape: its pixels by their index in the window, and the unit normal (down, right) at each. */
export interface Outline {
  readonly pixels: readonly number[];
  readonly down: Float64Array;
  readonly right: Float64Array;
}

/**
 * The outline of a shape inside the box. Its normals are those of the component's lines of equal signed distance; beyond
 * the box its edge repeats.
 */
export function outlineOf(
  { box, signed }: Surroundings,
  size: number,
  holds: (x: number, y: number) => boolean,
): Outline {
  const pixels = outlinePixels(box, size, holds);
  const at = (column: number, row: number): number => {
    const inX = Math.min(Math.max(column - box.x, 0), box.width - 1);
    const inY = Math.min(Math.max(row - box.y, 0), box.height - 1);
    return signed[inY * box.width + inX];
  };
  const outline = { pixels, down: new Float64Array(pixels.length), right: new Float64Array(pixels.length) };
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [pixels[i] % size, Math.floor(pixels[i] / size)];
    const down = at(x, y + NORMAL_REACH) - at(x, y - NORMAL_REACH);
    const right = at(x + NORMAL_REACH, y) - at(x - NORMAL_REACH, y);
    const length = Math.hypot(down, right) + 1e-9;
    outline.down[i] = down / length;
    outline.right[i] = right / length;
  }
  return outline;
}

/** The mean rank of the edges under an outline of at least one pixel. */
export function meanRank({ pixels, down, right }: Outline, appearance: Appearance): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += rankAcross(appearance, pixels[i], down[i], right[i]);
  return sum / pixels.length;
}

/** Log odds that a pixel's colour, by its index in the window, is a component's rather than its surroundings'. */
export function colourOdds(
  { box, away, depth, thickness }: Surroundings,
  colours: Uint8Array,
  size: number,
): (pixel: number) => number {
  const own = new Float64Array(COLOUR_BINS ** 3);
  const others = new Float64Array(COLOUR_BINS ** 3);
  const rim = Math.min(UNSURE_RIM, thickness / 2);
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

/**
 * The nearest label outside a component, for pixels at most `reach` px deep; VOID where there is none. label is that of the
 * window, size * size.
 */
export function nearestOfOthers(
  { box, depth }: Surroundings,
  label: Int32Array,
  reach: number,
  size: number,
): (x: number, y: number) => number {
  const labelAt = (i: number): number => label[(box.y + Math.floor(i / box.width)) * size + box.x + (i % box.width)];
  // Pixels deeper than needed count as known, which ends the search there.
  const core = (i: number): boolean => depth[i] > (2 * reach + 2) ** 2;
  const known = Uint8Array.from(depth, (squared, i) => ((squared === 0 && labelAt(i) !== VOID) || core(i) ? 1 : 0));
  const { index } = nearestKnown(known, box.width, box.height);
  return (x, y) => {
    const nearest = index[(y - box.y) * box.width + x - box.x];
    return nearest < 0 || core(nearest) ? VOID : labelAt(nearest);
  };
}
