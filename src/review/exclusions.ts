import type { PixelMask } from "../core/region";

/**
 * What is not to be judged in any image of a size (the ego-vehicle, a logo): one mask for each size that has one, none of
 * them empty.
 */
export type Exclusions = readonly PixelMask[];

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is excluded in images of a size; null when nothing is. */
export function excludedIn(exclusions: Exclusions, { width, height }: Size): PixelMask | null {
  return exclusions.find((one) => one.width === width && one.height === height) ?? null;
}

/** Excludes the pixels of `mask` too, in all images of its size. */
export function withExcluded(exclusions: Exclusions, mask: PixelMask): Exclusions {
  const before = excludedIn(exclusions, mask)?.data;
  const data = before === undefined ? mask.data.slice() : mask.data.map((bit, i) => bit | before[i]);
  const { width, height } = mask;
  return data.includes(1) ? [...withoutExcluded(exclusions, mask), { width, height, data }] : exclusions;
}

/** Excludes nothing any more in images of a size. */
export function withoutExcluded(exclusions: Exclusions, { width, height }: Size): Exclusions {
  return exclusions.filter((one) => one.width !== width || one.height !== height);
}

const areas = new WeakMap<PixelMask, number>();

/** Excluded pixels; counted once a mask. */
export function excludedArea(mask: PixelMask): number {
  const area = areas.get(mask) ?? mask.data.reduce((sum, bit) => sum + bit, 0);
  areas.set(mask, area);
  return area;
}
