import type { Rgb } from "../core/classTable";
import { rgbKey } from "../core/palette";

/** JPEG moves flat colours by so much a channel. */
const nearness = 8;

export function isNear(a: Rgb, b: Rgb): boolean {
  return a.every((part, i) => Math.abs(part - b[i]) <= nearness);
}

/** Listed colours by where they lie: those next to a colour are found without looking at all of them. */
export interface NearColors {
  /** The listed colour next to `color`, as its first place in the list; -1 where there is none, or several that differ. */
  placeOf(color: Rgb): number;
  /** Whether listed colours lie so near to each other that what lies between belongs to neither. */
  readonly areNear: boolean;
}

/** A cube of so many levels reaches no further than its neighbours: 27 cubes hold what is next to a colour. */
const cube = nearness + 1;

const cubeKey = (r: number, g: number, b: number): number => (r * 64 + g) * 64 + b;

export function nearColors(listed: readonly Rgb[]): NearColors {
  /** By cube, from 1 a channel: the distinct colours in it, with the place of each. */
  const cubes = new Map<number, { readonly color: Rgb; readonly place: number }[]>();
  const known = new Set<number>();
  const cubeOf = (part: number): number => Math.floor(part / cube) + 1;
  for (const [place, color] of listed.entries()) {
    if (known.has(rgbKey(color))) continue;
    known.add(rgbKey(color));
    const key = cubeKey(cubeOf(color[0]), cubeOf(color[1]), cubeOf(color[2]));
    const held = cubes.get(key);
    if (held) held.push({ color, place });
    else cubes.set(key, [{ color, place }]);
  }
  const placeOf = (color: Rgb): number => {
    let found = -1;
    for (let r = -1; r <= 1; r += 1) {
      for (let g = -1; g <= 1; g += 1) {
        for (let b = -1; b <= 1; b += 1) {
          const key = cubeKey(cubeOf(color[0]) + r, cubeOf(color[1]) + g, cubeOf(color[2]) + b);
          for (const other of cubes.get(key) ?? []) {
            if (!isNear(color, other.color)) continue;
            if (found >= 0) return -1;
            found = other.place;
          }
        }
      }
    }
    return found;
  };
  // A listed colour is next to itself: where it has no place, it is next to another one too.
  return {
    placeOf,
    get areNear() {
      return listed.some((color) => placeOf(color) < 0);
    },
  };
}
