import type { Region } from "../../core/region";
import type { PixelGroups } from "./types";

/** A group while it is being collected: its pixels, and what each would become. */
export interface Group {
  readonly pixels: readonly number[];
  readonly to: readonly number[];
}

export function packGroups(groups: readonly Group[]): PixelGroups {
  const count = groups.reduce((sum, { pixels }) => sum + pixels.length, 0);
  const packed = {
    starts: new Uint32Array(groups.length + 1),
    pixels: new Uint32Array(count),
    to: new Uint16Array(count),
  };
  let at = 0;
  groups.forEach(({ pixels, to }, i) => {
    packed.pixels.set(pixels, at);
    packed.to.set(to, at);
    at += pixels.length;
    packed.starts[i + 1] = at;
  });
  return packed;
}

export function groupCount({ starts }: PixelGroups): number {
  return starts.length - 1;
}

/** The pixel that names a group: the same as long as the group is. */
export function groupKey({ starts, pixels }: PixelGroups, group: number): number {
  return pixels[starts[group]];
}

/** Which group a pixel names; -1: none. */
export function placeOf(groups: PixelGroups, key: number | null): number {
  if (key === null) return -1;
  for (let group = 0; group < groupCount(groups); group++) if (groupKey(groups, group) === key) return group;
  return -1;
}

/** A group's place in an image `width` px wide, with the id each pixel of the rectangle would get. */
export function groupRegion(
  { starts, pixels, to }: PixelGroups,
  group: number,
  width: number,
): Region & { readonly ids: Uint16Array } {
  const [first, end] = [starts[group], starts[group + 1]];
  let [left, right, top, bottom] = [width, 0, Number.POSITIVE_INFINITY, 0];
  for (let k = first; k < end; k++) {
    const [x, y] = [pixels[k] % width, Math.floor(pixels[k] / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  const rect = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  const bits = new Uint8Array(rect.width * rect.height);
  const ids = new Uint16Array(bits.length);
  for (let k = first; k < end; k++) {
    const at = (Math.floor(pixels[k] / width) - top) * rect.width + (pixels[k] % width) - left;
    bits[at] = 1;
    ids[at] = to[k];
  }
  return { rect, bits, ids };
}

/**
 * The 8-connected components of the pixels that `member` marks, those of one id each where `ids` is given: lists of pixels
 * in no order but that the first is the topmost, leftmost one.
 */
export function connect(member: Uint8Array, width: number, height: number, ids: Uint16Array | null = null): number[][] {
  const left = member.slice();
  const found: number[][] = [];
  for (let first = left.indexOf(1); first >= 0; first = left.indexOf(1, first + 1)) {
    left[first] = 0;
    const pixels = [first];
    for (let k = 0; k < pixels.length; k++) {
      const [x, y] = [pixels[k] % width, Math.floor(pixels[k] / width)];
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const at = row * width + column;
          if (left[at] === 0 || (ids !== null && ids[at] !== ids[first])) continue;
          left[at] = 0;
          pixels.push(at);
        }
      }
    }
    found.push(pixels);
  }
  return found;
}
