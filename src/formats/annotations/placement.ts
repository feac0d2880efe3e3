import type { Point } from "../../core/point";
import type { ReadingNote } from "../readingNote";

/** The smallest rectangle around an outline, in pixels of its image; null where it has none. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Outlines that tools cut off reach a little over the edge, by rounding. */
const tolerance = 2;

/** The bounds of the rings that paint something, widened by `margin`; null where none does. */
export function boundsOf(rings: readonly (readonly Point[])[], margin = 0): Bounds | null {
  const bounds = flatBounds(rings.map((ring) => ring.flatMap(({ x, y }) => [x, y])));
  if (!bounds) return null;
  const { left, top, right, bottom } = bounds;
  return { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin };
}

/** {@link boundsOf} rings as [x, y, x, y, ...]; files of millions of points are looked at as they stand. */
export function flatBounds(rings: readonly (readonly unknown[])[]): Bounds | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    const end = ring.length - (ring.length % 2);
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    let isWhole = end >= 6;
    for (let i = 0; i < end && isWhole; i += 2) {
      const [x, y] = [Number(ring[i]), Number(ring[i + 1])];
      isWhole = Number.isFinite(x) && Number.isFinite(y);
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
    }
    if (!isWhole) continue;
    left = Math.min(left, x0);
    right = Math.max(right, x1);
    top = Math.min(top, y0);
    bottom = Math.max(bottom, y1);
  }
  return left > right ? null : { left, top, right, bottom };
}

/**
 * Counts annotations that paint less than they seem to: their pixels would be background without a word. Those without a
 * pixel, those that reach over their image (coordinates of another size), and coordinates that are all fractions.
 * @param what plural noun for what is counted, e.g. "annotations".
 */
export function createPlacement(what: string) {
  const [empty, outside] = [new Map<string, number>(), new Map<string, number>()];
  let [total, wholly, fractions] = [0, 0, 0];
  let reach: { over: number; text: string } | null = null;
  const count = (of: Map<string, number>, path: string) => of.set(path, (of.get(path) ?? 0) + 1);
  return {
    /** An annotation of an image of `width` x `height` in the file `path`. */
    add(path: string, width: number, height: number, bounds: Bounds | null): void {
      total++;
      if (!bounds) {
        count(empty, path);
        return;
      }
      const { left, top, right, bottom } = bounds;
      if (left >= 0 && top >= 0 && right <= 1 && bottom <= 1 && width > 2 && height > 2) fractions++;
      const over = Math.max(-left, -top, right - width, bottom - height);
      const isWholly = right <= 0 || bottom <= 0 || left >= width || top >= height;
      if (isWholly || over > tolerance) {
        count(outside, path);
        if (isWholly) wholly++;
        if (reach === null || over > reach.over) {
          const from = left < 0 || top < 0 ? `from ${Math.round(left)}, ${Math.round(top)} ` : "";
          const to = `to ${Math.round(right)}, ${Math.round(bottom)}`;
          reach = { over, text: `one reaches ${from}${to} in an image of ${width} x ${height} px` };
        }
      } else if (centres(left, right, width) * centres(top, bottom, height) === 0) count(empty, path);
    },
    /** What is to be said, once for all files. */
    notes(): ReadingNote[] {
      const [first] = [...empty.keys(), ...outside.keys()];
      if (total > 0 && fractions === total) {
        const reason = `The coordinates of all ${total} ${what} lie between 0 and 1: they seem to be fractions of the image's size, but are read as pixels.`;
        return [{ path: first ?? "", reason, remedy: "Multiply them by width and height, or export pixels." }];
      }
      const notes: ReadingNote[] = [];
      const say = (of: ReadonlyMap<string, number>, reason: (count: number) => string, remedy: string) => {
        if (of.size === 0) return;
        const sum = [...of.values()].reduce((all, one) => all + one, 0);
        const files =
          of.size === 1
            ? ""
            : ` They are in ${of.size} files (${[...of.keys()].slice(0, 3).join(", ")}${of.size > 3 ? ", ..." : ""}).`;
        notes.push({ path: [...of.keys()][0], reason: `${reason(sum)}${files}`, remedy });
      };
      say(
        empty,
        (n) => `${n} of ${total} ${what} cover no pixel: no outline, or one thinner than a pixel.`,
        "Draw them anew or remove them; nothing is painted for them.",
      );
      say(
        outside,
        (n) => `${n} of ${total} ${what} lie outside their image, ${wholly} of them wholly: ${reach?.text}.`,
        "Check that the coordinates are for the size of these images, else export them again.",
      );
      return notes;
    },
  };
}

/** How many pixel centres lie between two coordinates of an image's side. */
function centres(from: number, to: number, side: number): number {
  return Math.max(0, Math.min(side, Math.ceil(to - 0.5)) - Math.max(0, Math.ceil(from - 0.5)));
}
