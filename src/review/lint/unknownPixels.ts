import type { Rgb } from "../../core/classTable";
import { nearestKnown } from "../../core/nearest";
import { squareCover } from "../../core/squareCover";
import { type Code, channelDistance, distance } from "./codes";
import { connect, type Group } from "./pixelGroups";
import type { LintInput } from "./types";

/** Compression moves a flat colour by a few steps a channel; colours of class lists are farther apart. */
export const SAME_COLOUR = 16;

/** What averaging or compression makes of a pixel's colour comes from neighbours up to so many px away. */
const REACH = 3;

/** A connected group of pixels that no class stands for. */
export interface UnknownGroup extends Group {
  /** Up to 3 px wide for the most part, with two or more classes around. */
  readonly isSmear: boolean;
}

/**
 * The pixels of unknown ids that `claimed` does not hold yet, connected ones of one id each, and the nearest class for each
 * pixel: in a file coded by colours the class around it whose colour is the most alike, whatever the colours of the group;
 * else the nearest in the picture, void included. Where that is a locked class the pixel is left out.
 */
export function unknownPixels(
  input: LintInput,
  claimed: Uint8Array,
  codeOf: (id: number) => Code,
): readonly UnknownGroup[] {
  const { labels, unknown, locked, excluded, colors } = input;
  const { data, width, height } = labels;
  if (unknown.size === 0) return [];
  const odd = data.map((id, i) => (unknown.has(id) && claimed[i] === 0 ? 1 : 0));
  const left = Uint8Array.from(odd, (bit, i) => (bit === 1 && excluded?.data[i] !== 1 && !locked.has(data[i]) ? 1 : 0));
  if (!left.includes(1)) return [];
  const known = Uint8Array.from(data, (id) => (unknown.has(id) ? 0 : 1));
  const nearest = nearestKnown(known, width, height).index;
  const around = (i: number): ReadonlySet<number> => classesAround(input, i);
  const cover = squareCover({ width, height, data: odd }, 4);
  const listed = [...(colors ?? [])].filter(([id]) => !unknown.has(id));

  const groups = connect(left, width, height, colors === null ? data : null).map((pixels): UnknownGroup => {
    const isThin = 2 * pixels.reduce((sum, i) => sum + cover[i], 0) < pixels.length;
    const isSmear = colors !== null && isThin && touchesSeveral(pixels, around);
    const target = (i: number): number => {
      const spatial = nearest[i] < 0 ? -1 : data[nearest[i]];
      const color = colors?.get(data[i]);
      if (color === undefined) return spatial;
      const alike = isThin ? -1 : mostAlike(color, listed);
      const candidates = [...(spatial < 0 ? [] : [spatial]), ...around(i), ...(alike < 0 ? [] : [alike])];
      return nearestCode(codeOf(data[i]), candidates, codeOf);
    };
    const to = pixels.map(target);
    const isFree = (id: number): boolean => id >= 0 && !locked.has(id);
    return { pixels: pixels.filter((_, k) => isFree(to[k])), to: to.filter(isFree), isSmear };
  });
  return groups.filter(({ pixels }) => pixels.length > 0);
}

/** The known classes within REACH px of a pixel. */
function classesAround({ labels, unknown }: LintInput, i: number): ReadonlySet<number> {
  const { data, width, height } = labels;
  const [x, y] = [i % width, Math.floor(i / width)];
  const found = new Set<number>();
  for (let row = Math.max(0, y - REACH); row <= Math.min(height - 1, y + REACH); row++) {
    for (let column = Math.max(0, x - REACH); column <= Math.min(width - 1, x + REACH); column++) {
      const id = data[row * width + column];
      if (!unknown.has(id)) found.add(id);
    }
  }
  return found;
}

function touchesSeveral(pixels: readonly number[], around: (i: number) => ReadonlySet<number>): boolean {
  const first = around(pixels[0]);
  return first.size > 1 || pixels.some((i) => [...around(i)].some((id) => !first.has(id)));
}

/** The class whose colour this is but for compression; -1: none. */
function mostAlike(color: Rgb, listed: readonly (readonly [number, Rgb])[]): number {
  let [best, least] = [-1, SAME_COLOUR + 1];
  for (const [id, other] of listed) {
    const apart = channelDistance(color, other);
    if (apart < least) [best, least] = [id, apart];
  }
  return best;
}

/** The candidate whose code is the nearest; of equals the first. */
function nearestCode(code: Code, candidates: readonly number[], codeOf: (id: number) => Code): number {
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (const id of candidates) {
    const apart = distance(code, codeOf(id));
    if (apart < least) [best, least] = [id, apart];
  }
  return best;
}
