import { idFlags } from "../../core/classTable";
import { type Code, distance, isBetween } from "./codes";
import { connect, type Group } from "./pixelGroups";
import type { LintInput } from "./types";

/** A seam is at most so wide, px: averaging neighbours smears a boundary over one or two. */
const WIDEST = 2;

/** A thin run of a class is a seam where at least so much of it lies between two others. */
const LEAST_SHARE = 0.75;

/** A thin run of one class between two others, and the nearer of the two for each of its pixels. */
export interface Seam extends Group {
  readonly from: number;
}

/**
 * Runs of up to WIDEST px of a class whose id (or colour) is a mixture of those on its two sides: what resampling a label as if
 * it were a picture leaves along the boundaries. A pole before the sky has the same class on both sides and is none.
 *
 * @param cover `squareCover` of the label: its 0s are thin.
 */
export function findSeams(
  { labels, ignored, locked, unknown, excluded }: LintInput,
  cover: Uint8Array,
  codeOf: (id: number) => Code,
): Seam[] {
  const { data, width, height } = labels;
  const isKept = idFlags([...[...ignored].filter((one) => !unknown.has(one)), ...locked]);
  const thin = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) if (cover[i] === 0 && isKept[data[i]] === 0) thin[i] = 1;
  excluded?.data.forEach((bit, i) => {
    if (bit === 1) thin[i] = 0;
  });
  const step = (from: number, dx: number, dy: number): number => {
    let [x, y] = [from % width, Math.floor(from / width)];
    for (let steps = 1; steps <= WIDEST; steps++) {
      [x, y] = [x + dx, y + dy];
      if (x < 0 || y < 0 || x >= width || y >= height) return -1;
      if (cover[y * width + x] === 1) return steps;
    }
    return -1;
  };
  const target = (i: number): number => {
    let best = -1;
    let shortest = WIDEST + 1;
    for (const [dx, dy] of directions) {
      const [back, forth] = [step(i, -dx, -dy), step(i, dx, dy)];
      if (back < 0 || forth < 0 || back + forth - 1 >= shortest) continue;
      const [a, b] = [data[i - back * (dy * width + dx)], data[i + forth * (dy * width + dx)]];
      if (!isBetween(codeOf(data[i]), codeOf(a), codeOf(b))) continue;
      const to = distance(codeOf(data[i]), codeOf(a)) <= distance(codeOf(data[i]), codeOf(b)) ? a : b;
      if (locked.has(to) || unknown.has(to)) continue;
      shortest = back + forth - 1;
      best = to;
    }
    return best;
  };
  const seams: Seam[] = [];
  for (const run of connect(thin, width, height, data)) {
    const to = run.map(target);
    const pixels = run.filter((_, k) => to[k] >= 0);
    if (pixels.length < LEAST_SHARE * run.length) continue;
    seams.push({ pixels, to: to.filter((id) => id >= 0), from: data[run[0]] });
  }
  return seams;
}

const directions = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
] as const;
